/// Runs a plan over a batch.
///
/// Hot-path file: raw memory. The plans, the fault and what they point to are owned here.
class ProtobufEngine: BatchEngine {
    /// How payloads of one writer are read.
    private enum Way {
        case plan(UnsafeMutablePointer<ProtobufPlan>)
        /// The whole message as JSON.
        case whole(ProtobufTypes, message: Int)
    }

    let rows: RowStore
    private(set) var failure: DecodeFailure?
    private let fault: UnsafeMutablePointer<ProtobufFault>
    private var ways: [Way] = []
    private var selected = 0

    init(rows: RowStore) {
        self.rows = rows
        fault = .allocate(capacity: 1)
        fault.initialize(to: ProtobufFault())
    }

    deinit {
        for case .plan(let plan) in ways {
            plan.deinitialize(count: 1)
            plan.deallocate()
        }
        fault.deinitialize(count: 1)
        fault.deallocate()
    }

    /// Compiles the way to read a message into the columns.
    func add(_ types: ProtobufTypes, message: Int, isStrict: Bool) throws(FormatError) -> Int {
        let columns = rows.columns
        // The one column `value JSON` is the whole message, unless the message has a field of that name.
        if columns.count == 1, columns[0].type == .json, columns[0].name.lowercased() == "value",
            types.messages[message].field(named: "value") == nil
        {
            ways.append(.whole(types, message: message))
        } else {
            let wanted = columns.enumerated().map { place, column in
                ProtobufPlanCompiler.Wanted(
                    name: column.name, type: column.type, isNullable: column.isNullable, builder: rows.builders + place)
            }
            ways.append(.plan(try ProtobufPlanCompiler(types: types, isStrict: isStrict).plan(message, wanted)))
        }
        return ways.count - 1
    }

    /// The payloads that follow are read that way.
    func select(_ number: Int) {
        precondition(ways.indices.contains(number), "a number that addWriter gave")
        selected = number
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        guard ways.indices.contains(selected) else {
            failure = DecodeFailure(.value, "The payload's Protobuf schema isn't known.")
            return start
        }
        switch ways[selected] {
        case .plan(let plan): return append(payloads, start, plan)
        case .whole(let types, let message): return append(payloads, start, types, message)
        }
    }

    private func append(
        _ payloads: UnsafeBufferPointer<PayloadSlice>, _ start: Int, _ plan: UnsafeMutablePointer<ProtobufPlan>
    ) -> Int? {
        let fieldCount = plan.pointee.fieldCount
        let mustEnd = plan.pointee.mustEnd
        let hasScratch = plan.pointee.hasScratch
        for index in start..<payloads.count {
            guard let bytes = payloads[index].start else { return refuseTombstone(index) }
            let from = bytes.assumingMemoryBound(to: UInt8.self)
            let reader = ProtobufReader(wire: ProtobufWire(start: from, count: payloads[index].count, fault: fault))
            if hasScratch { reader.forget(plan) }
            let row = rows.count
            var seen = 0
            guard
                reader.fields(
                    from, from + payloads[index].count, plan, row: row, depth: 0, group: 0, seen: &seen) != nil,
                seen == fieldCount && !mustEnd || reader.finish(plan, row, from, 0)
            else { return refuse(index) }
            rows.endCompleteRow()
        }
        return nil
    }

    private func append(
        _ payloads: UnsafeBufferPointer<PayloadSlice>, _ start: Int, _ types: ProtobufTypes, _ message: Int
    ) -> Int? {
        for index in start..<payloads.count {
            guard let bytes = payloads[index].start else { return refuseTombstone(index) }
            let from = bytes.assumingMemoryBound(to: UInt8.self)
            let wire = ProtobufWire(start: from, count: payloads[index].count, fault: fault)
            let tree = ProtobufTree(message)
            let reader = ProtobufTreeReader(types: types, wire: wire)
            guard reader.fields(tree, from, from + payloads[index].count, depth: 0) != nil else { return refuse(index) }
            var json = ProtobufJSON(types)
            json.write(tree)
            if let problem = json.problem {
                _ = wire.fail(problem, from)
                return refuse(index)
            }
            guard json.bytes.withUnsafeBytes({ rows.builders.pointee.append(bytes: $0) }) else {
                _ = wire.fail(.tooLarge, from)
                return refuse(index)
            }
            rows.endCompleteRow()
        }
        return nil
    }

    @inline(never)
    private func refuse(_ index: Int) -> Int {
        failure = fault.pointee.failure
        rows.undoRow()
        return index
    }

    @inline(never)
    private func refuseTombstone(_ index: Int) -> Int {
        failure = DecodeFailure(.tombstone, "The payload is null, which the protobuf format has no row for.")
        return index
    }
}

/// The engine whose writers' schemas are told at run time.
final class ProtobufWriterEngine: ProtobufEngine, WriterEngine {
    /// The option `protobuf.message`, which goes before what a frame says.
    private let message: String?
    /// The last schema, compiled: frames that name one message after another cost no parsing each.
    private var last: (schema: PublishedSchema, types: ProtobufTypes)?

    init(rows: RowStore, message: String?) {
        self.message = message
        super.init(rows: rows)
    }

    var heedsMessage: Bool { message == nil }

    func addWriter(_ schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> Int {
        let types: ProtobufTypes
        if let last, last.schema == schema {
            types = last.types
        } else {
            types = try ProtobufSources.types(schema)
            last = (schema, types)
        }
        let choice = self.message.map { MessageChoice.name($0) } ?? message
        return try add(types, message: types.message(choice), isStrict: false)
    }

    func selectWriter(_ number: Int) { select(number) }
}
