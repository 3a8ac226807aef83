/// Reads a `.proto` text, proto2 or proto3.
///
///     let file = try ProtoParser.parse(text, path: "order.proto")
///
/// Everything that changes what bytes mean is kept. Options are read over, but for `packed`, `json_name`, `default` and
/// `allow_alias`; so are services, reserved and extension ranges.
///
/// - Note: Protocol Buffers language specification, "proto2" and "proto3".
struct ProtoParser {
    var lexer: ProtoLexer
    var file: ProtoFile
    /// Whether the text says its syntax; if not, it is proto2.
    private(set) var saysSyntax = false
    /// Messages inside of messages, at most.
    static let depthLimit = 32

    static func parse(_ text: String, path: String) throws(FormatError) -> ProtoFile {
        var parser = try ProtoParser(text, path: path)
        try parser.readFile()
        return parser.file
    }

    private init(_ text: String, path: String) throws(FormatError) {
        lexer = try ProtoLexer(text, path: path)
        file = ProtoFile(path: path)
    }

    // MARK: Words

    var isAtEnd: Bool { lexer.token == .end }

    func isNext(_ symbol: Character) -> Bool { lexer.token == .symbol(symbol.asciiValue ?? 0) }

    func isNext(word: String) -> Bool { lexer.token == .identifier(word) }

    mutating func take(_ symbol: Character) throws(FormatError) -> Bool {
        guard isNext(symbol) else { return false }
        try lexer.advance()
        return true
    }

    mutating func take(word: String) throws(FormatError) -> Bool {
        guard isNext(word: word) else { return false }
        try lexer.advance()
        return true
    }

    mutating func expect(_ symbol: Character) throws(FormatError) {
        guard try take(symbol) else { throw lexer.error("\"\(symbol)\" is expected, not \(lexer.found).") }
    }

    mutating func identifier(_ what: String) throws(FormatError) -> String {
        guard case .identifier(let name) = lexer.token else {
            throw lexer.error("\(what) is expected, not \(lexer.found).")
        }
        try lexer.advance()
        return name
    }

    /// `a.b.c`, with or without a dot before it.
    mutating func dottedName(_ what: String) throws(FormatError) -> String {
        var name = try take(".") ? "." : ""
        name += try identifier(what)
        while try take(".") { name += "." + (try identifier(what)) }
        return name
    }

    /// A string, several in a row joined.
    mutating func string(_ what: String) throws(FormatError) -> [UInt8] {
        guard case .string(var bytes) = lexer.token else {
            throw lexer.error("\(what), a string, is expected, not \(lexer.found).")
        }
        try lexer.advance()
        while case .string(let more) = lexer.token {
            bytes += more
            try lexer.advance()
        }
        return bytes
    }

    /// Decimal, octal or hexadecimal, with a sign where `isSigned`.
    mutating func integer(_ what: String, isSigned: Bool = false) throws(FormatError) -> Int64 {
        let isNegative = isSigned ? try take("-") : false
        guard case .integer(let text) = lexer.token, let magnitude = Self.magnitude(text), magnitude <= 1 << 32 else {
            throw lexer.error("\(what), a whole number, is expected, not \(lexer.found).")
        }
        try lexer.advance()
        return isNegative ? -Int64(magnitude) : Int64(magnitude)
    }

    /// The value of an unsigned integer's text; nil past 64 bits.
    static func magnitude(_ text: String) -> UInt64? {
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return UInt64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0"), text.utf8.count > 1 { return UInt64(text.dropFirst(), radix: 8) }
        return UInt64(text)
    }

    // MARK: The file

    private mutating func readFile() throws(FormatError) {
        if isNext(word: "syntax") {
            saysSyntax = true
            try lexer.advance()
            try expect("=")
            let name = String(decoding: try string("\"proto2\" or \"proto3\""), as: UTF8.self)
            guard let syntax = ProtoFile.Syntax(rawValue: name) else {
                throw lexer.error("the syntax is \"proto2\" or \"proto3\", not \"\(name)\".")
            }
            file.syntax = syntax
            try expect(";")
        }
        while !isAtEnd { try readDeclaration() }
    }

    private mutating func readDeclaration() throws(FormatError) {
        if try take(";") { return }
        guard case .identifier(let word) = lexer.token else {
            throw noDeclaration
        }
        switch word {
        case "edition":
            throw lexer.error(
                "editions aren't supported by this version: write the file in proto2 or proto3.")
        case "message":
            try lexer.advance()
            file.messages.append(try message(depth: 1))
        case "enum":
            try lexer.advance()
            file.enums.append(try enumeration())
        case "import":
            try lexer.advance()
            if try !take(word: "public") { _ = try take(word: "weak") }
            file.imports.append(String(decoding: try string("the import's path"), as: UTF8.self))
            try expect(";")
        case "package":
            try lexer.advance()
            guard file.package.isEmpty else { throw lexer.error("a file has one package.") }
            file.package = try dottedName("the package's name")
            try expect(";")
        case "option":
            try lexer.advance()
            _ = try option()
            try expect(";")
        case "extend":
            try lexer.advance()
            let (extensions, groups) = try extend(depth: 1)
            file.extensions += extensions
            file.messages += groups
        case "service":
            try lexer.advance()
            _ = try identifier("the service's name")
            try skipBlock()
        default: throw noDeclaration
        }
    }

    private var noDeclaration: FormatError {
        lexer.error("message, enum, import, package, option, extend or service is expected, not \(lexer.found).")
    }

    /// `Extended { fields }`; groups inside of it are messages of the place where it stands.
    mutating func extend(depth: Int) throws(FormatError) -> (extensions: [ProtoField], groups: [ProtoMessage]) {
        let extendee = try dottedName("the extended message's name")
        var body = ProtoMessage(name: "")
        try expect("{")
        while try !take("}") {
            if isAtEnd { throw lexer.error("\"}\" is expected, not the end of the file.") }
            if try take(";") { continue }
            try field(of: &body, oneof: nil, depth: depth)
        }
        let extensions = body.fields.map { field in
            var field = field
            field.extendee = extendee
            return field
        }
        return (extensions, body.messages)
    }

    // MARK: What is read over

    /// `{ … }` with everything in it.
    mutating func skipBlock() throws(FormatError) {
        guard isNext("{") else { throw lexer.error("\"{\" is expected, not \(lexer.found).") }
        var depth = 0
        repeat {
            if isNext("{") { depth += 1 }
            if isNext("}") { depth -= 1 }
            if isAtEnd { throw lexer.error("\"}\" is expected, not the end of the file.") }
            try lexer.advance()
        } while depth > 0
    }

    /// Numbers, ranges and names up to the semicolon, with options in brackets.
    mutating func skipRanges() throws(FormatError) {
        while try !take(";") {
            if isAtEnd || isNext("}") { throw lexer.error("\";\" is expected, not \(lexer.found).") }
            if isNext("{") { try skipBlock() } else { try lexer.advance() }
        }
    }
}
