import LaminarFormats
import LaminarStore
import Synchronization

/// A type as a text inside of a statement, for functions that must know it: a cast to an array, an element of one.
///
/// The text is the type in JSON, made and read here alone.
enum TypeCode {
    /// The type as a literal of SQLite's.
    static func literal(_ type: ColumnType) -> String {
        "'" + code(type).split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    /// The text of a type.
    static func code(_ type: ColumnType) -> String {
        switch type {
        case .decimal(let precision, let scale): "decimal \(precision) \(scale) "
        case .array(let element): "array " + code(element)
        case .map(let value): "map " + code(value)
        case .structure(let fields):
            "structure \(fields.count) "
                + fields.map { "\($0.isNullable ? 1 : 0) \($0.name.utf8.count) \($0.name)" + code($0.type) }.joined()
        default: type.kind.rawValue + " "
        }
    }

    private static let known = Mutex<[String: ColumnType]>([:])

    /// The type of a text that ``code(_:)`` made.
    static func type(_ code: UnsafeRawBufferPointer) throws(QueryError) -> ColumnType {
        let text = String(decoding: code, as: UTF8.self)
        if let type = known.withLock({ $0[text] }) { return type }
        var rest = Array(text.utf8)[...]
        guard let type = read(&rest), rest.isEmpty else {
            throw QueryError(.engine, "The engine gave a type to a function that isn't one.")
        }
        known.withLock { known in
            // Types come from statements, of which a process may run any number.
            if known.count >= 1000 { known = [:] }
            known[text] = type
        }
        return type
    }

    private static func word(_ rest: inout ArraySlice<UInt8>) -> String {
        let end = rest.firstIndex(of: 0x20) ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    private static func read(_ rest: inout ArraySlice<UInt8>) -> ColumnType? {
        guard let kind = TypeKind(rawValue: word(&rest)) else { return nil }
        switch kind {
        case .decimal:
            guard let precision = Int(word(&rest)), let scale = Int(word(&rest)) else { return nil }
            return .decimal(precision: precision, scale: scale)
        case .array: return read(&rest).map { .array($0) }
        case .map: return read(&rest).map { .map($0) }
        case .structure:
            guard let count = Int(word(&rest)) else { return nil }
            var fields: [StructField] = []
            for _ in 0..<count {
                let isNullable = word(&rest) == "1"
                guard let length = Int(word(&rest)), length >= 0, length <= rest.count else { return nil }
                let name = String(decoding: rest.prefix(length), as: UTF8.self)
                rest = rest.dropFirst(length)
                guard let type = read(&rest) else { return nil }
                fields.append(StructField(name, type, isNullable: isNullable))
            }
            return .structure(fields)
        default: return kind.type
        }
    }
}
