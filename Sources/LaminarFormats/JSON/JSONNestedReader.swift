// What is nested in a column: STRUCT, `T[]` and MAP.
//
// Hot-path file: raw memory, read as in `JSONScanner`.
extension JSONColumnReader {
    func structure(_ at: UnsafePointer<UInt8>, _ target: JSONTarget, _ depth: Int) -> UnsafePointer<UInt8>? {
        let builder = target.builder
        guard at.pointee == 0x7B, let plan = target.plan else {
            return scanner.fail(.mismatch, at, builder.pointee.type)
        }
        if depth > JSONScanner.depthLimit { return scanner.fail(.depth, at) }
        var seen = 0
        let row = builder.pointee.count
        guard let next = fields(at + 1, plan, row: row, depth: depth, seen: &seen) else { return nil }
        if seen != plan.pointee.fieldCount {
            for index in 0..<plan.pointee.fieldCount where builder.pointee.children[index].count == row {
                guard plan.pointee.isNullable[index] else {
                    fault(.notNull, at, plan.pointee.types[index])
                    return scanner.within(plan.pointee.names[index])
                }
                builder.pointee.children[index].appendNull()
            }
        }
        builder.pointee.endStructure()
        return next
    }

    private func fault(_ reason: JSONFault.Reason, _ at: UnsafePointer<UInt8>, _ type: ColumnType) {
        _ = scanner.fail(reason, at, type)
    }

    func array(_ at: UnsafePointer<UInt8>, _ target: JSONTarget, _ depth: Int) -> UnsafePointer<UInt8>? {
        let builder = target.builder
        guard at.pointee == 0x5B, let element = target.element else {
            return scanner.fail(.mismatch, at, builder.pointee.type)
        }
        if depth > JSONScanner.depthLimit { return scanner.fail(.depth, at) }
        var at = scanner.space(at + 1)
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        if at.pointee == 0x5D { return builder.pointee.endList() ? at + 1 : scanner.fail(.tooLarge, at) }
        let start = element.pointee.builder.pointee.count
        while true {
            guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
            guard let next = cell(at, element, depth) else {
                return scanner.within("[\(element.pointee.builder.pointee.count - start)]")
            }
            at = scanner.space(next)
            guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
            if at.pointee == 0x2C {
                at = scanner.space(at + 1)
                continue
            }
            guard at.pointee == 0x5D else { return scanner.fail(.expectedCommaOrEnd, at) }
            return builder.pointee.endList() ? at + 1 : scanner.fail(.tooLarge, at)
        }
    }

    /// An element of an array or a value of a map; null is NULL.
    @inline(__always)
    private func cell(
        _ at: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<JSONTarget>, _ depth: Int
    ) -> UnsafePointer<UInt8>? {
        if at.pointee == 0x6E {
            guard let next = scanner.null(at) else { return nil }
            target.pointee.builder.pointee.appendNull()
            return next
        }
        return value(at, target.pointee, depth)
    }

    func map(_ at: UnsafePointer<UInt8>, _ target: JSONTarget, _ depth: Int) -> UnsafePointer<UInt8>? {
        let builder = target.builder
        guard at.pointee == 0x7B else { return scanner.fail(.mismatch, at, builder.pointee.type) }
        if depth > JSONScanner.depthLimit { return scanner.fail(.depth, at) }
        let first = builder.pointee.children[0].count
        guard let next = entries(at, target, depth, superseded: []) else { return nil }
        let superseded = JSONMapKeys.superseded(builder.pointee.children, from: first)
        if !superseded.isEmpty {
            // A key twice: read the object again without the entries that later ones replace.
            for child in 0..<2 { builder.pointee.children[child].truncate(to: first) }
            guard entries(at, target, depth, superseded: superseded) != nil else { return nil }
        }
        return builder.pointee.endList() ? next : scanner.fail(.tooLarge, at)
    }

    private func entries(
        _ open: UnsafePointer<UInt8>, _ target: JSONTarget, _ depth: Int, superseded: Set<Int>
    ) -> UnsafePointer<UInt8>? {
        guard let value = target.element else { return scanner.fail(.mismatch, open, target.builder.pointee.type) }
        var at = scanner.space(open + 1)
        guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
        if at.pointee == 0x7D { return at + 1 }
        var entry = 0
        while true {
            guard at < scanner.end, at.pointee == 0x22 else { return scanner.fail(.expectedKey, at) }
            let isWanted = superseded.isEmpty || !superseded.contains(entry)
            let afterKey = isWanted ? scanner.text(at + 1, target.builder.pointee.children) : scanner.skipString(at + 1)
            guard let afterKey else { return nil }
            let colon = scanner.space(afterKey)
            guard colon < scanner.end, colon.pointee == 0x3A else { return scanner.fail(.expectedColon, colon) }
            at = scanner.space(colon + 1)
            guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
            guard let next = isWanted ? cell(at, value, depth) : scanner.skip(at, depth) else { return nil }
            at = scanner.space(next)
            guard at < scanner.end else { return scanner.fail(.endsEarly, at) }
            if at.pointee == 0x7D { return at + 1 }
            guard at.pointee == 0x2C else { return scanner.fail(.expectedCommaOrEnd, at) }
            at = scanner.space(at + 1)
            entry += 1
        }
    }
}

/// Finds the keys that a map has twice.
enum JSONMapKeys {
    /// The entries, counted from `first`, whose key comes again later.
    static func superseded(_ keys: UnsafeMutablePointer<ColumnBuilder>, from first: Int) -> Set<Int> {
        let count = keys.pointee.count - first
        if count < 2 { return [] }
        func key(_ entry: Int) -> UnsafeRawBufferPointer {
            let start = Int(keys.pointee.offsets[first + entry])
            return UnsafeRawBufferPointer(
                start: keys.pointee.values + start, count: Int(keys.pointee.offsets[first + entry + 1]) - start)
        }
        var superseded = Set<Int>()
        if count <= 12 {
            for earlier in 0..<count - 1 {
                for later in earlier + 1..<count where key(earlier).elementsEqual(key(later)) {
                    superseded.insert(earlier)
                    break
                }
            }
            return superseded
        }
        var last: [[UInt8]: Int] = [:]
        for entry in 0..<count {
            if let earlier = last.updateValue(entry, forKey: Array(key(entry))) { superseded.insert(earlier) }
        }
        return superseded
    }
}
