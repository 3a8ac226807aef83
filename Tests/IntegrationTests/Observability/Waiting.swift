/// Returns once something that is told in the background fits; the suite's time limit ends it otherwise.
func wait(_ fits: () -> Bool) async throws {
    while !fits() { try await Task.sleep(for: .milliseconds(20)) }
}
