import LaminarFormats
import LaminarStore

/// The keys of a group as bytes that are equal exactly when PostgreSQL's GROUP BY takes the keys for equal, NULL included.
enum GroupKey {
    /// How a key's values are told apart.
    enum Part: Sendable {
        case whole
        /// An INTERVAL: its first 16 bytes are what is compared.
        case interval

        init(_ type: ColumnType) { self = type == .interval ? .interval : .whole }
    }

    /// One after the other: a letter for the kind, then the value, with its length where that varies.
    static func bytes(_ values: some Collection<SQLiteValue>, _ parts: [Part]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * 12)
        for (value, part) in zip(values, parts) {
            switch value {
            case .null: bytes.append(UInt8(ascii: "n"))
            case .integer(let integer):
                bytes.append(UInt8(ascii: "i"))
                append(UInt64(bitPattern: integer), to: &bytes)
            case .real(let real):
                bytes.append(UInt8(ascii: "r"))
                // -0 and 0 are one group.
                append((real == 0 ? 0.0 : real).bitPattern, to: &bytes)
            case .text(var text):
                bytes.append(UInt8(ascii: "t"))
                text.withUTF8 { utf8 in
                    append(UInt64(utf8.count), to: &bytes)
                    bytes.append(contentsOf: utf8)
                }
            case .blob(let blob):
                let compared = part == .interval ? blob.prefix(16) : blob[...]
                bytes.append(UInt8(ascii: "b"))
                append(UInt64(compared.count), to: &bytes)
                bytes.append(contentsOf: compared)
            }
        }
        return bytes
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
