/// Writes syntax trees as canonical SQL: `parse(print(tree)) == tree`, with no parentheses but those that are needed.
///
/// One mutable text, and a function for each kind of node; the recursion is as deep as the tree.
struct Printer {
    var text = ""

    mutating func put(_ piece: String) { text += piece }

    mutating func string(_ value: String) { text += Printer.quoted(value, "'") }

    mutating func name(_ identifier: SQL.Identifier) {
        text += identifier.isQuoted ? Printer.quoted(identifier.name, "\"") : identifier.name
    }

    mutating func name(_ object: SQL.ObjectName) { list(object.parts, ".") { $0.name($1) } }

    mutating func names(_ identifiers: [SQL.Identifier]) {
        put("(")
        list(identifiers) { $0.name($1) }
        put(")")
    }

    mutating func list<Element>(
        _ elements: [Element], _ separator: String = ", ", _ write: (inout Printer, Element) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { put(separator) }
            isFirst = false
            write(&self, element)
        }
    }

    static func quoted(_ text: String, _ quote: Character) -> String {
        guard text.contains(quote) else { return "\(quote)\(text)\(quote)" }
        var quoted = String(quote)
        for scalar in text.unicodeScalars {
            quoted.unicodeScalars.append(scalar)
            if Character(scalar) == quote { quoted.unicodeScalars.append(scalar) }
        }
        quoted.append(quote)
        return quoted
    }
}
