/// The order event that data/orders.py writes, as a host would declare it.
struct Order: Codable, Sendable {
    struct Address: Codable, Sendable {
        let street: String
        let city: String
        let zip: String
    }

    let id: Int64
    let userID: Int64
    let name: String
    let amount: Double
    let currency: String
    let ts: String
    let active: Bool
    let address: Address

    enum CodingKeys: String, CodingKey {
        case id, name, amount, currency, ts, active, address
        case userID = "user_id"
    }
}
