// Messages, fields, enums and options of a `.proto` text.
extension ProtoParser {
    /// After `message`: its name and body.
    mutating func message(depth: Int) throws(FormatError) -> ProtoMessage {
        var message = ProtoMessage(name: try identifier("the message's name"))
        try messageBody(of: &message, depth: depth)
        return message
    }

    private mutating func messageBody(of message: inout ProtoMessage, depth: Int) throws(FormatError) {
        guard depth <= Self.depthLimit else {
            throw lexer.error("messages are nested deeper than \(Self.depthLimit) levels.")
        }
        try expect("{")
        while try !take("}") {
            if isAtEnd { throw lexer.error("\"}\" is expected, not the end of the file.") }
            try messageMember(of: &message, depth: depth)
        }
    }

    private mutating func messageMember(of message: inout ProtoMessage, depth: Int) throws(FormatError) {
        if try take(";") { return }
        guard case .identifier(let word) = lexer.token else {
            if isNext(".") { return try field(of: &message, oneof: nil, depth: depth) }
            throw lexer.error("a field is expected, not \(lexer.found).")
        }
        switch word {
        case "message":
            try lexer.advance()
            message.messages.append(try self.message(depth: depth + 1))
        case "enum":
            try lexer.advance()
            message.enums.append(try enumeration())
        case "extend":
            try lexer.advance()
            let (extensions, groups) = try extend(depth: depth + 1)
            message.extensions += extensions
            message.messages += groups
        case "oneof":
            try lexer.advance()
            message.oneofs.append(try identifier("the oneof's name"))
            let place = message.oneofs.count - 1
            try expect("{")
            while try !take("}") {
                if isAtEnd { throw lexer.error("\"}\" is expected, not the end of the file.") }
                if try take(";") { continue }
                if try take(word: "option") {
                    _ = try option()
                    try expect(";")
                } else {
                    try field(of: &message, oneof: place, depth: depth)
                }
            }
        case "option":
            try lexer.advance()
            _ = try option()
            try expect(";")
        case "reserved", "extensions":
            try lexer.advance()
            try skipRanges()
        default: try field(of: &message, oneof: nil, depth: depth)
        }
    }

    // MARK: Fields

    mutating func field(of message: inout ProtoMessage, oneof: Int?, depth: Int) throws(FormatError) {
        var field = ProtoField(name: "", number: 0)
        field.place = lexer.place
        field.oneof = oneof
        var hasLabel = true
        if try take(word: "optional") {
            field.isProto3Optional = file.syntax == .proto3
        } else if try take(word: "required") {
            if file.syntax == .proto3 { throw lexer.error("proto3 has no required fields.") }
            field.label = .required
        } else if try take(word: "repeated") {
            field.label = .repeated
        } else {
            hasLabel = false
        }
        if hasLabel, oneof != nil { throw lexer.error("a field of a oneof has no label.") }
        let typeName = try dottedName("a type")
        if typeName == "map", isNext("<") {
            if hasLabel || oneof != nil { throw lexer.error("a map has no label and is no member of a oneof.") }
            return try map(field, of: &message)
        }
        if typeName == "group", case .identifier = lexer.token {
            if file.syntax == .proto3 { throw lexer.error("proto3 has no groups.") }
            return try group(field, of: &message, depth: depth)
        }
        // A text without a syntax is proto2, and fields without a label are let pass there, as registries do.
        if !hasLabel, oneof == nil, file.syntax == .proto2, saysSyntax {
            throw lexer.error("proto2 needs optional, required or repeated before the type.")
        }
        if let kind = ProtoKind(keyword: typeName) { field.kind = kind } else { field.typeName = typeName }
        field.name = try identifier("the field's name")
        field.number = try fieldNumber()
        try fieldOptions(of: &field)
        try expect(";")
        message.fields.append(field)
    }

    private mutating func fieldNumber() throws(FormatError) -> Int32 {
        try expect("=")
        let place = lexer
        let number = try integer("the field's number")
        guard (1...536_870_911).contains(number), !(19_000...19_999).contains(number) else {
            throw place.error("a field's number is 1 to 536870911 without 19000 to 19999, not \(number).")
        }
        return Int32(number)
    }

    /// After `map`: `<key, value> name = number`. Its entries are a hidden message at this place.
    private mutating func map(_ start: ProtoField, of message: inout ProtoMessage) throws(FormatError) {
        var field = start
        try expect("<")
        let keyName = try identifier("the type of the map's keys")
        guard let key = ProtoKind(keyword: keyName), key != .double, key != .float, key != .bytes else {
            throw lexer.error("a map's keys are whole numbers, bool or string, not \(keyName).")
        }
        try expect(",")
        let valueName = try dottedName("the type of the map's values")
        try expect(">")
        field.name = try identifier("the field's name")
        field.number = try fieldNumber()
        try fieldOptions(of: &field)
        try expect(";")
        var entry = ProtoMessage(name: Self.entryName(field.name))
        entry.isMapEntry = true
        var keyField = ProtoField(name: "key", number: 1)
        keyField.kind = key
        var valueField = ProtoField(name: "value", number: 2)
        if let kind = ProtoKind(keyword: valueName) { valueField.kind = kind } else { valueField.typeName = valueName }
        entry.fields = [keyField, valueField]
        message.messages.append(entry)
        field.label = .repeated
        field.kind = .message
        field.typeName = entry.name
        message.fields.append(field)
    }

    /// `m_si` has entries of `MSiEntry`.
    static func entryName(_ field: String) -> String {
        var name = ""
        var isUpper = true
        for character in field {
            if character == "_" {
                isUpper = true
            } else {
                name += isUpper ? character.uppercased() : String(character)
                isUpper = false
            }
        }
        return name + "Entry"
    }

    /// After `group`: its message's name, which in lower case is the field's, and its body.
    private mutating func group(
        _ start: ProtoField, of message: inout ProtoMessage, depth: Int
    ) throws(FormatError) {
        var field = start
        var body = ProtoMessage(name: try identifier("the group's name"))
        guard body.name.first?.isUppercase == true else { throw lexer.error("a group's name begins with a capital.") }
        field.name = body.name.lowercased()
        field.kind = .group
        field.typeName = body.name
        field.number = try fieldNumber()
        try fieldOptions(of: &field)
        try messageBody(of: &body, depth: depth + 1)
        message.messages.append(body)
        message.fields.append(field)
    }

    // MARK: Options

    private mutating func fieldOptions(of field: inout ProtoField) throws(FormatError) {
        guard try take("[") else { return }
        repeat {
            let place = lexer
            let (name, value) = try option()
            switch (name, value) {
            case ("packed", .word(let word)): field.isPacked = word == "true"
            case ("json_name", .string(let bytes)): field.jsonName = String(decoding: bytes, as: UTF8.self)
            case ("default", .word(let word)):
                if file.syntax == .proto3 { throw place.error("proto3 has no defaults.") }
                field.defaultValue = .text(word)
            case ("default", .string(let bytes)):
                if file.syntax == .proto3 { throw place.error("proto3 has no defaults.") }
                field.defaultValue = .bytes(bytes)
            default: break
            }
        } while try take(",")
        try expect("]")
    }

    enum OptionValue: Equatable { case word(String), string([UInt8]), block }

    /// `name = value`, after `option` or within brackets.
    mutating func option() throws(FormatError) -> (name: String, value: OptionValue) {
        var name = ""
        repeat {
            if !name.isEmpty { name += "." }
            if try take("(") {
                name += "(" + (try dottedName("the option's name")) + ")"
                try expect(")")
            } else {
                name += try identifier("the option's name")
            }
        } while try take(".")
        try expect("=")
        if isNext("{") {
            try skipBlock()
            return (name, .block)
        }
        if case .string = lexer.token { return (name, .string(try string("a value"))) }
        var text = try take("-") ? "-" : ""
        if text.isEmpty { _ = try take("+") }
        switch lexer.token {
        case .identifier(let word), .integer(let word), .float(let word): text += word
        default: throw lexer.error("the option's value is expected, not \(lexer.found).")
        }
        try lexer.advance()
        return (name, .word(text))
    }

    // MARK: Enums

    /// After `enum`: its name and body.
    mutating func enumeration() throws(FormatError) -> ProtoEnum {
        var result = ProtoEnum(name: try identifier("the enum's name"))
        try expect("{")
        while try !take("}") {
            if isAtEnd { throw lexer.error("\"}\" is expected, not the end of the file.") }
            if try take(";") { continue }
            let name = try identifier("a name")
            if name == "option", !isNext("=") {
                if case ("allow_alias", .word("true")) = try option() { result.allowsAlias = true }
                try expect(";")
            } else if name == "reserved", !isNext("=") {
                try skipRanges()
            } else {
                try expect("=")
                let number = try integer("the value's number", isSigned: true)
                guard let exact = Int32(exactly: number) else {
                    throw lexer.error("the number of an enum's value has 32 bits.")
                }
                result.cases.append(ProtoEnum.Case(name: name, number: exact))
                if try take("[") {
                    repeat { _ = try option() } while try take(",")
                    try expect("]")
                }
                try expect(";")
            }
        }
        guard let first = result.cases.first else { throw lexer.error("the enum \(result.name) has no values.") }
        if file.syntax == .proto3, first.number != 0 {
            throw lexer.error("the first value of a proto3 enum is 0: \(result.name) begins with \(first.number).")
        }
        return result
    }
}
