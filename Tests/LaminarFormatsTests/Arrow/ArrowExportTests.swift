import Testing

@Suite struct ArrowExportTests {
    #if os(macOS)
        private static let library = "libArrowExport.dylib"
    #else
        private static let library = "libArrowExport.so"
    #endif

    /// The assertions are in `Examples/ArrowExport/read.py`: every value and type, the same addresses on both sides, and
    /// that the memory goes with its last receiver and not before.
    @Test("pyarrow takes batches and streams over from a shared library, without a copy, and frees them")
    func example() throws {
        let (status, output) = try ArrowPeer.run([
            ArrowPeer.file("Examples/ArrowExport/read.py"), ArrowPeer.product(Self.library),
        ])
        #expect(status == 0, "\(output)")
        #expect(output == "ok\n")
    }
}
