#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What `Decodable` types see of one JSON value.
struct JSONNodeDecoder: Decoder {
    let document: JSONDocument
    let node: Int

    var codingPath: [any CodingKey] { document.codingPath(to: node) }
    var userInfo: [CodingUserInfoKey: Any] { document.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try document.slots.container(document, node, keyedBy: type)
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try JSONUnkeyedContainer(document, node) }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { JSONSingleContainer(document, node) }
}

extension JSONDocument {
    /// A value of any `Decodable` type: those with a reading of their own first.
    func value<T: Decodable>(_ index: Int, as type: T.Type) throws -> T {
        let id = ObjectIdentifier(type)
        if id == known.strings { return unsafeBitCast(try array(index) { try string($0) }, to: T.self) }
        if id == known.date { return unsafeBitCast(Date(try timestamp(index)), to: T.self) }
        if id == known.timestamp { return unsafeBitCast(try timestamp(index), to: T.self) }
        if id == known.uuid { return unsafeBitCast(try uuid(index), to: T.self) }
        if id == known.int64s { return unsafeBitCast(try array(index) { try integer($0, Int64.self) }, to: T.self) }
        if id == known.ints { return unsafeBitCast(try array(index) { try integer($0, Int.self) }, to: T.self) }
        if id == known.doubles { return unsafeBitCast(try array(index) { try double($0) }, to: T.self) }
        if id == known.exactDecimal { return unsafeBitCast(try decimal(index), to: T.self) }
        if id == known.decimal { return unsafeBitCast(Decimal(try decimal(index)), to: T.self) }
        if id == known.bytes { return unsafeBitCast(try bytes(index), to: T.self) }
        if id == known.data { return unsafeBitCast(Data(try bytes(index)), to: T.self) }
        if id == known.url { return unsafeBitCast(try url(index), to: T.self) }
        return try T(from: JSONNodeDecoder(document: self, node: index))
    }

    private func uuid(_ index: Int) throws -> UUID {
        try withText(try node(index), UUID.self) { text in
            text.baseAddress.flatMap { UUIDText.parse($0, text.count) }
                .map { UUID(uuid: unsafeBitCast($0, to: uuid_t.self)) }
        }
    }

    private func url(_ index: Int) throws -> URL {
        try withText(try node(index), URL.self) { URL(string: String(decoding: $0, as: UTF8.self)) }
    }

    /// Each element of an array, its place put before the path of what fails.
    private func array<Element>(_ index: Int, _ element: (Int) throws -> Element) throws -> [Element] {
        let node = try node(index)
        guard node.kind == .array else { throw mismatch(node, [Element].self) }
        var result: [Element] = []
        result.reserveCapacity(Int(node.count))
        var at = index + 1
        for place in 0..<Int(node.count) {
            do {
                result.append(try element(at))
            } catch {
                throw DecodeFailure.from(error).within("[\(place)]")
            }
            at = Int(try self.node(at).next)
        }
        return result
    }

    private func timestamp(_ index: Int) throws -> Timestamp {
        let node = try node(index)
        if node.kind == .number {
            guard let exact = digits(node)?.truncated(scale: 3), let microseconds = Int64(exactly: exact) else {
                throw refused(node, Timestamp.self)
            }
            return Timestamp(microseconds: microseconds)
        }
        let microseconds = try withText(node, Timestamp.self) { text in
            text.baseAddress.flatMap { CivilTime.parseTimestamp($0, text.count) }
        }
        return Timestamp(microseconds: microseconds)
    }

    private func decimal(_ index: Int) throws -> ExactDecimal {
        let node = try node(index)
        if node.kind == .number {
            guard let value = digits(node)?.value() else { throw refused(node, ExactDecimal.self) }
            return value
        }
        return try withText(node, ExactDecimal.self) { ExactDecimal(String(decoding: $0, as: UTF8.self)) }
    }

    private func bytes(_ index: Int) throws -> [UInt8] {
        let node = try node(index)
        if node.kind == .array { return try array(index) { try integer($0, UInt8.self) } }
        return try withText(node, [UInt8].self) { text in
            text.baseAddress.flatMap { Base64Text.decode($0, text.count) } ?? (text.isEmpty ? [] : nil)
        }
    }

    /// The keys from the payload's value down to a node.
    func codingPath(to target: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var at = 0
        while at < target, at < nodeCount {
            let node = nodes[at]
            guard node.kind == .object || node.kind == .array else { break }
            var child = at + 1
            var place = 0
            while child < Int(node.next) {
                let value = node.kind == .object ? child + 1 : child
                if target < Int(nodes[value].next) {
                    let name = node.kind == .object ? try? string(child) : nil
                    path.append(name.map { NameKey(stringValue: $0) } ?? NameKey(intValue: place))
                    child = value
                    break
                }
                child = Int(nodes[value].next)
                place += 1
            }
            at = child
        }
        return path
    }
}

/// An array's elements in order.
struct JSONUnkeyedContainer: UnkeyedDecodingContainer {
    private let document: JSONDocument
    // 32 bits each, so that the container fits into an existential without a box.
    private let node: UInt32
    private var next: UInt32
    private var place: UInt32 = 0
    private let total: UInt32

    init(_ document: JSONDocument, _ node: Int) throws {
        let array = try document.node(node)
        guard array.kind == .array else { throw document.mismatch(array, [Any].self) }
        self.document = document
        self.node = UInt32(truncatingIfNeeded: node)
        next = UInt32(truncatingIfNeeded: node + 1)
        total = array.count
    }

    var codingPath: [any CodingKey] { document.codingPath(to: Int(node)) }
    var count: Int? { Int(total) }
    var isAtEnd: Bool { place >= total }
    var currentIndex: Int { Int(place) }

    /// Reads the next element; the container moves on only when that succeeds.
    private mutating func element<T>(_ body: (JSONDocument, Int) throws -> T) throws -> T {
        guard !isAtEnd else {
            throw DecodeFailure(.missing, "the array has no more elements", path: "[\(place)]")
        }
        let at = Int(next)
        do {
            let value = try body(document, at)
            next = try document.node(at).next
            place += 1
            return value
        } catch {
            throw DecodeFailure.from(error).within("[\(place)]")
        }
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, try document.node(Int(next)).kind == .null else { return false }
        return try element { _, _ in true }
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try element { try $0.bool($1) } }
    mutating func decode(_ type: String.Type) throws -> String { try element { try $0.string($1) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try element { try $0.double($1) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try element { try $0.float($1) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try element { try $0.integer($1, type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try element { try $0.integer($1, type) } }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try element { try $0.value($1, as: type) } }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try element { try $0.slots.container($0, $1, keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try element { try JSONUnkeyedContainer($0, $1) }
    }

    mutating func superDecoder() throws -> any Decoder {
        try element { JSONNodeDecoder(document: $0, node: $1) }
    }
}

/// One value by itself.
struct JSONSingleContainer: SingleValueDecodingContainer {
    private let document: JSONDocument
    private let node: Int

    init(_ document: JSONDocument, _ node: Int) {
        self.document = document
        self.node = node
    }

    var codingPath: [any CodingKey] { document.codingPath(to: node) }
    func decodeNil() -> Bool { (try? document.node(node))?.kind == .null }
    func decode(_ type: Bool.Type) throws -> Bool { try document.bool(node) }
    func decode(_ type: String.Type) throws -> String { try document.string(node) }
    func decode(_ type: Double.Type) throws -> Double { try document.double(node) }
    func decode(_ type: Float.Type) throws -> Float { try document.float(node) }
    func decode(_ type: Int.Type) throws -> Int { try document.integer(node, type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.integer(node, type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.integer(node, type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.integer(node, type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.integer(node, type) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.integer(node, type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.integer(node, type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.integer(node, type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.integer(node, type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.integer(node, type) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try document.value(node, as: type) }
}
