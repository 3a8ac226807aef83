// Messages within messages, the entries of maps, and what a message's columns are once it has been read.
//
// Hot-path file: raw memory, read as in `ProtobufWire`.
extension ProtobufReader {
    /// A singular message or group, or one of a list: a STRUCT, a wrapper's value, or a known message's.
    @inline(never)
    func message(
        _ slot: Slot, _ op: ProtobufOp, _ at: Place, _ end: Place, _ row: Int, _ depth: Int, _ seen: inout Int
    ) -> Place? {
        if depth >= ProtobufFault.depthLimit { return wire.fail(.depth, at) }
        var content = at
        var after = end
        let group = slot.pointee.kind == .group ? slot.pointee.tag &>> 3 : 0
        if group == 0 {
            guard let start = wire.length(at, end, &after) else { return nil }
            content = start
        }
        guard let next = inside(slot, op, content, after, group, row, depth &+ 1, &seen) else { return nil }
        return next
    }

    /// The message's content, once its bounds are known.
    @inline(__always)
    private func inside(
        _ slot: Slot, _ op: ProtobufOp, _ content: Place, _ end: Place, _ group: UInt32, _ row: Int, _ depth: Int,
        _ seen: inout Int
    ) -> Place? {
        let builder = slot.pointee.builder
        guard let plan = slot.pointee.plan else {
            return known(slot, content, end, row, &seen)
        }
        var isFresh = builder.pointee.count == row
        if isFresh {
            seen &+= 1
        } else if builder.pointee.isNull(row) {
            builder.pointee.truncate(to: row)
            isFresh = true
        }
        if isFresh {
            if plan.pointee.hasScratch { forget(plan) }
        } else {
            reopen(plan, row)
            if op == .structure { builder.pointee.count = row }
        }
        var inner = 0
        guard let next = fields(content, end, plan, row: row, depth: depth, group: group, seen: &inner) else {
            return nil
        }
        if inner != plan.pointee.fieldCount || plan.pointee.mustEnd || !isFresh {
            guard finish(plan, row, content, depth) else { return nil }
        }
        if op == .structure { builder.pointee.endStructure() }
        return next
    }

    /// An entry of a map: its key and value are columns side by side.
    func entry(_ slot: Slot, _ content: Place, _ end: Place, _ depth: Int) -> Place? {
        guard let plan = slot.pointee.plan else { return nil }
        if depth >= ProtobufFault.depthLimit { return wire.fail(.depth, content) }
        if plan.pointee.hasScratch { forget(plan) }
        let row = slot.pointee.builder.pointee.count
        var inner = 0
        guard let next = fields(content, end, plan, row: row, depth: depth &+ 1, group: 0, seen: &inner) else {
            return nil
        }
        if inner != plan.pointee.fieldCount || plan.pointee.mustEnd {
            guard finish(plan, row, content, depth &+ 1) else { return nil }
        }
        return next
    }

    /// A new message begins: nothing collected counts any more.
    @inline(never)
    func forget(_ plan: Plan) {
        for cell in plan.pointee.cells { cell.reset() }
        for map in plan.pointee.maps { map.entries.removeAll(keepingCapacity: true) }
    }

    /// A message goes on that was ended before: its lists take more elements.
    private func reopen(_ plan: Plan, _ row: Int) {
        for index in 0..<plan.pointee.fieldCount where plan.pointee.fields[index].absent == .list {
            let builder = plan.pointee.fields[index].builder
            if builder.pointee.count > row { builder.pointee.count = row }
        }
    }

    // MARK: The end of a message

    /// Gives every column of the plan its value for the row where the payload had none; false after a fault.
    @inline(never)
    func finish(_ plan: Plan, _ row: Int, _ at: Place, _ depth: Int) -> Bool {
        for index in 0..<plan.pointee.fieldCount {
            let field = plan.pointee.fields + index
            let builder = field.pointee.builder
            if builder.pointee.count != row, field.pointee.absent != .cell { continue }
            if !end(field, plan, row, at, depth) {
                _ = wire.within(field.pointee.name)
                return false
            }
        }
        return true
    }

    private func end(
        _ field: UnsafeMutablePointer<ProtobufColumn>, _ plan: Plan, _ row: Int, _ at: Place, _ depth: Int
    ) -> Bool {
        let builder = field.pointee.builder
        switch field.pointee.absent {
        case .zero: builder.pointee.appendZero()
        case .list:
            let slot = plan.pointee.slots + max(field.pointee.slot, 0)
            if slot.pointee.op == .map, !dropRepeatedKeys(slot, plan.pointee.maps[slot.pointee.place], depth) {
                return false
            }
            if !builder.pointee.endList() { return wire.fail(.tooLarge, at) != nil }
        case .cell:
            if builder.pointee.count != row { builder.pointee.truncate(to: row) }
            let slot = plan.pointee.slots + max(field.pointee.slot, 0)
            switch plan.pointee.cells[slot.pointee.place].write(to: builder) {
            case .written: break
            case .absent: return null(field, at)
            case .refused(let reason): return wire.fail(reason, at) != nil
            }
        case .value:
            if !builder.pointee.append(field.pointee.value) { return wire.fail(.tooLarge, at) != nil }
        case .message:
            let slot = plan.pointee.slots + max(field.pointee.slot, 0)
            var seen = 0
            return inside(slot, slot.pointee.op, at, at, 0, row, depth + 1, &seen) != nil
        case .null: return null(field, at)
        }
        return true
    }

    private func null(_ field: UnsafeMutablePointer<ProtobufColumn>, _ at: Place) -> Bool {
        if !field.pointee.isNullable { return wire.fail(.missing, at, field.pointee.type) != nil }
        field.pointee.builder.pointee.appendNull()
        return true
    }

    // MARK: Maps

    /// The last of equal keys counts: where there are any, the entries that count are read again.
    private func dropRepeatedKeys(_ slot: Slot, _ map: ProtobufMapEntries, _ depth: Int) -> Bool {
        let count = map.entries.count
        if count < 2 { return true }
        let keys = slot.pointee.builder
        let first = keys.pointee.count - count
        if count <= 8, !hasRepeatedKeys(keys, first) { return true }
        var last: [[UInt8]: Int] = [:]
        for entry in 0..<count { last[keys.pointee.bytes(at: first + entry)] = entry }
        if last.count == count { return true }
        let kept = (0..<count).filter { last[keys.pointee.bytes(at: first + $0)] == $0 }
        let entries = map.entries
        keys.pointee.truncate(to: first)
        slot.pointee.list?.pointee.children[1].truncate(to: first)
        map.entries.removeAll(keepingCapacity: true)
        for index in kept {
            let (start, length) = entries[index]
            guard entry(slot, start, start + length, depth) != nil else { return false }
            map.entries.append((start, length))
        }
        return true
    }

    /// Eight keys at most are compared with each other.
    private func hasRepeatedKeys(_ keys: UnsafeMutablePointer<ColumnBuilder>, _ first: Int) -> Bool {
        for one in first..<keys.pointee.count {
            for other in first..<one where keys.pointee.areBytesEqual(one, other) { return true }
        }
        return false
    }
}

extension ColumnBuilder {
    /// Zero, false or empty.
    mutating func appendZero() {
        reserveRow()
        switch layout {
        case .bits: append(bit: false)
        case .fixed:
            (values + count * width).initializeMemory(as: UInt8.self, repeating: 0, count: width)
            count += 1
        case .bytes: endBytes()
        case .list, .structure: appendNull()
        }
    }

    /// Whether a row that has been ended is NULL.
    func isNull(_ row: Int) -> Bool {
        guard let validity, row < count else { return false }
        return validity[row >> 3] & (1 << UInt8(truncatingIfNeeded: row & 7)) == 0
    }

    /// A row's bytes.
    func bytes(at row: Int) -> [UInt8] {
        let start = Int(offsets[row])
        return Array(UnsafeRawBufferPointer(start: values + start, count: Int(offsets[row + 1]) - start))
    }

    func areBytesEqual(_ one: Int, _ other: Int) -> Bool {
        let (start, otherStart) = (Int(offsets[one]), Int(offsets[other]))
        let count = Int(offsets[one + 1]) - start
        guard count == Int(offsets[other + 1]) - otherStart else { return false }
        let bytes = values.assumingMemoryBound(to: UInt8.self)
        for index in 0..<count where bytes[start + index] != bytes[otherStart + index] { return false }
        return true
    }
}
