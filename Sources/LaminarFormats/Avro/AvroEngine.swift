/// Decodes Avro data into columns by plans, one for each writer's schema.
///
/// The plan in use is found before a run of payloads, by the framing's class below: reading a datum costs no look-up.
class AvroEngine: BatchEngine {
    let rows: RowStore
    private(set) var failure: DecodeFailure?
    /// What an explicit reader's schema makes of the data before the columns do; nil when there is none.
    let reader: AvroSchema?
    /// A top-level `bytes` has no length: it is the whole body.
    let isBare: Bool
    private let fault: UnsafeMutablePointer<AvroFault>
    /// Stands for the column in operations that have none; nothing is ever appended to it.
    private let nowhere: UnsafeMutablePointer<ColumnBuilder>
    final var plan: AvroPlan?

    init(rows: RowStore, reader: AvroSchema?, isBare: Bool = false) {
        self.rows = rows
        self.reader = reader
        self.isBare = isBare
        fault = .allocate(capacity: 1)
        fault.initialize(to: AvroFault())
        nowhere = .allocate(capacity: 1)
        nowhere.initialize(to: ColumnBuilder(.boolean))
    }

    deinit {
        fault.deinitialize(count: 1)
        fault.deallocate()
        nowhere.deinitialize(count: 1)
        nowhere.deallocate()
    }

    /// The plan for a writer.
    func compile(_ writer: AvroSchema) throws(FormatError) -> AvroPlan {
        try AvroCompiler.plan(writer: writer, reader: reader, rows: rows, isBare: isBare, nowhere: nowhere)
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        guard let plan else {
            return refuse(start, DecodeFailure(.value, "No writer's schema has been selected."))
        }
        // Made once: of one datum and the next only the places differ.
        let nothing = UnsafePointer<UInt8>(plan.literals)
        var reader = AvroReader(plan, start: nothing, end: nothing, fault: fault)
        for index in start..<payloads.count {
            let payload = payloads[index]
            guard let bytes = payload.start else { return refuseTombstone(index) }
            reader.start = bytes.assumingMemoryBound(to: UInt8.self)
            reader.end = reader.start + payload.count
            if !read(reader, plan, before: 0) { return index }
        }
        return nil
    }

    /// One datum as the next row; false when it is undone and the reason noted. `before` is how many bytes the payload has in
    /// front of it.
    @inline(__always)
    final func read(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ plan: AvroPlan, before: Int
    ) -> Bool {
        read(AvroReader(plan, start: start, end: end, fault: fault), plan, before: before)
    }

    @inline(__always)
    private final func read(_ reader: AvroReader, _ plan: AvroPlan, before: Int) -> Bool {
        fault.pointee.budget = AvroReader.freeSteps &+ (reader.end - reader.start) &* 16
        if let after = reader.run(plan.start, reader.start, 0) {
            if after == reader.end {
                rows.endCompleteRow()
                return true
            }
            fault.pointee.reason = .trailing
            fault.pointee.operation = -1
            fault.pointee.offset = after - reader.start
        }
        undo(plan, before)
        return false
    }

    @inline(never)
    private func undo(_ plan: AvroPlan, _ before: Int) {
        failure = fault.pointee.failure(path: plan.path(of: fault.pointee.operation), before: before)
        rows.undoRow()
    }

    /// Notes why a payload is a bad record; its place.
    final func refuse(_ index: Int, _ reason: DecodeFailure) -> Int {
        failure = reason
        return index
    }

    final func refuseTombstone(_ index: Int) -> Int {
        refuse(index, DecodeFailure(.tombstone, "The payload is null, which the avro format has no row for."))
    }
}

/// Bare data of one schema (`avro.framing = 'raw'`).
final class AvroRawEngine: AvroEngine {
    init(rows: RowStore, writer: AvroSchema, reader: AvroSchema?) throws(FormatError) {
        super.init(rows: rows, reader: reader)
        plan = try compile(writer)
    }
}

/// Bodies whose writers a registry tells (`avro.framing = 'registry'`).
final class AvroRegistryEngine: AvroEngine, WriterEngine {
    private var plans: [AvroPlan] = []

    func addWriter(_ schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> Int {
        plans.append(try compile(AvroSchema(schema)))
        return plans.count - 1
    }

    func selectWriter(_ number: Int) { plan = plans[number] }
}
