internal import LaminarSQL

/// The values of `offset`.
enum StartPositionText {
    static func normalised(_ text: String) throws(ConfigurationError) -> String {
        switch text.lowercased() {
        // Where a first start begins; the group's own offset comes before it anyway.
        case "earliest", "group", "beginning", "smallest": return "earliest"
        case "latest", "end", "largest": return "latest"
        case "timestamp": return "timestamp"
        default: break
        }
        guard text.contains(":") else {
            throw ConfigurationError(
                code: .invalidValue, option: "offset",
                message: "'offset' is '\(text.shortened)'; it takes earliest, latest, timestamp, group, or offsets by "
                    + "partition such as 0:42,1:7.",
                suggestion: SQL.suggestion(for: text, among: ["earliest", "latest", "timestamp", "group"]))
        }
        return try offsets(text).sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",")
    }

    /// Offsets by partition.
    static func offsets(_ text: String) throws(ConfigurationError) -> [Int32: Int64] {
        var offsets: [Int32: Int64] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: ":", omittingEmptySubsequences: false).map(\.trimmed)
            guard sides.count == 2, let partition = Int32(sides[0]), let offset = Int64(sides[1]), partition >= 0,
                offset >= 0
            else {
                throw ConfigurationError(
                    code: .invalidValue, option: "offset",
                    message: "'offset': '\(part.trimmed.shortened)' isn't partition:offset, two numbers of at least 0.")
            }
            guard offsets.updateValue(offset, forKey: partition) == nil else {
                throw ConfigurationError(
                    code: .duplicateOption, option: "offset", message: "'offset' names partition \(partition) twice.")
            }
        }
        return offsets
    }
}
