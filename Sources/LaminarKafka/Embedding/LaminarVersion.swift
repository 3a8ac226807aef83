internal import CRdKafka
internal import LaminarStore

extension Laminar {
    /// Laminar's own version, as brokers see it too.
    public static let version = ConfigurationDefaults.clientVersion

    /// A C library that is loaded.
    public struct Library: Sendable, Hashable {
        /// The library's name.
        public let name: String
        /// What the loaded library says about itself, which may differ from what this was compiled with.
        public let version: String
    }

    /// The C libraries that are loaded, for a bug report.
    public static var libraries: [Library] {
        [
            Library(name: "librdkafka", version: rd_kafka_version_str().map { String(cString: $0) } ?? "unknown"),
            Library(name: "SQLite", version: SQLiteDatabase.libraryVersion),
        ]
    }
}
