/// Compiles a message and the wanted columns into a plan.
struct ProtobufPlanCompiler {
    typealias Plan = UnsafeMutablePointer<ProtobufPlan>
    typealias Builder = UnsafeMutablePointer<ColumnBuilder>

    let types: ProtobufTypes
    /// Whether a column that the message has no field for is an error; if not, it is NULL.
    let isStrict: Bool

    /// A column, or a field of a STRUCT.
    struct Wanted {
        let name: String
        let type: ColumnType
        let isNullable: Bool
        let builder: Builder
    }

    /// The parts of a plan while it is being made; what it owns is freed where it isn't finished.
    private struct Parts {
        var slots: [ProtobufSlot] = []
        var fields: [ProtobufColumn] = []
        var cells: [ProtobufCell] = []
        var maps: [ProtobufMapEntries] = []
        var oneofs: [[Int]] = []
        var chains: [[Int]] = []
        var plans: [Plan] = []
        var names: [UnsafeMutablePointer<ProtobufNames>] = []
        var places: [UInt32: Int] = [:]

        func free() {
            for plan in plans {
                plan.deinitialize(count: 1)
                plan.deallocate()
            }
            for each in names {
                each.deinitialize(count: 1)
                each.deallocate()
            }
        }
    }

    /// The caller deinitializes and deallocates the plan.
    func plan(_ message: Int, _ wanted: [Wanted]) throws(FormatError) -> Plan {
        var parts = Parts()
        do throws(FormatError) {
            for column in wanted { try add(column, of: message, to: &parts) }
            addOneofs(of: message, to: &parts)
            guard parts.slots.count < Int(UInt16.max) else {
                throw FormatError(.column, "A Protobuf message fills at most 65,000 columns.")
            }
        } catch {
            parts.free()
            throw error
        }
        return finish(parts)
    }

    private func finish(_ parts: Parts) -> Plan {
        let plan = Plan.allocate(capacity: 1)
        plan.initialize(
            to: ProtobufPlan(
                slots: parts.slots, fields: parts.fields, cells: parts.cells, maps: parts.maps, oneofs: parts.oneofs,
                chains: parts.chains, plans: parts.plans, names: parts.names))
        return plan
    }

    // MARK: One column

    private func add(_ column: Wanted, of message: Int, to parts: inout Parts) throws(FormatError) {
        let declared = types.messages[message]
        var result = ProtobufColumn(name: column.name, type: column.type, builder: column.builder)
        result.isNullable = column.isNullable
        guard let index = declared.field(named: column.name) else {
            guard column.isNullable, !isStrict else {
                let known = declared.fields.prefix(12).map(\.name).joined(separator: ", ")
                throw FormatError(
                    .column,
                    "Column \(column.name): the message \(declared.fullName) has no field of that name; it has "
                        + "\(known).")
            }
            parts.fields.append(result)
            return
        }
        let field = declared.fields[index]
        var slot = ProtobufSlot(builder: column.builder)
        slot.kind = field.kind
        slot.field = parts.fields.count
        slot.oneof = field.oneof ?? -1
        try fill(&slot, field, index, message, column, &parts)
        if slot.op == .cell {
            result.absent = .cell
        } else if field.isRepeated {
            result.absent = .list
        } else {
            (result.absent, result.value) = absent(field, column, slot, message)
        }
        parts.fields.append(result)
        if slot.oneof >= 0 {
            slot.inner = slot.op
            slot.op = .member
        }
        let place = append(slot, tag: UInt32(bitPattern: field.number) << 3 | field.kind.wireType, to: &parts)
        parts.fields[slot.field].slot = place
        if field.isRepeated, field.kind.isPackable {
            if slot.op == .element {
                slot.inner = .scalar
                slot.op = .packed
            }
            _ = append(slot, tag: UInt32(bitPattern: field.number) << 3 | 2, to: &parts)
        }
    }

    /// Two columns that want one field share its tag through a chain. Returns the slot's place.
    private func append(_ slot: ProtobufSlot, tag: UInt32, to parts: inout Parts) -> Int {
        var slot = slot
        slot.tag = tag
        if let first = parts.places[tag] {
            // The slot that has the tag becomes the chain's head, its own work moves behind it.
            if parts.slots[first].op != .many {
                var moved = parts.slots[first]
                moved.isChained = true
                if moved.field >= 0, parts.fields[moved.field].slot == first {
                    parts.fields[moved.field].slot = parts.slots.count
                }
                var head = ProtobufSlot(builder: slot.builder)
                head.op = .many
                head.tag = tag
                head.place = parts.chains.count
                parts.chains.append([parts.slots.count])
                parts.slots[first] = head
                parts.slots.append(moved)
            }
            parts.chains[parts.slots[first].place].append(parts.slots.count)
            slot.isChained = true
        } else {
            parts.places[tag] = parts.slots.count
        }
        parts.slots.append(slot)
        return parts.slots.count - 1
    }

    private func absent(
        _ field: ProtobufField, _ column: Wanted, _ slot: ProtobufSlot, _ message: Int
    ) -> (ProtobufColumn.Absent, Value) {
        let isEntry = types.messages[message].isMapEntry
        if isEntry, field.kind.isMessage { return (.message, .null) }
        if let value = Self.writtenDefault(field, column.type, types) { return (.value, value) }
        if field.hasPresence, !isEntry { return (.null, .null) }
        if slot.store == .parsed { return (.null, .null) }
        if slot.store == .name {
            let enumeration = types.enums[field.enumeration]
            return (.value, .text(enumeration.names[enumeration.first] ?? String(enumeration.first)))
        }
        if slot.store == .key, field.kind != .string { return (.value, .text(field.kind == .bool ? "false" : "0")) }
        return (.zero, .null)
    }

    /// A default of proto2 as the column's value; nil where there is none, or the column can't hold it.
    static func writtenDefault(_ field: ProtobufField, _ type: ColumnType, _ types: ProtobufTypes) -> Value? {
        switch (field.defaultValue, type) {
        case (.bytes(let bytes)?, .text): return .text(String(decoding: bytes, as: UTF8.self))
        case (.bytes(let bytes)?, .bytea): return .bytea(bytes)
        case (.text(let name)?, .text) where field.kind == .enumeration: return .text(name)
        case (.text(let text)?, .boolean): return .boolean(text == "true")
        case (.text(let text)?, .real): return Self.double(text).map { .real(Float($0)) }
        case (.text(let text)?, .double): return Self.double(text).map { .double($0) }
        case (.text(let text)?, let type):
            let number: Int128?
            if field.kind == .enumeration {
                number = types.enums[field.enumeration].numbers[text].map { Int128($0) }
            } else {
                let isNegative = text.hasPrefix("-")
                let magnitude = ProtoParser.magnitude(isNegative ? String(text.dropFirst()) : text)
                number = magnitude.map { isNegative ? -Int128($0) : Int128($0) }
            }
            guard let number else { return nil }
            switch type {
            case .smallint: return Int16(exactly: number).map { .smallint($0) }
            case .int: return Int32(exactly: number).map { .int($0) }
            case .bigint: return Int64(exactly: number).map { .bigint($0) }
            case .decimal: return .decimal(ExactDecimal(unscaled: number, scale: 0))
            default: return nil
            }
        default: return nil
        }
    }

    private static func double(_ text: String) -> Double? {
        switch text {
        case "inf": .infinity
        case "-inf": -.infinity
        case "nan", "-nan": .nan
        default: Double(text.last == "f" || text.last == "F" ? String(text.dropLast()) : text)
        }
    }

    // MARK: How it is read

    private func fill(
        _ slot: inout ProtobufSlot, _ field: ProtobufField, _ index: Int, _ message: Int, _ column: Wanted,
        _ parts: inout Parts
    ) throws(FormatError) {
        if column.type == .json {
            addCell(&slot, index, message, &parts, isElement: false, isText: false)
            slot.op = .cell
            return
        }
        guard field.isRepeated else {
            slot.op = try single(&slot, field, index, message, column, &parts, isElement: false)
            return
        }
        slot.list = column.builder
        slot.builder = column.builder.pointee.children
        switch column.type {
        case .array(let element) where !field.isMap:
            let inner = Wanted(name: column.name, type: element, isNullable: true, builder: slot.builder)
            slot.inner = try single(&slot, field, index, message, inner, &parts, isElement: true)
            slot.op = .element
        case .map(let value) where field.isMap:
            let entry = types.messages[field.message]
            guard let key = entry.field(number: 1), entry.field(number: 2) != nil else { throw mismatch(field, column) }
            slot.plan = try entryPlan(field.message, key, slot.builder, value, &parts)
            slot.place = parts.maps.count
            parts.maps.append(ProtobufMapEntries())
            slot.op = .map
        default: throw mismatch(field, column)
        }
    }

    private func addCell(
        _ slot: inout ProtobufSlot, _ index: Int, _ message: Int, _ parts: inout Parts, isElement: Bool, isText: Bool
    ) {
        slot.place = parts.cells.count
        parts.cells.append(
            ProtobufCell(
                types, message: message, field: index, isElement: isElement, isText: isText,
                zeroIsWritten: types.messages[message].isMapEntry))
    }

    private func single(
        _ slot: inout ProtobufSlot, _ field: ProtobufField, _ index: Int, _ message: Int, _ column: Wanted,
        _ parts: inout Parts, isElement: Bool
    ) throws(FormatError) -> ProtobufOp {
        if column.type == .json
            || column.type == .text && field.message >= 0
                && types.messages[field.message].known == .fieldMask
        {
            addCell(&slot, index, message, &parts, isElement: isElement, isText: column.type == .text)
            return .cell
        }
        guard field.kind.isMessage else { return try scalar(&slot, field, column, &parts) }
        let inner = types.messages[field.message]
        if case .structure(let fields) = column.type {
            var wanted: [Wanted] = []
            for (place, field) in fields.enumerated() {
                wanted.append(
                    Wanted(
                        name: field.name, type: field.type, isNullable: field.isNullable,
                        builder: slot.builder.pointee.children + place))
            }
            let plan: Plan
            do throws(FormatError) { plan = try self.plan(field.message, wanted) } catch {
                throw FormatError(error.code, "In \(column.name): \(error.message)")
            }
            parts.plans.append(plan)
            slot.plan = plan
            return .structure
        }
        switch (inner.known, column.type) {
        case (.timestamp?, .timestamp), (.duration?, .interval), (.date?, .date), (.timeOfDay?, .time),
            (.decimal?, .decimal):
            if let known = inner.known { slot.known = known }
            return .known
        case (let known?, _) where known.isWrapper || known == .textDecimal:
            guard let value = inner.field(number: 1) else { break }
            let name = Wanted(name: value.name, type: column.type, isNullable: true, builder: slot.builder)
            let plan: Plan
            do throws(FormatError) { plan = try self.plan(field.message, [name]) } catch { break }
            parts.plans.append(plan)
            slot.plan = plan
            return .inline
        default: break
        }
        throw mismatch(field, column)
    }

    private func scalar(
        _ slot: inout ProtobufSlot, _ field: ProtobufField, _ column: Wanted, _ parts: inout Parts
    ) throws(FormatError) -> ProtobufOp {
        guard let store = ProtobufStore(field.kind, column.type) else { throw mismatch(field, column) }
        slot.store = store
        if field.kind == .enumeration {
            let names = UnsafeMutablePointer<ProtobufNames>.allocate(capacity: 1)
            names.initialize(to: ProtobufNames(types.enums[field.enumeration]))
            parts.names.append(names)
            slot.names = names
        }
        switch (field.kind, store) {
        case (.int64, .bigint): return .bigint
        case (.int32, .int): return .int
        case (.double, .double): return .double
        case (.bool, .boolean): return .boolean
        case (.string, .text): return .text
        default: return .scalar
        }
    }

    /// The key and the value of a map's entry, side by side.
    private func entryPlan(
        _ message: Int, _ key: ProtobufField, _ builders: Builder, _ value: ColumnType, _ parts: inout Parts
    ) throws(FormatError) -> Plan {
        var inner = Parts()
        do throws(FormatError) {
            var slot = ProtobufSlot(builder: builders)
            slot.kind = key.kind
            slot.field = 0
            slot.store = .key
            slot.op = key.kind == .string ? .text : .scalar
            let wanted = Wanted(name: "key", type: .text, isNullable: false, builder: builders)
            var column = ProtobufColumn(name: "key", type: .text, builder: builders)
            column.slot = 0
            (column.absent, column.value) = absent(key, wanted, slot, message)
            inner.fields.append(column)
            _ = append(slot, tag: UInt32(bitPattern: key.number) << 3 | key.kind.wireType, to: &inner)
            try add(
                Wanted(name: "value", type: value, isNullable: true, builder: builders + 1), of: message, to: &inner)
        } catch {
            inner.free()
            throw error
        }
        let plan = finish(inner)
        parts.plans.append(plan)
        return plan
    }

    /// Members of a oneof take each other's place, wanted or not.
    private func addOneofs(of message: Int, to parts: inout Parts) {
        let declared = types.messages[message]
        let wanted = Set(parts.slots.filter { $0.oneof >= 0 }.map(\.oneof))
        for oneof in wanted.sorted() {
            let place = parts.oneofs.count
            let slots = parts.slots.indices.filter { parts.slots[$0].oneof == oneof }
            parts.oneofs.append(slots)
            let numbers = Set(slots.map { parts.slots[$0].tag >> 3 })
            for index in slots { parts.slots[index].oneof = place + 1_000_000 }
            for field in declared.fields
            where field.oneof == oneof && !numbers.contains(UInt32(bitPattern: field.number)) {
                var slot = ProtobufSlot(builder: parts.slots[slots[0]].builder)
                slot.op = .cleared
                slot.oneof = place + 1_000_000
                _ = append(slot, tag: UInt32(bitPattern: field.number) << 3 | field.kind.wireType, to: &parts)
            }
        }
        for index in parts.slots.indices where parts.slots[index].oneof >= 0 { parts.slots[index].oneof -= 1_000_000 }
    }

    private func mismatch(_ field: ProtobufField, _ column: Wanted) -> FormatError {
        let derived = ProtobufColumns(types).type(of: field).map { " It can be \($0), or JSON." } ?? ""
        return FormatError(
            .column,
            "Column \(column.name): the Protobuf field \(field.name) is \(types.describe(field)), which can't be \(column.type).\(derived)"
        )
    }
}
