/// Reads one payload into a row of columns by a compiled plan.
///
/// Hot-path file: raw memory, read as in `ProtobufWire`. A column has its value for the row being read when its `count`
/// is past the row: a second value of a singular field takes the first one's place, a second occurrence of a message goes
/// on filling the same row, and the undoing of a half-read row needs no further bookkeeping.
struct ProtobufReader {
    typealias Place = ProtobufWire.Place
    typealias Slot = UnsafeMutablePointer<ProtobufSlot>
    typealias Plan = UnsafeMutablePointer<ProtobufPlan>

    let wire: ProtobufWire

    /// Reads a message's fields into row `row` of the plan's columns, up to `end`, or to the end tag where `group` isn't 0.
    /// `seen` is how many columns got a value that no list or JSON cell needs to end.
    @inline(__always)
    func fields(
        _ from: Place, _ end: Place, _ plan: Plan, row: Int, depth: Int, group: UInt32, seen: inout Int
    ) -> Place? {
        let table = plan.pointee.table
        let tableCount = UInt32(truncatingIfNeeded: plan.pointee.tableCount)
        let slots = plan.pointee.slots
        var at = from
        while at < end {
            var tag = UInt32(at.pointee)
            if tag < 0x80 {
                at += 1
            } else {
                guard let next = longTag(at, end, &tag) else { return nil }
                at = next
            }
            let place = tag < tableCount ? Int(table[Int(tag)]) : farSlot(tag, plan)
            if place == 0 {
                if tag < 8 { return wire.fail(.tag, at) }
                if tag & 7 == 4, group != 0 { return tag &>> 3 == group ? at : wire.fail(.groupEnd, at) }
                guard let next = wire.skip(tag, at, end, depth) else { return nil }
                at = next
                continue
            }
            let slot = slots + (place &- 1)
            let builder = slot.pointee.builder
            switch slot.pointee.op {
            case .bigint:
                var value: UInt64 = 0
                guard let next = wire.wideVarint(at, end, &value) else { return named(slot, plan) }
                at = next
                begin(builder, row, &seen)
                builder.pointee.append(value)
            case .text:
                var after = at
                guard let content = wire.length(at, end, &after) else { return named(slot, plan) }
                begin(builder, row, &seen)
                guard wire.text(content, after - content, builder) != nil else { return named(slot, plan) }
                at = after
            case .double:
                guard end - at >= 8 else {
                    _ = wire.fail(.truncated, end)
                    return named(slot, plan)
                }
                begin(builder, row, &seen)
                builder.pointee.append(ProtobufWire.word(at))
                at += 8
            case .boolean:
                var value: UInt64 = 0
                guard let next = wire.varint(at, end, &value) else { return named(slot, plan) }
                at = next
                begin(builder, row, &seen)
                builder.pointee.append(bit: value != 0)
            case .int:
                var value: UInt64 = 0
                guard let next = wire.varint(at, end, &value) else { return named(slot, plan) }
                at = next
                begin(builder, row, &seen)
                builder.pointee.append(Int32(truncatingIfNeeded: value))
            case .structure:
                guard let next = message(slot, .structure, at, end, row, depth, &seen) else {
                    return named(slot, plan)
                }
                at = next
            default:
                guard let next = other(slot, slot.pointee.op, at, end, plan, row, depth, &seen) else {
                    return named(slot, plan)
                }
                at = next
            }
        }
        return group == 0 ? at : wire.fail(.truncated, end)
    }

    @inline(__always)
    private func longTag(_ at: Place, _ end: Place, _ tag: inout UInt32) -> Place? {
        // Two bytes, as fields 16 to 2047 have.
        if end - at >= 2, at[1] < 0x80 {
            tag = UInt32(at[0] & 0x7F) | UInt32(at[1]) &<< 7
            return at + 2
        }
        return wire.longTag(at, end, &tag)
    }

    @inline(__always)
    private func farSlot(_ tag: UInt32, _ plan: Plan) -> Int {
        tag < ProtobufPlan.tableLimit ? 0 : plan.pointee.farSlot(tag)
    }

    /// A column is about to get its value: the last one counts.
    @inline(__always)
    func begin(_ builder: UnsafeMutablePointer<ColumnBuilder>, _ row: Int, _ seen: inout Int) {
        if builder.pointee.count == row { seen &+= 1 } else { again(builder, row) }
    }

    @inline(never)
    private func again(_ builder: UnsafeMutablePointer<ColumnBuilder>, _ row: Int) {
        builder.pointee.truncate(to: row)
    }

    /// Adds the column's name to the fault's path; always nil.
    @inline(never)
    func named(_ slot: Slot, _ plan: Plan) -> Place? {
        slot.pointee.field >= 0 ? wire.within(plan.pointee.fields[slot.pointee.field].name) : nil
    }

    /// The ops that are rarer, or much work in themselves.
    @inline(never)
    func other(
        _ slot: Slot, _ op: ProtobufOp, _ at: Place, _ end: Place, _ plan: Plan, _ row: Int, _ depth: Int,
        _ seen: inout Int
    ) -> Place? {
        let builder = slot.pointee.builder
        switch op {
        case .structure, .inline, .known: return message(slot, op, at, end, row, depth, &seen)
        case .bigint, .int, .double, .boolean, .text, .scalar: return scalar(slot, at, end, row, &seen)
        case .element:
            if slot.pointee.inner == .cell { return elementCell(slot, at, end, plan, depth) }
            var ignored = 0
            guard let next = other(slot, slot.pointee.inner, at, end, plan, builder.pointee.count, depth, &ignored)
            else { return wire.within(elementIndex(slot)) }
            return next
        case .packed:
            var after = at
            guard var place = wire.length(at, end, &after) else { return nil }
            var ignored = 0
            while place < after {
                guard let next = scalar(slot, place, after, builder.pointee.count, &ignored) else {
                    return wire.within(elementIndex(slot))
                }
                place = next
            }
            return after
        case .map:
            var after = at
            guard let content = wire.length(at, end, &after) else { return nil }
            guard entry(slot, content, after, depth) != nil else { return nil }
            plan.pointee.maps[slot.pointee.place].entries.append((content, after - content))
            return after
        case .cell:
            if builder.pointee.count != row { builder.pointee.truncate(to: row) }
            return plan.pointee.cells[slot.pointee.place].read(slot.pointee.tag, at, end, depth, wire)
        case .member:
            clear(slot, plan, row, &seen)
            return other(slot, slot.pointee.inner, at, end, plan, row, depth, &seen)
        case .cleared:
            clear(slot, plan, row, &seen)
            return wire.skip(slot.pointee.tag, at, end, depth)
        case .many:
            var next: Place? = at
            for place in plan.pointee.chains[slot.pointee.place] {
                let each = plan.pointee.slots + place
                next = other(each, each.pointee.op, at, end, plan, row, depth, &seen)
                if next == nil { return named(each, plan) }
            }
            return next
        case .unknown: return wire.skip(slot.pointee.tag, at, end, depth)
        }
    }

    /// A value of a repeated field that is JSON by itself.
    private func elementCell(_ slot: Slot, _ at: Place, _ end: Place, _ plan: Plan, _ depth: Int) -> Place? {
        let cell = plan.pointee.cells[slot.pointee.place]
        cell.reset()
        guard let next = cell.read(slot.pointee.tag, at, end, depth, wire) else {
            return wire.within(elementIndex(slot))
        }
        if case .refused(let reason) = cell.write(to: slot.pointee.builder) {
            _ = wire.fail(reason, at)
            return wire.within(elementIndex(slot))
        }
        return next
    }

    /// The place in its list of the value being read, as a path has it.
    private func elementIndex(_ slot: Slot) -> String {
        guard let list = slot.pointee.list else { return "[]" }
        let start = list.pointee.capacity == 0 ? 0 : Int(list.pointee.offsets[list.pointee.count])
        return "[\(slot.pointee.builder.pointee.count - start)]"
    }

    /// The other members of a oneof have no value any more.
    private func clear(_ slot: Slot, _ plan: Plan, _ row: Int, _ seen: inout Int) {
        for place in plan.pointee.oneofs[slot.pointee.oneof] {
            let other = plan.pointee.slots + place
            if other.pointee.tag &>> 3 == slot.pointee.tag &>> 3 { continue }
            if other.pointee.inner == .cell { plan.pointee.cells[other.pointee.place].reset() }
            if other.pointee.builder.pointee.count != row {
                other.pointee.builder.pointee.truncate(to: row)
                if other.pointee.inner != .cell { seen &-= 1 }
            }
        }
    }
}
