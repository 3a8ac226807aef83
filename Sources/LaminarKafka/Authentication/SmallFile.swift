#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file with a certificate or a key, to be compared with what it was.
enum SmallFile {
    /// No larger file is read: a keystore has a few kilobytes, a system's authorities 300.
    private static let limit = 4 << 20

    /// What is in it, bytes that aren't UTF-8 as hexadecimal digits; nil where it can't be read.
    static func text(_ path: String) -> String? {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size <= limit,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return String(validating: data, as: UTF8.self) ?? data.map { String($0, radix: 16) }.joined(separator: " ")
    }
}
