internal import CRdKafka

/// A record that a client gave up unwritten, or without knowing that it was written, for the next client.
///
/// `@unchecked Sendable`: pointers that one owner after the other holds alone, from the report to the next client.
struct TakenBackRecord: @unchecked Sendable {
    let topic: String
    /// Where the old client's partitioner put it; -1 where it hadn't yet.
    let partition: Int32
    let key: [UInt8]?
    let value: [UInt8]?
    /// Milliseconds since 1970; 0 = the time of writing.
    let timestamp: Int64
    let headers: OpaquePointer?
    /// Comes back with the report.
    let opaque: UnsafeMutableRawPointer

    var byteCount: Int { (key?.count ?? 0) + (value?.count ?? 0) }

    /// Copies what librdkafka frees after the report.
    init(_ message: UnsafePointer<rd_kafka_message_t>, opaque: UnsafeMutableRawPointer) {
        self.opaque = opaque
        topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        partition = message.pointee.partition
        key = Self.bytes(message.pointee.key, message.pointee.key_len)
        value = Self.bytes(message.pointee.payload, message.pointee.len)
        var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(message, &type)
        timestamp = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : max(0, time)
        var list: OpaquePointer?
        rd_kafka_message_headers(message, &list)
        headers = list.flatMap { rd_kafka_headers_copy($0) }
    }

    private static func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    /// Hands it to a client, which takes over headers and opaque pointer where it takes the record.
    func produce(with client: OpaquePointer) -> rd_kafka_resp_err_t {
        key.withBytes { key in
            value.withBytes { value in
                let (key, keyCount) = ProducerClient.parts(key)
                let (value, count) = ProducerClient.parts(value)
                let response = laminar_produce(
                    client, topic, partition, key, keyCount, value, count, timestamp, headers, opaque)
                if response != RD_KAFKA_RESP_ERR_NO_ERROR, let headers { rd_kafka_headers_destroy(headers) }
                return response
            }
        }
    }
}
