// swift-format-ignore-file
import LaminarFormats

// What docs/json-schema.md shows.

func columns(of text: String, referring item: String) throws -> RowSchema {
    let published = PublishedSchema(.json, text, references: [.init(name: "item.json", text: item)])
    let columns = try JSONFormat().columns(of: published, message: .first, options: [:])
    return columns
}
