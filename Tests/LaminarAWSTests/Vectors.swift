import Foundation

/// Golden files: `$LAMINAR_VECTORS`, else `Tests/Vectors`.
enum Vectors {
    static func read<Vector: Decodable>(_ name: String, as: Vector.Type) throws -> [Vector] {
        let own = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors")
        let folder = ProcessInfo.processInfo.environment["LAMINAR_VECTORS"].map { URL(filePath: $0) } ?? own
        let chosen = folder.appending(path: name)
        let file = FileManager.default.fileExists(atPath: chosen.path) ? chosen : own.appending(path: name)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Vector].self, from: Data(contentsOf: file))
    }

    /// `20240101T000000Z` in seconds since 1970, by Foundation.
    static func seconds(_ basic: String) throws -> Double {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
        guard let date = formatter.date(from: basic) else { throw CocoaError(.formatting) }
        return date.timeIntervalSince1970
    }
}
