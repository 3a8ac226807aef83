#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Texts as an array of C strings, for as long as this lives.
struct CStrings: ~Copyable {
    private let texts: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [String]) { self.texts = texts.map { strdup($0) } }

    var count: Int { texts.count }

    deinit { for text in texts { free(text) } }

    func withPointers<Result>(_ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
        var pointers = texts.map { UnsafePointer($0) }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
