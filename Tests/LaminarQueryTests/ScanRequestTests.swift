import LaminarQuery
import Testing

@Suite struct ScanRequestTests {
    @Test("nothing is narrowed unless it is said") func everything() {
        #expect(ScanRequest(columns: [0]).bounds == .everything)
    }
}
