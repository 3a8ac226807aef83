/// One JSON payload as a flat list of nodes in reading order, made in one pass that checks everything; its memory is used
/// again for the next payload.
///
/// Hot-path file: raw memory. Offsets were within the payload when they were noted; a node is reached only by an
/// index that is checked against how many there are now, so that a decoder that outlives its payload gets an error.
final class JSONDocument {
    enum Kind: UInt8 { case null, yes, no, number, plain, escaped, array, object }

    struct Node {
        var kind: Kind
        /// Where the value begins in the payload; for strings after the quote.
        var offset: UInt32
        /// Bytes of a scalar, members of an object, elements of an array.
        var count: UInt32
        /// The node after this one's last descendant.
        var next: UInt32
    }

    // Exclusivity isn't checked at run time: no method of this class calls out while it changes one of these.
    @exclusivity(unchecked) private(set) var nodes = UnsafeMutablePointer<Node>.allocate(capacity: 64)
    @exclusivity(unchecked) private(set) var nodeCount = 0
    @exclusivity(unchecked) private var nodeCapacity = 64
    /// Keys with escapes, resolved.
    private var keys: [UnsafeMutablePointer<UInt8>] = []
    /// Raised when the payload is left, so that what still points into it can tell.
    @exclusivity(unchecked) private(set) var generation = 0
    let scratch = JSONScratch()
    let slots = JSONContainerSlots()
    let known = KnownTypes()
    let fault: UnsafeMutablePointer<JSONFault>
    @exclusivity(unchecked) private(set) var scanner: JSONScanner
    var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    init() {
        fault = .allocate(capacity: 1)
        fault.initialize(to: JSONFault())
        scanner = JSONScanner(start: Self.nowhere, count: 0, fault: fault)
    }

    deinit {
        reset()
        nodes.deallocate()
        fault.deinitialize(count: 1)
        fault.deallocate()
    }

    /// The start of no bytes.
    private static var nowhere: UnsafePointer<UInt8> { UnsafePointer(bitPattern: 16).unsafelyUnwrapped }

    /// Reads a payload, which must stay where it is until ``reset()``.
    ///
    /// - Throws: ``DecodeFailure`` when it isn't JSON.
    func load(_ payload: UnsafeRawBufferPointer) throws(DecodeFailure) {
        guard payload.count < Int(UInt32.max), let base = payload.baseAddress else {
            throw DecodeFailure(.syntax, "the payload is empty, which is no JSON value", offset: 0)
        }
        scanner = JSONScanner(start: base.assumingMemoryBound(to: UInt8.self), count: payload.count, fault: fault)
        guard let after = index(scanner.space(scanner.start), 0) else { throw fault.pointee.failure }
        guard after == scanner.end || scanner.space(after) == scanner.end else {
            _ = scanner.fail(.trailing, after)
            throw fault.pointee.failure
        }
    }

    /// Forgets the payload.
    func reset() {
        nodeCount = 0
        generation &+= 1
        slots.begin()
        scanner = JSONScanner(start: Self.nowhere, count: 0, fault: fault)
        if !keys.isEmpty {
            for key in keys { key.deallocate() }
            keys.removeAll()
        }
    }

    // MARK: Indexing

    @inline(__always)
    private func add(_ kind: Kind, _ start: UnsafePointer<UInt8>, _ count: Int) {
        if nodeCount == nodeCapacity { growNodes() }
        nodes[nodeCount] = Node(
            kind: kind, offset: UInt32(truncatingIfNeeded: start - scanner.start),
            count: UInt32(truncatingIfNeeded: count), next: UInt32(truncatingIfNeeded: nodeCount &+ 1))
        nodeCount &+= 1
    }

    @inline(never)
    private func growNodes() {
        let larger = UnsafeMutablePointer<Node>.allocate(capacity: nodeCapacity * 2)
        larger.update(from: nodes, count: nodeCount)
        nodes.deallocate()
        nodes = larger
        nodeCapacity *= 2
    }

    private func index(_ at: UnsafePointer<UInt8>, _ depth: Int) -> UnsafePointer<UInt8>? {
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        switch at.pointee {
        case 0x22: return string(at + 1)
        case 0x7B: return object(at, depth &+ 1)
        case 0x5B: return array(at, depth &+ 1)
        case 0x74, 0x66, 0x6E:
            guard let after = scanner.skipLiteral(at) else { return nil }
            add(at.pointee == 0x6E ? .null : at.pointee == 0x74 ? .yes : .no, at, after - at)
            return after
        default:
            guard let after = scanner.skipNumber(at) else { return nil }
            add(.number, at, after - at)
            return after
        }
    }

    @inline(__always)
    private func string(_ from: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        var isEscaped = false
        guard let close = scanner.closing(from, &isEscaped) else { return nil }
        add(isEscaped ? .escaped : .plain, from, close - from)
        return close + 1
    }

    private func array(_ open: UnsafePointer<UInt8>, _ depth: Int) -> UnsafePointer<UInt8>? {
        if depth > JSONScanner.depthLimit { return scanner.fail(.depth, open) }
        let node = nodeCount
        add(.array, open, 0)
        var at = scanner.space(open + 1)
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        if at.pointee == 0x5D { return at + 1 }
        var count: UInt32 = 0
        while true {
            guard let next = index(at, depth) else { return nil }
            count &+= 1
            at = scanner.space(next)
            guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
            if at.pointee == 0x2C {
                at = scanner.space(at + 1)
                continue
            }
            guard at.pointee == 0x5D else { return scanner.fail(.expectedCommaOrEnd, at) }
            nodes[node].count = count
            nodes[node].next = UInt32(truncatingIfNeeded: nodeCount)
            return at + 1
        }
    }

    private func object(_ open: UnsafePointer<UInt8>, _ depth: Int) -> UnsafePointer<UInt8>? {
        if depth > JSONScanner.depthLimit { return scanner.fail(.depth, open) }
        let node = nodeCount
        add(.object, open, 0)
        var at = scanner.space(open + 1)
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        if at.pointee == 0x7D { return at + 1 }
        var count: UInt32 = 0
        while true {
            guard at < scanner.end, at.pointee == 0x22 else { return scanner.fail(.expectedKey, at) }
            guard let afterKey = string(at + 1) else { return nil }
            at = scanner.space(afterKey)
            guard at < scanner.end, at.pointee == 0x3A else { return scanner.fail(.expectedColon, at) }
            guard let next = index(scanner.space(at + 1), depth) else { return nil }
            count &+= 1
            at = scanner.space(next)
            guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
            if at.pointee == 0x2C {
                at = scanner.space(at + 1)
                continue
            }
            guard at.pointee == 0x7D else { return scanner.fail(.expectedCommaOrEnd, at) }
            nodes[node].count = count
            nodes[node].next = UInt32(truncatingIfNeeded: nodeCount)
            return at + 1
        }
    }

    /// A key's bytes with its escapes resolved, valid until ``reset()``.
    @inline(never)
    func resolvedKey(_ start: UnsafePointer<UInt8>, _ length: Int) -> (UnsafePointer<UInt8>, Int) {
        let target = UnsafeMutablePointer<UInt8>.allocate(capacity: scanner.end - start + 16)
        keys.append(target)
        var count = 0
        return scanner.unescape(start, target, &count) == nil ? (start, 0) : (UnsafePointer(target), count)
    }

    // MARK: Scalars

    /// The node, or an error where the payload is gone.
    @inline(__always)
    func node(_ index: Int) throws -> Node {
        guard index < nodeCount else {
            throw DecodeFailure(.value, "the decoder was used after the record that it belongs to")
        }
        return nodes[index]
    }

    func mismatch(_ node: Node, _ wanted: Any.Type) -> DecodeFailure {
        let found = JSONFault.kind(of: firstByte(node))
        if node.kind == .null {
            return DecodeFailure(
                .missing, "the value is null, and the property isn't optional", offset: Int(node.offset))
        }
        return DecodeFailure(.type, "\(found) can't be \(wanted)", offset: Int(node.offset))
    }

    func refused(_ node: Node, _ wanted: Any.Type) -> DecodeFailure {
        DecodeFailure(.range, "the value doesn't fit into \(wanted)", offset: Int(node.offset))
    }

    private func firstByte(_ node: Node) -> UInt8 {
        node.kind == .plain || node.kind == .escaped ? 0x22 : (scanner.start + Int(node.offset)).pointee
    }

    /// A string without escapes; nil for every other value.
    @inline(__always)
    func plainString(_ index: Int) -> String? {
        guard index < nodeCount, nodes[index].kind == .plain else { return nil }
        let node = nodes[index]
        return text(scanner.start + Int(node.offset), Int(node.count))
    }

    /// Bytes that were checked before as a String. A quarter less work than `String(decoding:as:)`, which looks for
    /// something to repair.
    @inline(__always)
    private func text(_ start: UnsafePointer<UInt8>, _ count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { target in
            if let base = target.baseAddress { base.update(from: start, count: count) }
            return count
        }
    }

    @inline(__always)
    func string(_ index: Int) throws -> String {
        let node = try node(index)
        if node.kind == .plain {
            return text(scanner.start + Int(node.offset), Int(node.count))
        }
        return try withText(node, String.self) { String(decoding: $0, as: UTF8.self) }
    }

    /// A string's bytes with its escapes resolved.
    @inline(never)
    func withText<Result>(
        _ node: Node, _ wanted: Any.Type, _ body: (UnsafeBufferPointer<UInt8>) -> Result?
    ) throws -> Result {
        guard node.kind == .plain || node.kind == .escaped else { throw mismatch(node, wanted) }
        let start = scanner.start + Int(node.offset)
        var bytes = UnsafeBufferPointer(start: start, count: Int(node.count))
        if node.kind == .escaped {
            let target = scratch.room(scanner.end - start + 16)
            var count = 0
            guard scanner.unescape(start, target, &count) != nil else { throw fault.pointee.failure }
            bytes = UnsafeBufferPointer(start: target, count: count)
        }
        guard let result = body(bytes) else { throw refused(node, wanted) }
        return result
    }

    @inline(__always)
    func integer<Integer: FixedWidthInteger>(_ index: Int, _ type: Integer.Type) throws -> Integer {
        let node = try node(index)
        guard node.kind == .number else { throw mismatch(node, type) }
        var value: Int64 = 0
        if scanner.integer(scanner.start + Int(node.offset), .bigint, &value) != nil {
            if let fits = Integer(exactly: value) { return fits }
        } else if let digits = digits(node), let exact = digits.unscaled(scale: 0), let fits = Integer(exactly: exact) {
            return fits
        }
        throw refused(node, type)
    }

    func digits(_ node: Node) -> DecimalDigits? {
        let start = scanner.start + Int(node.offset)
        return scanner.decimalDigits(start, start + Int(node.count))
    }

    @inline(__always)
    func double(_ index: Int) throws -> Double {
        let node = try node(index)
        guard node.kind == .number else { return try notFinite(node) }
        var value = 0.0
        guard scanner.double(scanner.start + Int(node.offset), .double, &value) != nil else {
            throw refused(node, Double.self)
        }
        return value
    }

    @inline(never)
    private func notFinite(_ node: Node) throws -> Double {
        try withText(node, Double.self) { bytes in
            switch String(decoding: bytes, as: UTF8.self) {
            case "NaN": .nan
            case "Infinity": .infinity
            case "-Infinity": -.infinity
            default: nil
            }
        }
    }

    func float(_ index: Int) throws -> Float {
        let node = try node(index)
        guard node.kind == .number else { return Float(try notFinite(node)) }
        var value: Float = 0
        guard scanner.float(scanner.start + Int(node.offset), .real, &value) != nil else {
            throw refused(node, Float.self)
        }
        return value
    }

    @inline(__always)
    func bool(_ index: Int) throws -> Bool {
        let node = try node(index)
        switch node.kind {
        case .yes: return true
        case .no: return false
        default: throw mismatch(node, Bool.self)
        }
    }
}

extension JSONScanner {
    /// A string's closing quote, UTF-8 and escapes checked; `from` is after the opening one.
    @inline(__always)
    func closing(_ from: UnsafePointer<UInt8>, _ isEscaped: inout Bool) -> UnsafePointer<UInt8>? {
        var at = from
        var high: UInt64 = 0
        while at <= wide {
            let plain = Int(Self.plain(at, &high))
            at += plain
            if plain == 16 { continue }
            if at.pointee != 0x22 { break }
            if high != 0, !UTF8Check.isValid(from, at - from) { return fail(.utf8, from) }
            return at
        }
        return closingSlow(from, at, &isEscaped)
    }

    @inline(never)
    private func closingSlow(
        _ from: UnsafePointer<UInt8>, _ reached: UnsafePointer<UInt8>, _ isEscaped: inout Bool
    ) -> UnsafePointer<UInt8>? {
        guard let close = stringEnd(from, reached) else { return nil }
        let bytes = UnsafeBufferPointer(start: from, count: close - from)
        isEscaped = bytes.contains(0x5C)
        if !UTF8Check.isValid(from, bytes.count) { return fail(.utf8, from) }
        return close
    }
}
