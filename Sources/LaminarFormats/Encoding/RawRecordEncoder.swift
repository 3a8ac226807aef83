/// The formats `raw` and `raw_string`, written: the value column's bytes as they are, NULL as a tombstone.
struct RawRecordEncoder: RecordEncoder {
    func encode(_ row: Row, into payload: inout EncodedPayload) throws(EncodeFailure) {
        let column = row.batch.columns[0]
        if column.isNull(row.index) {
            payload.isNull = true
        } else {
            payload.bytes.append(contentsOf: column.bytes(row.index))
        }
    }
}
