import Foundation
import LaminarKafka

/// A row of the table events.
struct Events: Codable, Hashable, Sendable {
    struct Address: Codable, Hashable, Sendable {
        struct TypeValue: Codable, Hashable, Sendable {
            let `self`: Bool?
        }

        let street: String?
        let zipCode: Int32
        let type: TypeValue?

        enum CodingKeys: String, CodingKey {
            case street
            case zipCode = "zip_code"
            case type
        }
    }

    struct Lines: Codable, Hashable, Sendable {
        let sku: String
        let quantity: Int32?
    }

    let id: Int64
    let `class`: String?
    let userId: UUID
    let price: ExactDecimal?
    let flag: Bool
    let small: Int16?
    let number: Int32?
    let half: Float?
    let amount: Double?
    let payload: [UInt8]?
    let day: CalendarDate?
    let at: Timestamp
    let clock: TimeOfDay?
    let span: CalendarInterval?
    let document: String?
    let tags: [String?]
    let grid: [[Int64?]?]?
    let address: Address?
    let lines: [Lines?]?
    let counts: [String: Int64?]
    let aB: String?
    let _1st: Int32?
    let kafkaOffset: Int64

    enum CodingKeys: String, CodingKey {
        case id
        case `class`
        case userId = "user_id"
        case price
        case flag
        case small
        case number
        case half
        case amount
        case payload
        case day
        case at
        case clock
        case span
        case document
        case tags
        case grid
        case address
        case lines
        case counts
        case aB = "a b"
        case _1st = "1st"
        case kafkaOffset = "_kafka_offset"
    }
}

extension Events: RowDecodable {
    init(row: Row) throws {
        self.id = try row["id", as: Int64.self]
        self.`class` = try row["class", as: String?.self]
        self.userId = try row["user_id", as: UUID.self]
        self.price = try row["price", as: ExactDecimal?.self]
        self.flag = try row["flag", as: Bool.self]
        self.small = try row["small", as: Int16?.self]
        self.number = try row["number", as: Int32?.self]
        self.half = try row["half", as: Float?.self]
        self.amount = try row["amount", as: Double?.self]
        self.payload = try row["payload", as: [UInt8]?.self]
        self.day = try row["day", as: CalendarDate?.self]
        self.at = try row["at", as: Timestamp.self]
        self.clock = try row["clock", as: TimeOfDay?.self]
        self.span = try row["span", as: CalendarInterval?.self]
        self.document = try row["document", as: String?.self]
        self.tags = try row["tags", as: [String?].self]
        self.grid = try row["grid", as: [[Int64?]?]?.self]
        self.address = try row["address", as: Address?.self]
        self.lines = try row["lines", as: [Lines?]?.self]
        self.counts = try row["counts", as: [String: Int64?].self]
        self.aB = try row["a b", as: String?.self]
        self._1st = try row["1st", as: Int32?.self]
        self.kafkaOffset = try row["_kafka_offset", as: Int64.self]
    }
}

extension Events.Address: ColumnValue {
    init(_ column: Column, row: Int) throws(DecodeFailure) {
        self.street = try column.field("street", row: row, as: String?.self)
        self.zipCode = try column.field("zip_code", row: row, as: Int32.self)
        self.type = try column.field("type", row: row, as: TypeValue?.self)
    }
}

extension Events.Address.TypeValue: ColumnValue {
    init(_ column: Column, row: Int) throws(DecodeFailure) {
        self.`self` = try column.field("self", row: row, as: Bool?.self)
    }
}

extension Events.Lines: ColumnValue {
    init(_ column: Column, row: Int) throws(DecodeFailure) {
        self.sku = try column.field("sku", row: row, as: String.self)
        self.quantity = try column.field("quantity", row: row, as: Int32?.self)
    }
}
