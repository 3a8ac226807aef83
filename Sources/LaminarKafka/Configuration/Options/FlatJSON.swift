#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A JSON object of texts, numbers and flags, as text.
enum FlatJSON {
    private enum Scalar: Decodable {
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .text(flag ? "true" : "false")
            } else if let number = try? container.decode(Int64.self) {
                self = .text(String(number))
            } else if let number = try? container.decode(Double.self) {
                self = .text(String(number))
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    /// Names and values by name; nil where the text is anything else.
    static func object(_ text: String) -> [(name: String, value: String)]? {
        guard let scalars = try? JSONDecoder().decode([String: Scalar].self, from: Data(text.utf8)) else { return nil }
        return scalars.sorted { $0.key < $1.key }.map { name, scalar in
            switch scalar {
            case .text(let value): (name, value)
            }
        }
    }
}
