/// Writes values of an `Encodable` type as JSON payloads.
///
///     struct Order: Codable { let id: Int64; let amount: Double? }
///     let encoder = JSONValueEncoder<Order>()
///     var bytes: [UInt8] = []
///     try encoder.encode(Order(id: 7, amount: 1.5), into: &bytes)      // {"id":7,"amount":1.5}
///
/// What ``JSONValueDecoder`` reads back to the same value: integers, `Decimal` and ``ExactDecimal`` as exact numbers, `Date`
/// and ``Timestamp`` in RFC 3339 with microseconds, `Data` and `[UInt8]` in base64, NaN and the infinities as strings.
/// Members stand in the order in which the type encodes them. 128 levels deep at most.
///
/// An encoder keeps its memory from value to value, so make one and use it for many; one thread at a time.
public struct JSONValueEncoder<Value: Encodable> {
    let tape = JSONTape()

    /// - Parameter userInfo: for the types' `encode(to:)`.
    public init(userInfo: [CodingUserInfoKey: any Sendable] = [:]) { tape.userInfo = userInfo }

    /// Appends a value's JSON.
    ///
    /// - Throws: ``EncodeFailure`` with the path of the property; then nothing is appended.
    public func encode(_ value: Value, into bytes: inout [UInt8]) throws(EncodeFailure) {
        try load(value)
        let start = bytes.count
        do throws(EncodeFailure) { try tape.write(into: &bytes) } catch {
            bytes.removeSubrange(start...)
            throw error
        }
    }

    /// The same as text.
    public func text(_ value: Value) throws(EncodeFailure) -> String {
        var bytes: [UInt8] = []
        try encode(value, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Lets the value fill the tape, to be looked at and written.
    package func load(_ value: Value) throws(EncodeFailure) {
        tape.reset()
        do { try tape.encodeAny(value, at: tape.root) } catch { throw tape.failure(error) }
        try tape.check()
    }

    /// Appends what was loaded.
    package func write(into bytes: inout [UInt8]) throws(EncodeFailure) { try tape.write(into: &bytes) }

    /// The loaded object's members.
    package var members: JSONMembersWritten { JSONMembersWritten(tape: tape) }
}
