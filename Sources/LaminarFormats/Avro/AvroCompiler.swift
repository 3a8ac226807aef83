/// Makes the plan that turns one writer's data into columns.
///
///     let plan = try AvroCompiler.plan(writer: schema, reader: nil, rows: rows, isBare: false)
///
/// This file holds the machinery; what is emitted for columns is in `AvroColumnCompiler`, for JSON text and for what
/// nobody wants in `AvroTextCompiler`.
struct AvroCompiler {
    /// Code that is used from several places, or by itself: recursive types.
    enum Routine: Hashable {
        case skip(AvroSchema.ID, fromReader: Bool)
        case json(AvroSchema.ID, AvroSchema.ID, fromReader: Bool)
    }

    var resolution: AvroResolution
    /// Both sides are the reader's schema: a default is being read.
    var isInDefault = false
    /// Stands for the column where an operation has none.
    let nowhere: UnsafeMutablePointer<ColumnBuilder>

    /// Records that were found to take bytes or not, the reader's by the complement of their place.
    var empties: [AvroSchema.ID: Bool] = [:]

    private(set) var code: [AvroOperation] = []
    /// The last address that an operation goes to.
    private var arrival = 0
    private(set) var literals: [UInt8] = []
    var tables: [Int32] = []
    var conversions: [AvroConversion] = []
    private(set) var constants: [AvroConstant] = []
    private var places: [Int32] = []
    private var paths: [String] = [""]
    /// Names of the fields around what is being compiled.
    private var path: [String] = []
    private var place: Int32 = 0
    private var starts: [Routine: Int] = [:]
    private var waiting: [Routine] = []
    private var calls: [(operation: Int, routine: Routine)] = []

    /// A plan that has more operations than this isn't made: the schema was written to be a burden.
    static let operationLimit = 1_000_000

    init(writer: AvroSchema, reader: AvroSchema?, nowhere: UnsafeMutablePointer<ColumnBuilder>) {
        resolution = AvroResolution(writer: writer, reader: reader)
        self.nowhere = nowhere
    }

    /// - Parameters:
    ///   - reader: nil when the columns alone are the reader.
    ///   - isBare: a top-level `bytes` is the whole datum, without a length.
    static func plan(
        writer: AvroSchema, reader: AvroSchema?, rows: RowStore, isBare: Bool,
        nowhere: UnsafeMutablePointer<ColumnBuilder>
    ) throws(FormatError) -> AvroPlan {
        var compiler = AvroCompiler(writer: writer, reader: reader, nowhere: nowhere)
        let root = (writer.root, compiler.resolution.reader.root)
        guard compiler.resolution.resolves(root.0, root.1) else {
            throw FormatError(
                .schema,
                "The writer's \(writer.describe(root.0)) can't be read as the reader's "
                    + "\(compiler.resolution.reader.describe(root.1)): names, fields without default, or types differ.")
        }
        try compiler.top(root.0, root.1, rows: rows, isBare: isBare)
        compiler.emit(.end)
        try compiler.finishRoutines()
        return AvroPlan(
            operations: compiler.code, literals: compiler.literals, tables: compiler.tables,
            conversions: compiler.conversions, constants: compiler.constants, paths: compiler.paths,
            places: compiler.places, start: 0)
    }

    // MARK: Both sides

    var writer: AvroSchema { isInDefault ? resolution.reader : resolution.writer }
    var reader: AvroSchema { resolution.reader }
    /// Whether a type is read as itself.
    var isIdentity: Bool { isInDefault || resolution.isSame }

    /// The reader's type for one of the writer's; nil when there is none.
    mutating func target(_ writerType: AvroSchema.ID, _ readerType: AvroSchema.ID) -> AvroSchema.ID? {
        if !isIdentity { return resolution.target(writerType, readerType) }
        return reader[readerType].kind == .union && writerType != readerType
            ? (reader[readerType].parts.contains(writerType) ? writerType : nil) : readerType
    }

    // MARK: Emitting

    var address: Int { code.count }

    @discardableResult
    mutating func emit(
        _ operation: AvroOperation.Code, _ a: Int = 0, _ b: Int = 0,
        _ builder: UnsafeMutablePointer<ColumnBuilder>? = nil
    ) -> Int {
        code.append(
            AvroOperation(
                code: operation, a: Int32(truncatingIfNeeded: a), b: Int32(truncatingIfNeeded: b),
                builder: builder ?? nowhere))
        places.append(place)
        return code.count - 1
    }

    mutating func fail(_ reason: AvroFault.Reason) { emit(.fail, Int(reason.rawValue)) }

    /// Sets where an operation goes, or how long it is: always the next address.
    mutating func patchA(_ operation: Int) {
        code[operation].a = Int32(truncatingIfNeeded: code.count)
        arrival = code.count
    }

    mutating func patchB(_ operation: Int) {
        code[operation].b = Int32(truncatingIfNeeded: code.count)
        arrival = code.count
    }

    mutating func patchLast(_ change: (inout AvroOperation) -> Void) { change(&code[code.count - 1]) }

    /// Forgets what was emitted from an address on.
    mutating func rollBack(to address: Int) {
        code.removeSubrange(address...)
        places.removeSubrange(address...)
        calls.removeAll { $0.operation >= address }
        arrival = address
    }

    /// Takes back the last operation when it is past bytes of known number and nothing goes to the address after it; how
    /// many bytes it was for.
    mutating func takeFixed(atMost limit: Int) -> Int {
        guard arrival != code.count, let last = code.last, last.code == .skipFixed, last.b <= limit else { return 0 }
        rollBack(to: code.count - 1)
        return Int(last.b)
    }

    mutating func check() throws(FormatError) {
        guard code.count <= Self.operationLimit, literals.count < 1 << 30, tables.count < 1 << 28 else {
            throw FormatError(.schema, "The Avro schema is too large to be compiled.")
        }
    }

    mutating func literal(_ bytes: some Collection<UInt8>) -> (place: Int, count: Int) {
        let place = literals.count
        literals.append(contentsOf: bytes)
        return (place, bytes.count)
    }

    /// Compiles something under a field's name, for messages.
    mutating func within(
        _ name: String, _ body: (inout AvroCompiler) throws(FormatError) -> Void
    ) throws(FormatError) {
        let before = place
        path.append(name)
        var text = ""
        for part in path.suffix(16) {
            if !text.isEmpty, !part.hasPrefix("[") { text += "." }
            text += AvroSchema.shown(part)
        }
        paths.append(text)
        place = Int32(truncatingIfNeeded: paths.count - 1)
        defer {
            path.removeLast()
            place = before
        }
        try body(&self)
    }

    /// The field that is being compiled, for errors.
    var pathText: String { paths[Int(place)] }

    // MARK: Routines and constants

    mutating func call(_ routine: Routine) {
        calls.append((emit(.call), routine))
        if starts[routine] == nil {
            starts[routine] = -1
            waiting.append(routine)
        }
    }

    private mutating func finishRoutines() throws(FormatError) {
        while let routine = waiting.popLast() {
            starts[routine] = address
            switch routine {
            case .skip(let type, let fromReader):
                isInDefault = fromReader
                try skipBody(type)
            case .json(let writerType, let readerType, let fromReader):
                isInDefault = fromReader
                try jsonBody(writerType, readerType)
            }
            emit(.end)
            try check()
        }
        for call in calls {
            code[call.operation].a = Int32(truncatingIfNeeded: starts[call.routine] ?? 0)
        }
    }

    /// A default of the reader's, read by code that `body` emits.
    mutating func constant(
        _ value: JSONTree, _ type: AvroSchema.ID, _ body: (inout AvroCompiler) throws(FormatError) -> Void
    ) throws(FormatError) {
        var bytes: [UInt8] = []
        try AvroDefaults.encode(value, type, reader, into: &bytes)
        let text = literal(bytes)
        let jump = emit(.jump)
        let before = isInDefault
        isInDefault = true
        defer { isInDefault = before }
        constants.append(AvroConstant(offset: text.place, count: text.count, routine: address))
        let number = constants.count - 1
        try body(&self)
        emit(.end)
        patchA(jump)
        emit(.constant, number)
        try check()
    }
}
