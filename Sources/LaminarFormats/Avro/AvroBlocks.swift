/// Arrays and maps: blocks of items, each with a count, ended by a count of zero.
///
/// Hot-path file: raw memory, read as in `AvroReader`. A count never costs more than the bytes that are there: an item takes
/// at least one byte, or one of the datum's steps.
///
/// - Note: Format: Apache Avro 1.12 specification, "Arrays" and "Maps".
extension AvroReader {
    typealias Step = UnsafeMutablePointer<AvroOperation>

    /// Steps that a datum may take without bytes, besides 16 for each byte that it has.
    static let freeSteps = 1_000_000
    /// What an item without bytes costs.
    private static let emptyItem = 8

    /// The next block: how many items, and where it ends when it says so. False after a fault; a count of 0 is the end.
    @inline(__always)
    private func block(_ at: inout Place, _ operation: Step, _ count: inout Int, _ blockEnd: inout Place?) -> Bool {
        var value: Int64 = 0
        blockEnd = nil
        guard long(&at, &value) else { return failVarint(operation, at) != nil }
        if value >= 0 {
            count = Int(value)
            return true
        }
        guard let (next, end) = sizedBlock(at, operation, value) else { return false }
        count = Int(0 &- value)
        at = next
        blockEnd = end
        return true
    }

    /// Where a block with its size in front begins and ends.
    @inline(never)
    private func sizedBlock(_ from: Place, _ operation: Step, _ value: Int64) -> (next: Place, end: Place)? {
        var at = from
        var size: Int64 = 0
        guard long(&at, &size) else {
            _ = failVarint(operation, at)
            return nil
        }
        guard value != .min, size >= 0, size <= Int64(end - at) else {
            _ = fail(.blockSize, operation, at)
            return nil
        }
        return (at, at + Int(size))
    }

    /// Whether so many items can be there.
    @inline(__always)
    private func holds(_ count: Int, _ operation: Step, _ at: Place) -> Bool {
        if operation.pointee.b == 0 { return count <= end - at || fail(.count, operation, at) != nil }
        return takesEmpty(count, operation, at)
    }

    @inline(never)
    private func takesEmpty(_ count: Int, _ operation: Step, _ at: Place) -> Bool {
        let (cost, overflow) = count.multipliedReportingOverflow(by: Self.emptyItem)
        guard !overflow, cost <= fault.pointee.budget else { return fail(.amplified, operation, at) != nil }
        fault.pointee.budget -= cost
        return true
    }

    /// An array or a map into a column, into JSON, or to nowhere.
    @inline(never)
    func blocks(_ from: Place, _ operation: Step, _ depth: Int) -> Place? {
        guard enter(depth, operation, from) else { return nil }
        var at = from
        let body = operation - operations + 1
        let code = operation.pointee.code
        let isSkipped = code == .skipArray || code == .skipMap
        let builder = operation.pointee.builder
        var isFirst = true
        if code == .jsonArray { fault.pointee.text.append(0x5B) }
        if code == .jsonMap { fault.pointee.text.append(0x7B) }
        while true {
            var count = 0
            var blockEnd: Place?
            guard block(&at, operation, &count, &blockEnd) else { return nil }
            if count == 0 { break }
            if isSkipped, let blockEnd {
                at = blockEnd
                continue
            }
            guard holds(count, operation, at) else { return nil }
            for _ in 0..<count {
                switch code {
                case .map:
                    guard let next = text(at, operation, builder.pointee.children) else { return nil }
                    at = next
                case .skipMap:
                    var length = 0
                    guard self.length(&at, operation, &length) else { return nil }
                    at += length
                case .jsonArray, .jsonMap:
                    if !isFirst { fault.pointee.text.append(0x2C) }
                    isFirst = false
                    if code == .jsonMap {
                        guard let next = jsonKey(at, operation) else { return nil }
                        at = next
                    }
                default: break
                }
                guard let next = run(body, at, depth &+ 1) else { return nil }
                at = next
            }
            if let blockEnd, blockEnd != at { return fail(.blockSize, operation, at) }
        }
        switch code {
        case .array, .map:
            guard builder.pointee.endList() else { return fail(.tooLarge, operation, at) }
        case .jsonArray: fault.pointee.text.append(0x5D)
        case .jsonMap: fault.pointee.text.append(0x7D)
        default: break
        }
        return at
    }

    private func jsonKey(_ from: Place, _ operation: Step) -> Place? {
        var at = from
        var count = 0
        guard length(&at, operation, &count) else { return nil }
        guard UTF8Check.isValid(at, count) else { return fail(.utf8, operation, at) }
        JSONQuoting.quote(UnsafeRawBufferPointer(start: at, count: count), into: &fault.pointee.text)
        fault.pointee.text.append(0x3A)
        return at + count
    }

    /// An array of strings into a column.
    @inline(never)
    func texts(_ from: Place, _ operation: Step, _ depth: Int) -> Place? {
        var at = from
        let builder = operation.pointee.builder
        let elements = builder.pointee.children
        while true {
            var count = 0
            var blockEnd: Place?
            guard block(&at, operation, &count, &blockEnd) else { return nil }
            if count == 0 { break }
            guard count <= end - at else { return fail(.count, operation, at) }
            for _ in 0..<count {
                guard let next = text(at, operation, elements) else { return nil }
                at = next
            }
            if let blockEnd, blockEnd != at { return fail(.blockSize, operation, at) }
        }
        guard builder.pointee.endList() else { return fail(.tooLarge, operation, at) }
        return at
    }

    /// Past an array of strings.
    @inline(never)
    func skipTexts(_ from: Place, _ operation: Step) -> Place? {
        var at = from
        while true {
            var count = 0
            var blockEnd: Place?
            guard block(&at, operation, &count, &blockEnd) else { return nil }
            if count == 0 { return at }
            if let blockEnd {
                at = blockEnd
                continue
            }
            guard count <= end - at else { return fail(.count, operation, at) }
            for _ in 0..<count {
                var length = 0
                guard self.length(&at, operation, &length) else { return nil }
                at += length
            }
        }
    }
}
