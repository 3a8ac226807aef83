/// Resolves the names of a file and its imports.
///
///     let types = try ProtobufLinker.link(file, imports: ["common.proto": common])
///
/// Bounded by the number of declarations, whatever they say.
struct ProtobufLinker {
    private enum Symbol { case message(Int), enumeration(Int), package }

    private var symbols: [String: Symbol] = [:]
    private var messages: [ProtobufMessage] = []
    private var enums: [ProtobufEnum] = []
    private var declared: [(message: ProtoMessage, file: Int)] = []
    private var files: [ProtoFile] = []
    private var missing: [String] = []

    /// Messages and enums of a schema with its imports, at most.
    static let symbolLimit = 50_000

    /// - Parameters:
    ///   - main: the file whose messages are chosen from.
    ///   - imports: gives a file by its import path; nil where there is none, which is an error only if a type of it is used.
    static func link(
        _ main: ProtoFile, imports: (String) throws(FormatError) -> ProtoFile?
    ) throws(FormatError) -> ProtobufTypes {
        var linker = ProtobufLinker()
        try linker.collect(main, imports)
        var tops: [Int] = []
        for file in linker.files.indices {
            let top = try linker.declare(file)
            if file == 0 { tops = top }
        }
        try linker.resolveFields()
        linker.markRecursion()
        return ProtobufTypes(messages: linker.messages, enums: linker.enums, top: tops)
    }

    // MARK: Files

    private mutating func collect(
        _ main: ProtoFile, _ imports: (String) throws(FormatError) -> ProtoFile?
    ) throws(FormatError) {
        files = [main]
        var seen: Set<String> = [main.path]
        var next = 0
        while next < files.count {
            for path in files[next].imports where seen.insert(path).inserted {
                guard files.count < 1000 else { throw FormatError(.schema, "\(main.path): it has over 1000 imports.") }
                if let file = try imports(path) { files.append(file) } else { missing.append(path) }
            }
            next += 1
        }
    }

    // MARK: Declarations

    private mutating func declare(_ index: Int) throws(FormatError) -> [Int] {
        let file = files[index]
        var prefix = ""
        for part in file.package.split(separator: ".") {
            prefix += prefix.isEmpty ? String(part) : "." + part
            if symbols[prefix] == nil { symbols[prefix] = .package }
        }
        for enumeration in file.enums { try declare(enumeration, in: file.package, file: index) }
        var top: [Int] = []
        for message in file.messages { top.append(try declare(message, in: file.package, file: index)) }
        return top
    }

    private mutating func declare(_ message: ProtoMessage, in scope: String, file: Int) throws(FormatError) -> Int {
        let name = scope.isEmpty ? message.name : scope + "." + message.name
        let place = messages.count
        try add(name, .message(place), file: file)
        let known = KnownMessage(rawValue: name)
        messages.append(
            ProtobufMessage(
                fullName: name, isMapEntry: message.isMapEntry,
                known: known.map { $0.fits(message) } == true ? known : nil))
        declared.append((message, file))
        for enumeration in message.enums { try declare(enumeration, in: name, file: file) }
        for inner in message.messages {
            let nested = try declare(inner, in: name, file: file)
            messages[place].nested.append(nested)
        }
        return place
    }

    private mutating func declare(_ enumeration: ProtoEnum, in scope: String, file: Int) throws(FormatError) {
        let name = scope.isEmpty ? enumeration.name : scope + "." + enumeration.name
        try add(name, .enumeration(enums.count), file: file)
        enums.append(ProtobufEnum(enumeration, fullName: name, isClosed: files[file].syntax == .proto2))
    }

    private mutating func add(_ name: String, _ symbol: Symbol, file: Int) throws(FormatError) {
        guard symbols.count < Self.symbolLimit else {
            throw FormatError(.schema, "\(files[0].path): with its imports it has over \(Self.symbolLimit) types.")
        }
        if symbols.updateValue(symbol, forKey: name) != nil {
            throw FormatError(.schema, "\(files[file].path): \(name) is declared twice.")
        }
    }

    // MARK: Fields

    private mutating func resolveFields() throws(FormatError) {
        for place in messages.indices {
            let (message, file) = declared[place]
            var names = Set<String>()
            for field in message.fields {
                let scope = messages[place].fullName
                let resolved = try resolve(field, scope: scope, file: file, extensionScope: nil)
                guard names.insert(field.name).inserted else {
                    throw error(field, file, "\(scope) has two fields named \(field.name).")
                }
                try add(resolved, to: place, field, file)
            }
        }
        for place in messages.indices {
            let (message, file) = declared[place]
            for field in message.extensions { try extend(field, scope: messages[place].fullName, file) }
        }
        for file in files.indices {
            for field in files[file].extensions { try extend(field, scope: files[file].package, file) }
        }
    }

    private mutating func add(
        _ field: ProtobufField, to place: Int, _ declaration: ProtoField, _ file: Int
    ) throws(FormatError) {
        if messages[place].numbers.updateValue(messages[place].fields.count, forKey: field.number) != nil {
            throw error(
                declaration, file, "\(messages[place].fullName) has two fields with the number \(field.number).")
        }
        messages[place].fields.append(field)
    }

    private mutating func extend(_ field: ProtoField, scope: String, _ file: Int) throws(FormatError) {
        guard let extendee = field.extendee else { return }
        guard case .message(let place)? = lookUp(extendee, scope: scope) else {
            // Custom options are extensions too; those of an import that isn't here mean nothing to a record.
            if !missing.isEmpty { return }
            throw error(field, file, "the extended message \(extendee) isn't declared.")
        }
        if messages[place].fullName.hasPrefix("google.protobuf."), messages[place].fullName.hasSuffix("Options") {
            return
        }
        try add(try resolve(field, scope: scope, file: file, extensionScope: scope), to: place, field, file)
    }

    private func resolve(
        _ field: ProtoField, scope: String, file: Int, extensionScope: String?
    ) throws(FormatError) -> ProtobufField {
        var kind = field.kind
        var message = -1
        var enumeration = -1
        if let name = field.typeName, kind == nil || kind == .message || kind == .group || kind == .enumeration {
            switch lookUp(name, scope: scope) {
            case .message(let place)? where kind != .enumeration:
                message = place
                kind = kind ?? .message
            case .enumeration(let place)? where kind == nil || kind == .enumeration:
                enumeration = place
                kind = .enumeration
            default:
                let cure =
                    missing.isEmpty
                    ? ""
                    : " Imports that weren't given: \(missing.prefix(5).joined(separator: ", ")). A registry has them as "
                        + "references of the schema, AWS Glue as schemas of these names, a file beside it."
                throw error(field, file, "\(scope).\(field.name): the type \(name) isn't declared.\(cure)")
            }
        }
        guard let kind, !(kind.isMessage && message < 0), !(kind == .enumeration && enumeration < 0) else {
            throw error(field, file, "\(scope).\(field.name) has no type.")
        }
        guard (1...536_870_911).contains(field.number) else {
            throw error(field, file, "\(scope).\(field.name): a field's number is 1 to 536870911.")
        }
        let isProto3 = files[file].syntax == .proto3
        let isRepeated = field.label == .repeated
        let extensionName = extensionScope.map { $0.isEmpty ? field.name : $0 + "." + field.name }
        return ProtobufField(
            name: extensionName ?? field.name,
            jsonName: extensionName.map { "[\($0)]" } ?? field.jsonName ?? Self.jsonName(field.name),
            number: field.number, kind: kind, isRepeated: isRepeated, isRequired: field.label == .required,
            hasPresence: !isRepeated
                && (!isProto3 || kind.isMessage || field.oneof != nil || field.isProto3Optional
                    || extensionScope != nil),
            oneof: field.isProto3Optional ? nil : field.oneof,
            isPacked: isRepeated && kind.isPackable && (field.isPacked ?? isProto3), message: message,
            enumeration: enumeration, defaultValue: field.defaultValue, checksUTF8: isProto3 && kind == .string,
            isMap: isRepeated && kind == .message && messages[message].isMapEntry,
            isExtension: extensionScope != nil)
    }

    /// `json_name_here` is `jsonNameHere`.
    static func jsonName(_ name: String) -> String {
        var result: [UInt8] = []
        var isUpper = false
        for byte in name.utf8 {
            if byte == 0x5F {
                isUpper = true
            } else {
                result.append(isUpper && byte &- 97 < 26 ? byte - 32 : byte)
                isUpper = false
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// From the innermost scope outwards; a leading dot means the whole name.
    private func lookUp(_ name: String, scope: String) -> Symbol? {
        if name.hasPrefix(".") { return symbols[String(name.dropFirst())] }
        var scope = Substring(scope)
        while true {
            switch symbols[scope.isEmpty ? name : scope + "." + name] {
            case nil, .package?: break
            case let symbol?: return symbol
            }
            if scope.isEmpty { return nil }
            scope = scope.lastIndex(of: ".").map { scope[..<$0] } ?? ""
        }
    }

    private func error(_ field: ProtoField, _ file: Int, _ message: String) -> FormatError {
        let place = field.place.isEmpty ? "" : ":" + field.place
        return FormatError(.schema, "\(files[file].path)\(place): \(message)")
    }

    // MARK: Recursion

    /// A message is recursive when it is in a cycle: Tarjan's strongly connected components, with a stack of its own.
    private mutating func markRecursion() {
        let count = messages.count
        let edges = messages.map { message in message.fields.compactMap { $0.message >= 0 ? $0.message : nil } }
        var order = [Int](repeating: -1, count: count)
        var low = [Int](repeating: 0, count: count)
        var isOpen = [Bool](repeating: false, count: count)
        var open: [Int] = []
        var work: [(node: Int, edge: Int)] = []
        var next = 0
        for root in 0..<count where order[root] < 0 {
            work.append((root, 0))
            while let (node, edge) = work.last {
                if edge == 0 {
                    order[node] = next
                    low[node] = next
                    next += 1
                    open.append(node)
                    isOpen[node] = true
                }
                if edge < edges[node].count {
                    work[work.count - 1].edge += 1
                    let target = edges[node][edge]
                    if target == node { messages[node].isRecursive = true }
                    if order[target] < 0 {
                        work.append((target, 0))
                    } else if isOpen[target] {
                        low[node] = min(low[node], order[target])
                    }
                    continue
                }
                work.removeLast()
                if let parent = work.last?.node { low[parent] = min(low[parent], low[node]) }
                guard low[node] == order[node] else { continue }
                let start = open.lastIndex(of: node) ?? 0
                let members = open[start...]
                if members.count > 1 { for member in members { messages[member].isRecursive = true } }
                for member in members { isOpen[member] = false }
                open.removeSubrange(start...)
            }
        }
    }
}
