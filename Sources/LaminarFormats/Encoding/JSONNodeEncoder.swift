/// What `Encodable` types see of one place in the payload.
struct JSONNodeEncoder: Encoder {
    let tape: JSONTape
    let node: Int

    var codingPath: [any CodingKey] { tape.codingPath(to: node) }
    var userInfo: [CodingUserInfoKey: Any] { tape.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        tape.open(node, .object)
        return KeyedEncodingContainer(JSONKeyedWriter<Key>(tape: tape, node: node))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        tape.open(node, .array)
        return JSONUnkeyedWriter(tape: tape, node: node)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingleWriter(tape: tape, node: node) }
}

/// An object's members.
struct JSONKeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let tape: JSONTape
    let node: Int

    var codingPath: [any CodingKey] { tape.codingPath(to: node) }

    func encodeNil(forKey key: Key) { tape.encodeNil(at: tape.child(of: node, key: key)) }
    func encode(_ value: Bool, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: String, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Double, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Float, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Int, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Int8, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Int16, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Int32, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Int64, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: Int128, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: UInt, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: UInt8, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: UInt16, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: UInt32, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: UInt64, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode(_ value: UInt128, forKey key: Key) { tape.encode(value, at: tape.child(of: node, key: key)) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try tape.encodeAny(value, at: tape.child(of: node, key: key))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        JSONNodeEncoder(tape: tape, node: tape.child(of: node, key: key)).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONNodeEncoder(tape: tape, node: tape.child(of: node, key: key)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        JSONNodeEncoder(tape: tape, node: tape.child(of: node, key: NameKey(stringValue: "super")))
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        JSONNodeEncoder(tape: tape, node: tape.child(of: node, key: key))
    }
}

/// An array's elements.
struct JSONUnkeyedWriter: UnkeyedEncodingContainer {
    let tape: JSONTape
    let node: Int

    var codingPath: [any CodingKey] { tape.codingPath(to: node) }
    var count: Int { tape.nodes[node].children }

    func encodeNil() { tape.encodeNil(at: tape.child(of: node)) }
    func encode(_ value: Bool) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: String) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Double) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Float) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Int) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Int8) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Int16) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Int32) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Int64) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: Int128) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: UInt) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: UInt8) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: UInt16) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: UInt32) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: UInt64) { tape.encode(value, at: tape.child(of: node)) }
    func encode(_ value: UInt128) { tape.encode(value, at: tape.child(of: node)) }
    func encode<T: Encodable>(_ value: T) throws { try tape.encodeAny(value, at: tape.child(of: node)) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        JSONNodeEncoder(tape: tape, node: tape.child(of: node)).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        JSONNodeEncoder(tape: tape, node: tape.child(of: node)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { JSONNodeEncoder(tape: tape, node: tape.child(of: node)) }
}

/// A value that stands alone.
struct JSONSingleWriter: SingleValueEncodingContainer {
    let tape: JSONTape
    let node: Int

    var codingPath: [any CodingKey] { tape.codingPath(to: node) }

    func encodeNil() { tape.encodeNil(at: node) }
    func encode(_ value: Bool) { tape.encode(value, at: node) }
    func encode(_ value: String) { tape.encode(value, at: node) }
    func encode(_ value: Double) { tape.encode(value, at: node) }
    func encode(_ value: Float) { tape.encode(value, at: node) }
    func encode(_ value: Int) { tape.encode(value, at: node) }
    func encode(_ value: Int8) { tape.encode(value, at: node) }
    func encode(_ value: Int16) { tape.encode(value, at: node) }
    func encode(_ value: Int32) { tape.encode(value, at: node) }
    func encode(_ value: Int64) { tape.encode(value, at: node) }
    func encode(_ value: Int128) { tape.encode(value, at: node) }
    func encode(_ value: UInt) { tape.encode(value, at: node) }
    func encode(_ value: UInt8) { tape.encode(value, at: node) }
    func encode(_ value: UInt16) { tape.encode(value, at: node) }
    func encode(_ value: UInt32) { tape.encode(value, at: node) }
    func encode(_ value: UInt64) { tape.encode(value, at: node) }
    func encode(_ value: UInt128) { tape.encode(value, at: node) }
    func encode<T: Encodable>(_ value: T) throws { try tape.encodeAny(value, at: node) }
}
