public import LaminarFormats

/// Who wrote a payload, as its frame says it: a schema, and for Protobuf the message of it.
///
/// A plain value without references, so that comparing one record's with the last one's is a few loads. Two frames that
/// say the same in different bytes (`00` and `02 00` for the first message) have equal marks.
public struct WriterMark: Hashable, Sendable {
    /// The schema.
    public let schema: SchemaKey
    /// The message's numbers as varints in their shortest form, zero behind them.
    private var path = SIMD32<UInt8>(repeating: 0)
    private var pathLength: UInt8 = 0

    /// As deep as Protobuf's compiler nests messages, and deeper than any frame that isn't made to harm.
    static let longestPath = 32

    init(schema: SchemaKey) { self.schema = schema }

    /// Adds a number to the path.
    ///
    /// - Returns: false where there is no room.
    mutating func add(_ number: UInt32) -> Bool {
        var rest = number
        repeat {
            guard pathLength < Self.longestPath else { return false }
            path[Int(pathLength)] = UInt8(truncatingIfNeeded: rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)
            pathLength += 1
            rest >>= 7
        } while rest != 0
        return true
    }

    /// The schema alone.
    public var withoutMessage: WriterMark { WriterMark(schema: schema) }

    /// Which message of the schema; to be asked once for each new mark, for it makes an array.
    public var message: MessageChoice {
        guard pathLength > 0 else { return .first }
        var numbers: [Int] = []
        var number = 0
        var shift = 0
        for index in 0..<Int(pathLength) {
            number |= Int(path[index] & 0x7F) << shift
            shift += 7
            if path[index] & 0x80 == 0 {
                numbers.append(number)
                (number, shift) = (0, 0)
            }
        }
        if case .version = schema { return .sortedPosition(numbers.first ?? 0) }
        return .indexes(numbers)
    }
}
