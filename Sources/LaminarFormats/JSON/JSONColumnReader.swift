/// Reads one payload into a row of columns by a compiled plan.
///
/// Hot-path file: raw memory, read as in `JSONScanner`. A column has its value for the row being read when its `count` is
/// past the row, so that missing fields, duplicates and the undoing of a half-read row need no further bookkeeping.
struct JSONColumnReader {
    let scanner: JSONScanner
    let scratch: JSONScratch
    let times: UnsafeMutablePointer<JSONTimes>
    /// The number of the payload, never repeated by this decoder.
    let record: Int

    /// Reads an object's fields into row `row` of the plan's columns; `from` is after the opening brace, `depth` counts this
    /// object too. `seen` is how many columns got a value.
    @inline(__always)
    func fields(
        _ from: UnsafePointer<UInt8>, _ plan: UnsafeMutablePointer<JSONObjectPlan>, row: Int, depth: Int,
        seen: inout Int
    ) -> UnsafePointer<UInt8>? {
        let end = scanner.end
        let wide = scanner.wide
        var at = scanner.space(from)
        guard at < end else { return scanner.fail(.endsEarly, at) }
        if at.pointee == 0x7D { return at + 1 }
        let slots = plan.pointee.slots
        var expected = Int(plan.pointee.first)
        var previous = -1
        while true {
            var slot = slots + expected
            if at <= wide, Self.matches(slot, at, end) {
                at += slot.pointee.patternCount
            } else {
                var index = -1
                guard let next = key(at, plan, previous, expected, &index) else { return nil }
                at = next
                if index < 0 {
                    guard let next = unlearned(at, plan, column: -2 - index, row: row, depth: depth, seen: &seen) else {
                        return nil
                    }
                    at = next
                    if at.pointee == 0x7D { return at + 1 }
                    continue
                }
                expected = index
                slot = slots + index
            }
            previous = expected
            expected = Int(slot.pointee.next)
            if at >= end || at.pointee <= 0x20 {
                at = scanner.spaceSlow(at)
                guard at < end else { return scanner.fail(.endsEarly, at) }
            }
            if slot.pointee.column < 0 || slot.pointee.isInexact && !takesInexact(Int(slot.pointee.column), plan, row) {
                guard let next = scanner.skip(at, depth) else { return nil }
                at = next
            } else {
                let builder = slot.pointee.target.builder
                if builder.pointee.count != row {
                    // A key that came before: the last one counts.
                    builder.pointee.truncate(to: row)
                    seen &-= 1
                }
                if at.pointee == 0x6E {
                    guard let next = scanner.null(at) else { return nil }
                    at = next
                } else {
                    guard let next = value(at, slot.pointee.target, depth) else {
                        return scanner.within(plan.pointee.names[Int(slot.pointee.column)])
                    }
                    at = next
                    seen &+= 1
                }
            }
            // `,"` and `, "` are what nearly every writer puts here.
            if at < wide, at.pointee == 0x2C {
                if at[1] == 0x22 {
                    at += 1
                    continue
                }
                if at[1] == 0x20, at[2] == 0x22 {
                    at += 2
                    continue
                }
            }
            guard let next = separator(at) else { return nil }
            at = next
            if at.pointee == 0x7D { return at + 1 }
        }
    }

    /// The value of a key that isn't among the slots, since no more are learned, and what follows it. `column` is the
    /// one that the key means when case is ignored, or -1.
    @inline(never)
    private func unlearned(
        _ afterColon: UnsafePointer<UInt8>, _ plan: UnsafeMutablePointer<JSONObjectPlan>, column: Int, row: Int,
        depth: Int, seen: inout Int
    ) -> UnsafePointer<UInt8>? {
        let at = scanner.space(afterColon)
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        if column < 0 || !takesInexact(column, plan, row) {
            guard let next = scanner.skip(at, depth) else { return nil }
            return separator(next)
        }
        let target = plan.pointee.slots[column].target
        if target.builder.pointee.count != row {
            target.builder.pointee.truncate(to: row)
            seen -= 1
        }
        if at.pointee == 0x6E {
            guard let next = scanner.null(at) else { return nil }
            return separator(next)
        }
        guard let next = value(at, target, depth) else { return scanner.within(plan.pointee.names[column]) }
        seen += 1
        return separator(next)
    }

    /// After a value: the next key's place, or the closing brace's.
    @inline(never)
    private func separator(_ from: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        let at = scanner.space(from)
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        if at.pointee == 0x7D { return at }
        guard at.pointee == 0x2C else { return scanner.fail(.expectedCommaOrEnd, at) }
        let next = scanner.space(at + 1)
        guard next < scanner.end, next.pointee == 0x22 else { return scanner.fail(.expectedKey, next) }
        return next
    }

    /// Whether the payload has exactly this key and its colon here; 16 bytes are readable at `at`.
    @inline(__always)
    private static func matches(
        _ slot: UnsafeMutablePointer<JSONSlot>, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Bool {
        let low = (JSONScanner.word(at) ^ slot.pointee.low) & slot.pointee.lowMask
        let high = (JSONScanner.word(at + 8) ^ slot.pointee.high) & slot.pointee.highMask
        if low | high != 0 { return false }
        return slot.pointee.patternCount <= 16 || matchesLong(slot, at, end)
    }

    @inline(never)
    private static func matchesLong(
        _ slot: UnsafeMutablePointer<JSONSlot>, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> Bool {
        let count = slot.pointee.patternCount
        guard end - at >= count else { return false }
        for index in 16..<count where at[index] != slot.pointee.pattern[index] { return false }
        return true
    }

    /// A key that isn't the expected one, with its colon: the place after them, and its slot, or -2 less the column
    /// of a key without one. What is found is what will be expected here the next time.
    @inline(never)
    private func key(
        _ at: UnsafePointer<UInt8>, _ plan: UnsafeMutablePointer<JSONObjectPlan>, _ previous: Int, _ expected: Int,
        _ index: inout Int
    ) -> UnsafePointer<UInt8>? {
        guard at < scanner.end, at.pointee == 0x22 else { return scanner.fail(.expectedKey, at) }
        // A field that is left out now and then: the one after it is next.
        if plan.pointee.slotCount > 0, at <= scanner.wide {
            let following = Int(plan.pointee.slots[expected].next)
            let slot = plan.pointee.slots + following
            if following != expected, Self.matches(slot, at, scanner.end) {
                index = following
                return at + slot.pointee.patternCount
            }
        }
        var bytes = at + 1
        var count = 0
        guard let after = scanner.content(at + 1, scratch, &bytes, &count) else { return nil }
        let colon = scanner.space(after)
        guard colon < scanner.end, colon.pointee == 0x3A else { return scanner.fail(.expectedColon, colon) }
        index = plan.pointee.find(bytes, count)
        if index < 0 {
            let learned = plan.pointee.learn(bytes, count)
            index = learned.slot >= 0 ? learned.slot : -2 - learned.column
        }
        if index >= 0 {
            if previous >= 0 {
                plan.pointee.slots[previous].next = Int32(truncatingIfNeeded: index)
            } else {
                plan.pointee.first = Int32(truncatingIfNeeded: index)
            }
        }
        return colon + 1
    }

    /// Whether a key that differs in case fills its column: not when a key of exactly the column's name did in this row.
    @inline(never)
    private func takesInexact(_ column: Int, _ plan: UnsafeMutablePointer<JSONObjectPlan>, _ row: Int) -> Bool {
        let last = plan.pointee.inexactRecord + column
        if plan.pointee.slots[column].target.builder.pointee.count != row, last.pointee != record { return false }
        last.pointee = record
        return true
    }

    /// One value that isn't null into its column.
    @inline(__always)
    func value(_ at: UnsafePointer<UInt8>, _ target: JSONTarget, _ depth: Int) -> UnsafePointer<UInt8>? {
        let builder = target.builder
        switch target.kind {
        case .bigint:
            var value: Int64 = 0
            guard let next = scanner.integer(at, builder.pointee.type, &value) else { return nil }
            builder.pointee.append(value)
            return next
        case .text:
            guard at.pointee == 0x22 else { return scanner.fail(.mismatch, at, builder.pointee.type) }
            return scanner.text(at + 1, builder)
        case .double:
            guard at.pointee != 0x22 else { return other(at, target, depth) }
            var value = 0.0
            guard let next = scanner.double(at, builder.pointee.type, &value) else { return nil }
            builder.pointee.append(value)
            return next
        case .boolean:
            guard at.pointee == 0x74 || at.pointee == 0x66 else {
                return scanner.fail(.mismatch, at, builder.pointee.type)
            }
            guard let next = scanner.skipLiteral(at) else { return nil }
            builder.pointee.append(bit: at.pointee == 0x74)
            return next
        case .timestamp:
            var value: Int64 = 0
            guard let next = timestamp(at, builder, &value) else { return nil }
            builder.pointee.append(value)
            return next
        default: return other(at, target, depth)
        }
    }

    /// The kinds that are rarer, or much work in themselves.
    @inline(never)
    private func other(_ at: UnsafePointer<UInt8>, _ target: JSONTarget, _ depth: Int) -> UnsafePointer<UInt8>? {
        let builder = target.builder
        switch target.kind {
        case .structure: return structure(at, target, depth &+ 1)
        case .array: return array(at, target, depth &+ 1)
        case .map: return map(at, target, depth &+ 1)
        case .int, .smallint: return narrow(at, builder)
        case .json:
            guard let next = scanner.skip(at, depth) else { return nil }
            guard builder.pointee.append(bytes: UnsafeRawBufferPointer(start: at, count: next - at)) else {
                return scanner.fail(.tooLarge, at)
            }
            return next
        default: return converted(at, target)
        }
    }

    @inline(__always)
    private func narrow(
        _ at: UnsafePointer<UInt8>, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> UnsafePointer<UInt8>? {
        var value: Int64 = 0
        guard let next = scanner.integer(at, builder.pointee.type, &value) else { return nil }
        if builder.pointee.width == 4, let int = Int32(exactly: value) {
            builder.pointee.append(int)
        } else if builder.pointee.width == 2, let int = Int16(exactly: value) {
            builder.pointee.append(int)
        } else {
            return scanner.fail(.range, at, builder.pointee.type)
        }
        return next
    }
}
