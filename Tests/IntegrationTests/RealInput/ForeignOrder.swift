import LaminarFormats
import LaminarKafka
import Testing

/// What `write_orders.py` writes as number `i`, computed a second time.
struct ForeignOrder {
    let number: Int

    private static let names = ["Anna", "Zoë", "李雷", "Q\"uote", "back\\slash", "tab\tline\n", "🙂", ""]

    static let columns = """
        id BIGINT NOT NULL, name TEXT, amount DOUBLE, price DECIMAL(18, 4), at TIMESTAMP, active BOOLEAN NOT NULL,
        tags TEXT[], address STRUCT<city TEXT, zip TEXT>, _kafka_topic TEXT, _kafka_partition INT, _kafka_offset BIGINT,
        _kafka_timestamp TIMESTAMP, _kafka_key BYTEA, _kafka_headers JSON
        """

    var isTombstone: Bool { number % 997 == 0 }

    var key: [UInt8]? {
        switch number % 9 {
        case 0: nil
        case 1: []
        default: Array("key-\(number)".utf8)
        }
    }

    var headers: [KafkaHeader] {
        let all = [
            KafkaHeader("n", text: "\(number)"), KafkaHeader("n", []), KafkaHeader("none", nil),
            KafkaHeader("raw", [255, UInt8(number % 256)]),
        ]
        return Array(all.prefix(number % 5))
    }

    var timestamp: Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + Int64(number)) }

    private var name: String? { number % 5 == 0 ? nil : Self.names[number % Self.names.count] }
    private var amount: Double? { number % 3 == 0 || number % 6 == 0 ? nil : Double(number) / 8 }
    private var price: String { "\(number).\(padded(number % 10_000, 4))" }
    private var moment: String {
        "2024-06-\(padded(1 + number % 28, 2))T\(padded(number % 24, 2)):\(padded(number % 60, 2)):"
            + "\(padded(number % 60, 2)).\(padded(number % 1_000_000, 6))Z"
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// What differs between this and a record that was read; nil when all is equal.
    func difference(from record: KafkaRecord<Row>, topic: String) throws -> String? {
        if record.key != key { return "key" }
        if record.headers != headers { return "headers" }
        if record.timestamp != timestamp { return "timestamp" }
        if record.topic != topic || record.partition != Int32(number % 4) { return "place" }
        guard let row = record.value else { return isTombstone ? nil : "an unexpected tombstone" }
        if isTombstone { return "a missing tombstone" }
        if try row["id", as: Int64.self] != Int64(number * 1_000_000_007 % (1 << 62)) { return "id" }
        if try row["name", as: String?.self] != name { return "name" }
        if try row["amount", as: Double?.self] != amount { return "amount" }
        if row["price"].description != price { return "price: \(row["price"])" }
        if try row["at", as: Timestamp.self].description != moment { return "at: \(row["at"])" }
        if try row["active", as: Bool.self] != (number % 2 == 0) { return "active" }
        if row["tags"] != .array((0..<number % 4).map { .text("t\($0)") }) { return "tags: \(row["tags"])" }
        let zip: Value = number % 7 == 0 ? .null : .text(padded(number % 100_000, 5))
        let city = Self.names[(number + 3) % Self.names.count]
        if row["address"] != .structure([NamedValue("city", .text(city)), NamedValue("zip", zip)]) {
            return "address: \(row["address"])"
        }
        if try row["_kafka_offset", as: Int64.self] != record.offset { return "_kafka_offset" }
        if try row["_kafka_partition", as: Int32.self] != record.partition { return "_kafka_partition" }
        if try row["_kafka_topic", as: String.self] != topic { return "_kafka_topic" }
        if try row["_kafka_timestamp", as: Timestamp.self] != timestamp { return "_kafka_timestamp" }
        if try row["_kafka_key", as: [UInt8]?.self] != key { return "_kafka_key" }
        return nil
    }
}
