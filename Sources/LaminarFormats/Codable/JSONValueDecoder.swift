/// Decodes a `Decodable` type straight from JSON payloads, without columns.
///
///     struct Order: Decodable { let id: Int64; let amount: Double?; let address: Address }
///     let decoder = JSONValueDecoder<Order>()
///     let order = try decoder.decode(payload)
///
/// The rules are those of the `json` format: integers and decimals are exact, text is checked UTF-8, the last of
/// duplicated keys wins, keys match by exact name and then ignoring case, 128 levels deep at most. `Date` and
/// ``Timestamp`` come from RFC 3339 or from milliseconds, `Data` from base64, `[UInt8]` from base64 or numbers, `Decimal`
/// and ``ExactDecimal`` from numbers or strings.
///
/// A decoder keeps its memory from record to record, so make one and use it for many; one thread at a time.
public struct JSONValueDecoder<Value: Decodable> {
    private let owner = JSONDocumentOwner()
    private var document: JSONDocument { owner.document }

    /// - Parameter userInfo: for the types' `init(from:)`.
    public init(userInfo: [CodingUserInfoKey: any Sendable] = [:]) { owner.document.userInfo = userInfo }

    /// Decodes one payload: any JSON value that the type can be read from.
    ///
    /// - Parameter payload: borrowed for the call; nothing past its end is read.
    /// - Throws: ``DecodeFailure`` with the path of the property.
    public func decode(_ payload: UnsafeRawBufferPointer) throws(DecodeFailure) -> Value {
        try document.load(payload)
        defer { document.reset() }
        do {
            return try document.value(0, as: Value.self)
        } catch {
            throw DecodeFailure.from(error)
        }
    }

    /// The same over an array.
    public func decode(_ payload: [UInt8]) throws(DecodeFailure) -> Value {
        // An empty array has no address, but it is no tombstone.
        guard !payload.isEmpty else {
            throw DecodeFailure(.syntax, "the payload is empty, which is no JSON value", offset: 0)
        }
        return try payload.withUnsafeBufferPointer { bytes throws(DecodeFailure) in
            try decode(UnsafeRawBufferPointer(bytes))
        }
    }
}
