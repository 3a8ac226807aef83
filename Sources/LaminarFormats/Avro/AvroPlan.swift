/// One step of reading a datum.
struct AvroOperation {
    enum Code: UInt8 {
        // Into a column: the value as it is on the wire.
        case long, int, intWide, millis, boolean, float, double, text, bytes, symbol
        /// By a conversion: `a` is its place.
        case convert
        /// All that is left: a top-level `bytes` in Confluent's frame.
        case rest
        /// Text or NULL: `a` is null's branch.
        case optionalText
        // Structure.
        case null, endStructure
        /// `a` is null's branch, `b` where to go on after a NULL.
        case optional
        /// `a` is the place in the tables of the first branch's address, `b` how many there are.
        case branch
        /// To `a`.
        case jump
        /// `a` is the reason.
        case fail
        /// `a` is the address after the body, which begins at the next operation; `b` is 1 for items without bytes.
        case array, map, skipArray, skipMap, jsonArray, jsonMap
        /// An array of strings; one that is skipped has `b` bytes before it.
        case textArray, skipTextArray
        /// The routine at `a`.
        case call
        case end
        /// The constant at `a`, read by a routine.
        case constant
        // Past values that nobody wants, and before them past `b` bytes.
        case skipVarint, skipBytes, skipFixed
        /// A string or null: `a` is null's branch.
        case skipOptionalBytes
        /// `a` is null's branch, `b` where to go on after a NULL.
        case skipOptional
        // JSON text: `a` and `b` are place and length among the literals.
        case literal, jsonValue, jsonSymbol, beginJSON, endJSON
    }

    var code: Code
    var a: Int32 = 0
    var b: Int32 = 0
    /// The column; an unused one where there is none.
    var builder: UnsafeMutablePointer<ColumnBuilder>
}

/// A default, encoded as its reader's type would be, with the routine that reads it.
struct AvroConstant {
    var offset: Int
    var count: Int
    var routine: Int
}

/// How one writer's data become the columns: flat operations, made once and never changed.
///
/// The builders that the operations name belong to the engine's `RowStore`, which outlives its plans.
final class AvroPlan {
    let operations: UnsafeMutablePointer<AvroOperation>
    let literals: UnsafeMutablePointer<UInt8>
    let tables: UnsafeMutablePointer<Int32>
    let conversions: UnsafeMutablePointer<AvroConversion>
    let constants: UnsafeMutablePointer<AvroConstant>
    private let counts: (operations: Int, conversions: Int)
    /// The field of each operation, for messages.
    private let paths: [String]
    private let places: [Int32]
    /// Where the datum's routine begins.
    let start: Int

    init(
        operations: [AvroOperation], literals: [UInt8], tables: [Int32], conversions: [AvroConversion],
        constants: [AvroConstant], paths: [String], places: [Int32], start: Int
    ) {
        self.operations = Self.copy(operations)
        self.literals = Self.copy(literals)
        self.tables = Self.copy(tables)
        self.conversions = Self.copy(conversions)
        self.constants = Self.copy(constants)
        counts = (operations.count, conversions.count)
        self.paths = paths
        self.places = places
        self.start = start
    }

    private static func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        for (index, element) in elements.enumerated() { (memory + index).initialize(to: element) }
        return memory
    }

    deinit {
        operations.deallocate()
        literals.deallocate()
        tables.deallocate()
        conversions.deallocate()
        constants.deallocate()
    }

    /// The field that an operation reads.
    func path(of operation: Int) -> String {
        guard places.indices.contains(operation) else { return "" }
        return paths[Int(places[operation])]
    }
}
