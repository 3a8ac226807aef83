/// The format `json`, written: an object with a member for each column in the table's order, NULL as `null`.
///
/// With `json.unstructured` the payload is the one JSON column as it is. Timestamps follow `json.timestamp_format`: RFC 3339
/// with microseconds, or whole seconds, milliseconds or microseconds (rounded down). The `json` format reads all of it back.
struct JSONRecordEncoder: RecordEncoder {
    private var writer: JSONWriter
    private let isUnstructured: Bool

    /// What columns are called where a schema says it, and which of them are left out when they are NULL.
    private let members: (names: [String], isLeftOut: [Bool])?

    init(timestamps: JSONTimes.Format, isUnstructured: Bool) {
        writer = JSONWriter(timestamps: timestamps)
        self.isUnstructured = isUnstructured
        members = nil
    }

    /// For a published schema.
    init(timestamps: JSONTimes.Format, names: [String], isLeftOut: [Bool]) {
        writer = JSONWriter(timestamps: timestamps)
        isUnstructured = false
        members = (names, isLeftOut)
    }

    mutating func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure) {
        if isUnstructured {
            let column = row.batch.columns[0]
            if column.isNull(row.index) {
                payload.isNull = true
            } else {
                payload.bytes.append(contentsOf: column.bytes(row.index))
            }
            return
        }
        writer.removeAll()
        if let members {
            writer.write(row, names: members.names, leavingOut: members.isLeftOut)
        } else {
            writer.write(row)
        }
        payload.bytes.append(contentsOf: writer.bytes)
    }
}
