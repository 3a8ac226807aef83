import CProtobufC

/// Messages as libprotobuf-c wants them described, built at run time, and what it unpacks read back.
///
///     let layout = CMessageLayout([[.init(1, .text), .init(2, .message(0), isRepeated: true)]])
///     try layout.unpack(0, bytes) { message in print(message.texts(1)) }
///
/// The only file that touches the library's structures. It has no limit on nesting and would run out of stack, so nesting
/// is measured before; it fails a message with a group or with a known field of a wrong wire type; an enum's field is read
/// as its number. Strings are given to it as bytes, since it would cut them at a NUL.
final class CMessageLayout: Sendable {
    enum Kind: Sendable, Hashable {
        case int32, sint32, sfixed32, int64, sint64, sfixed64, uint32, fixed32, uint64, fixed64, float, double, bool,
            bytes
        case message(Int)
    }

    struct Field: Sendable {
        let number: UInt32
        let kind: Kind
        let isRepeated: Bool

        init(_ number: UInt32, _ kind: Kind, isRepeated: Bool = false) {
            self.number = number
            self.kind = kind
            self.isRepeated = isRepeated
        }
    }

    /// Where a field lies in the unpacked structure.
    struct Slot: Sendable {
        let field: Field
        let quantifier: Int
        let offset: Int
    }

    let slots: [[UInt32: Slot]]
    // Written in `init` only, read by the library; freed with this object.
    private nonisolated(unsafe) let descriptors: UnsafeMutablePointer<ProtobufCMessageDescriptor>
    private nonisolated(unsafe) let memory: [UnsafeMutableRawPointer]
    private let count: Int

    init(_ messages: [[Field]]) {
        count = messages.count
        let descriptors = UnsafeMutablePointer<ProtobufCMessageDescriptor>.allocate(capacity: max(messages.count, 1))
        var memory: [UnsafeMutableRawPointer] = []
        var slots: [[UInt32: Slot]] = []
        let name = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        name.initialize(to: 0)
        memory.append(UnsafeMutableRawPointer(name))
        for (index, unordered) in messages.enumerated() {
            let fields = unordered.sorted { $0.number < $1.number }
            var size = MemoryLayout<ProtobufCMessage>.size
            let list = UnsafeMutablePointer<ProtobufCFieldDescriptor>.allocate(capacity: max(fields.count, 1))
            let ranges = UnsafeMutablePointer<ProtobufCIntRange>.allocate(capacity: fields.count + 1)
            var rangeCount = 0
            var message: [UInt32: Slot] = [:]
            for (place, field) in fields.enumerated() {
                var described = ProtobufCFieldDescriptor()
                described.name = UnsafePointer(name)
                described.id = field.number
                described.label = field.isRepeated ? PROTOBUF_C_LABEL_REPEATED : PROTOBUF_C_LABEL_OPTIONAL
                described.type = Self.type(field.kind)
                if case .message(let inner) = field.kind {
                    described.descriptor = UnsafeRawPointer(descriptors + inner)
                }
                // Every member has 16 bytes and its quantifier 8, whatever it is.
                described.quantifier_offset = UInt32(size)
                described.offset = UInt32(size + 8)
                message[field.number] = Slot(field: field, quantifier: size, offset: size + 8)
                size += 24
                (list + place).initialize(to: described)
                if place == 0 || fields[place - 1].number + 1 != field.number {
                    (ranges + rangeCount).initialize(
                        to: ProtobufCIntRange(start_value: Int32(bitPattern: field.number), orig_index: UInt32(place)))
                    rangeCount += 1
                }
            }
            (ranges + rangeCount).initialize(to: ProtobufCIntRange(start_value: 0, orig_index: UInt32(fields.count)))
            var descriptor = ProtobufCMessageDescriptor()
            descriptor.magic = 0x28AA_EEF9
            descriptor.name = UnsafePointer(name)
            descriptor.short_name = UnsafePointer(name)
            descriptor.c_name = UnsafePointer(name)
            descriptor.package_name = UnsafePointer(name)
            descriptor.sizeof_message = size
            descriptor.n_fields = UInt32(fields.count)
            descriptor.fields = UnsafePointer(list)
            descriptor.n_field_ranges = UInt32(rangeCount)
            descriptor.field_ranges = UnsafePointer(ranges)
            (descriptors + index).initialize(to: descriptor)
            memory += [UnsafeMutableRawPointer(list), UnsafeMutableRawPointer(ranges)]
            slots.append(message)
        }
        self.descriptors = descriptors
        self.memory = memory
        self.slots = slots
    }

    deinit {
        descriptors.deallocate()
        for part in memory { part.deallocate() }
    }

    private static func type(_ kind: Kind) -> ProtobufCType {
        switch kind {
        case .int32: PROTOBUF_C_TYPE_INT32
        case .sint32: PROTOBUF_C_TYPE_SINT32
        case .sfixed32: PROTOBUF_C_TYPE_SFIXED32
        case .int64: PROTOBUF_C_TYPE_INT64
        case .sint64: PROTOBUF_C_TYPE_SINT64
        case .sfixed64: PROTOBUF_C_TYPE_SFIXED64
        case .uint32: PROTOBUF_C_TYPE_UINT32
        case .fixed32: PROTOBUF_C_TYPE_FIXED32
        case .uint64: PROTOBUF_C_TYPE_UINT64
        case .fixed64: PROTOBUF_C_TYPE_FIXED64
        case .float: PROTOBUF_C_TYPE_FLOAT
        case .double: PROTOBUF_C_TYPE_DOUBLE
        case .bool: PROTOBUF_C_TYPE_BOOL
        case .bytes: PROTOBUF_C_TYPE_BYTES
        case .message: PROTOBUF_C_TYPE_MESSAGE
        }
    }

    // MARK: Unpacking

    /// Unpacks a message and lends it to the closure; nil where the library refuses the bytes, or where they nest deeper
    /// than `depthLimit`.
    func unpack<Result>(
        _ message: Int, _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int = 100, _ body: (CMessage) -> Result
    ) -> Result? {
        guard isShallow(message, bytes, depthLimit) else { return nil }
        var empty: UInt8 = 0
        let unpacked = withUnsafePointer(to: &empty) { empty in
            protobuf_c_message_unpack(descriptors + message, nil, bytes.count, bytes.baseAddress ?? empty)
        }
        guard let unpacked else { return nil }
        defer { protobuf_c_message_free_unpacked(unpacked, nil) }
        return body(CMessage(start: UnsafeRawPointer(unpacked), type: message, layout: self))
    }

    /// Whether the messages that the library would go into nest no deeper than that. Bounds that don't hold are left for
    /// the library to refuse.
    private func isShallow(_ message: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ left: Int) -> Bool {
        guard left >= 0 else { return false }
        var at = 0
        func varint() -> UInt64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while at < bytes.count, shift < 70 {
                let byte = bytes[at]
                at += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            return nil
        }
        while at < bytes.count {
            guard let tag = varint() else { return true }
            switch tag & 7 {
            case 0: if varint() == nil { return true }
            case 1: at += 8
            case 5: at += 4
            case 2:
                guard let length = varint(), length <= UInt64(bytes.count - at) else { return true }
                let end = at + Int(length)
                if let number = UInt32(exactly: tag >> 3),
                    case .message(let inner)? = slots[message][number]?.field.kind
                {
                    let content = UnsafeBufferPointer(rebasing: bytes[at..<end])
                    if !isShallow(inner, content, left - 1) { return false }
                }
                at = end
            default: return true
            }
        }
        return true
    }
}

/// A message that libprotobuf-c has unpacked, valid for the call that lends it.
struct CMessage {
    let start: UnsafeRawPointer
    let type: Int
    let layout: CMessageLayout

    private func slot(_ number: UInt32) -> CMessageLayout.Slot? { layout.slots[type][number] }

    /// How many values a field has.
    func count(_ number: UInt32) -> Int {
        guard let slot = slot(number) else { return 0 }
        if slot.field.isRepeated { return Int(start.load(fromByteOffset: slot.quantifier, as: UInt.self)) }
        if case .message = slot.field.kind {
            return start.load(fromByteOffset: slot.offset, as: UnsafeRawPointer?.self) == nil ? 0 : 1
        }
        return start.load(fromByteOffset: slot.quantifier, as: Int32.self) == 0 ? 0 : 1
    }

    /// Where a field's value lies.
    private func place(_ slot: CMessageLayout.Slot, _ index: Int, _ stride: Int) -> UnsafeRawPointer? {
        guard slot.field.isRepeated else { return start + slot.offset }
        return start.load(fromByteOffset: slot.offset, as: UnsafeRawPointer?.self).map { $0 + index * stride }
    }

    /// A number or bool, sign- or zero-extended; floats as the bits of a Double.
    func integer(_ number: UInt32, _ index: Int = 0) -> Int64 {
        guard index < count(number), let slot = slot(number) else { return 0 }
        switch slot.field.kind {
        case .int32, .sint32, .sfixed32, .bool:
            return place(slot, index, 4).map { Int64($0.load(as: Int32.self)) } ?? 0
        case .uint32, .fixed32: return place(slot, index, 4).map { Int64($0.load(as: UInt32.self)) } ?? 0
        case .float:
            return place(slot, index, 4).map { Int64(bitPattern: Double($0.load(as: Float.self)).bitPattern) } ?? 0
        case .bytes, .message: return 0
        default: return place(slot, index, 8).map { $0.load(as: Int64.self) } ?? 0
        }
    }

    /// A string's or a byte string's bytes.
    func bytes(_ number: UInt32, _ index: Int = 0) -> [UInt8] {
        guard index < count(number), let slot = slot(number),
            let data = place(slot, index, MemoryLayout<ProtobufCBinaryData>.stride)?.load(as: ProtobufCBinaryData.self)
        else { return [] }
        return Array(UnsafeBufferPointer(start: data.data, count: data.len))
    }

    func text(_ number: UInt32, _ index: Int = 0) -> String { String(decoding: bytes(number, index), as: UTF8.self) }

    /// A message's value.
    func message(_ number: UInt32, _ index: Int = 0) -> CMessage? {
        guard index < count(number), let slot = slot(number), case .message(let inner) = slot.field.kind,
            let pointer = place(slot, index, 8)?.load(as: UnsafeRawPointer?.self)
        else { return nil }
        return CMessage(start: pointer, type: inner, layout: layout)
    }

    func messages(_ number: UInt32) -> [CMessage] { (0..<count(number)).compactMap { message(number, $0) } }
}
