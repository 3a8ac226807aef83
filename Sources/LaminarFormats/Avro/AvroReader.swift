/// Runs a plan over one datum.
///
/// Hot-path file: raw memory. `end` is one past the datum's last byte and nothing at or after it is read: eight bytes at once
/// are read only after `end - at >= 8`. Functions take the place to read at and return the place after what they read, or nil
/// after they noted a fault. Every operation appends exactly one value to its column.
///
/// - Note: Format: Apache Avro 1.12 specification, "Binary Encoding".
struct AvroReader {
    typealias Place = UnsafePointer<UInt8>

    let operations: UnsafeMutablePointer<AvroOperation>
    // The plan's own memory: whoever runs the reader keeps the plan.
    let tables: UnsafeMutablePointer<Int32>
    let literals: UnsafeMutablePointer<UInt8>
    let conversions: UnsafeMutablePointer<AvroConversion>
    let constants: UnsafeMutablePointer<AvroConstant>
    /// The datum that is read.
    var start: Place
    var end: Place
    let fault: UnsafeMutablePointer<AvroFault>

    @inline(__always)
    init(_ plan: AvroPlan, start: Place, end: Place, fault: UnsafeMutablePointer<AvroFault>) {
        operations = plan.operations
        tables = plan.tables
        literals = plan.literals
        conversions = plan.conversions
        constants = plan.constants
        self.start = start
        self.end = end
        self.fault = fault
    }

    /// The same plan over a constant's bytes.
    init(_ reader: AvroReader, start: Place, end: Place) {
        operations = reader.operations
        tables = reader.tables
        literals = reader.literals
        conversions = reader.conversions
        constants = reader.constants
        fault = reader.fault
        self.start = start
        self.end = end
    }

    /// Records, arrays and maps in each other.
    static let depthLimit = 256

    // MARK: Faults

    @inline(never)
    func fail(_ reason: AvroFault.Reason, _ operation: UnsafeMutablePointer<AvroOperation>, _ at: Place) -> Place? {
        fault.pointee.reason = reason
        fault.pointee.operation = operation - operations
        fault.pointee.offset = min(max(at - start, 0), end - start)
        return nil
    }

    /// A number that couldn't be read: too long, or cut off.
    @inline(never)
    func failVarint(_ operation: UnsafeMutablePointer<AvroOperation>, _ at: Place) -> Place? {
        fail(end - at >= 10 ? .varint : .endsEarly, operation, at)
    }

    // MARK: Numbers

    /// A variable-length number, up to ten bytes; false where there is none.
    ///
    /// What is out of line here and below returns its results: a place whose address is taken lives in memory, and every
    /// step then waits for the store of the one before (an eighth of `decode avro columns`).
    @inline(__always)
    func varint(_ at: inout Place, _ value: inout UInt64) -> Bool {
        if at < end, at.pointee < 0x80 {
            value = UInt64(at.pointee)
            at += 1
            return true
        }
        if end - at >= 8 {
            // Up to eight bytes at once: the groups of seven bits are moved together.
            let word = UnsafeRawPointer(at).loadUnaligned(as: UInt64.self).littleEndian
            let stop = ~word & 0x8080_8080_8080_8080
            if stop != 0 {
                var bits = word & (stop ^ (stop &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
                bits = ((bits & 0x7F00_7F00_7F00_7F00) &>> 1) | (bits & 0x007F_007F_007F_007F)
                bits = ((bits & 0x3FFF_0000_3FFF_0000) &>> 2) | (bits & 0x0000_3FFF_0000_3FFF)
                bits = ((bits & 0x0FFF_FFFF_0000_0000) &>> 4) | (bits & 0x0000_0000_0FFF_FFFF)
                value = bits
                at += (stop.trailingZeroBitCount &>> 3) &+ 1
                return true
            }
        }
        let (bits, next) = longVarint(at)
        guard let next else { return false }
        value = bits
        at = next
        return true
    }

    @inline(never)
    private func longVarint(_ at: Place) -> (bits: UInt64, next: Place?) {
        var bits: UInt64 = 0
        var shift: UInt64 = 0
        var next = at
        while next < end {
            let byte = next.pointee
            next += 1
            // The tenth byte has one bit left.
            if shift == 63, byte > 1 { return (0, nil) }
            bits |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return (bits, next) }
            shift &+= 7
        }
        return (0, nil)
    }

    /// Zig-zag: 0, -1, 1, -2 are written as 0, 1, 2, 3.
    @inline(__always)
    static func signed(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value &>> 1) ^ (0 &- Int64(bitPattern: value & 1))
    }

    @inline(__always)
    func long(_ at: inout Place, _ value: inout Int64) -> Bool {
        var bits: UInt64 = 0
        guard varint(&at, &bits) else { return false }
        value = Self.signed(bits)
        return true
    }

    /// A length with as many bytes behind it.
    @inline(__always)
    func length(_ at: inout Place, _ operation: UnsafeMutablePointer<AvroOperation>, _ count: inout Int) -> Bool {
        var bits: UInt64 = 0
        let begin = at
        guard varint(&at, &bits) else { return failVarint(operation, begin) != nil }
        // An odd number is a negative length.
        let length = bits &>> 1
        guard bits & 1 == 0, length <= UInt64(truncatingIfNeeded: end - at) else {
            return fail(.length, operation, begin) != nil
        }
        count = Int(truncatingIfNeeded: length)
        return true
    }

    // MARK: The loop

    /// Runs the routine at an address; the place after what it read.
    func run(_ address: Int, _ from: Place, _ depth: Int) -> Place? {
        var at = from
        var operation = operations + address
        while true {
            let builder = operation.pointee.builder
            switch operation.pointee.code {
            case .long:
                var value: Int64 = 0
                guard long(&at, &value) else { return failVarint(operation, at) }
                builder.pointee.append(value)
            case .double:
                guard end - at >= 8 else { return fail(.endsEarly, operation, at) }
                builder.pointee.append(UnsafeRawPointer(at).loadUnaligned(as: UInt64.self).littleEndian)
                at += 8
            case .text:
                guard let next = text(at, operation, builder) else { return nil }
                at = next
            case .optionalText:
                guard let isNull = isNull(&at, operation) else { return nil }
                if isNull {
                    builder.pointee.appendNull()
                } else {
                    guard let next = text(at, operation, builder) else { return nil }
                    at = next
                }
            case .boolean:
                guard at < end else { return fail(.endsEarly, operation, at) }
                guard at.pointee <= 1 else { return fail(.boolean, operation, at) }
                builder.pointee.append(bit: at.pointee == 1)
                at += 1
            case .int:
                var value: Int64 = 0
                guard long(&at, &value) else { return failVarint(operation, at) }
                guard let int = Int32(exactly: value) else { return fail(.int, operation, at) }
                builder.pointee.append(int)
            case .intWide:
                var value: Int64 = 0
                guard long(&at, &value) else { return failVarint(operation, at) }
                guard Int32(exactly: value) != nil else { return fail(.int, operation, at) }
                builder.pointee.append(value)
            case .millis:
                var value: Int64 = 0
                guard long(&at, &value) else { return failVarint(operation, at) }
                let (micros, overflow) = value.multipliedReportingOverflow(by: 1000)
                if overflow { return fail(.range, operation, at) }
                builder.pointee.append(micros)
            case .skipVarint, .skipBytes, .skipFixed, .skipOptionalBytes, .skipTextArray:
                let (next, after) = skips(at, operation)
                guard let next else { return nil }
                // Mostly the datum's last fields are those that nobody wants.
                if after.pointee.code == .end { return next }
                at = next
                operation = after
                continue
            case .skipOptional:
                guard let isNull = isNull(&at, operation) else { return nil }
                if isNull {
                    operation = operations + Int(operation.pointee.b)
                    continue
                }
            case .textArray:
                guard let next = texts(at, operation, depth) else { return nil }
                at = next
            case .optional:
                guard let isNull = isNull(&at, operation) else { return nil }
                if isNull {
                    builder.pointee.appendNull()
                    operation = operations + Int(operation.pointee.b)
                    continue
                }
            case .endStructure: builder.pointee.endStructure()
            case .float:
                guard end - at >= 4 else { return fail(.endsEarly, operation, at) }
                builder.pointee.append(UnsafeRawPointer(at).loadUnaligned(as: UInt32.self).littleEndian)
                at += 4
            case .bytes:
                var count = 0
                guard length(&at, operation, &count) else { return nil }
                guard builder.pointee.append(bytes: UnsafeRawBufferPointer(start: at, count: count)) else {
                    return fail(.tooLarge, operation, at)
                }
                at += count
            case .branch:
                var bits: UInt64 = 0
                let begin = at
                guard varint(&at, &bits) else { return failVarint(operation, at) }
                guard bits & 1 == 0, bits &>> 1 < UInt64(operation.pointee.b) else {
                    return fail(.branch, operation, begin)
                }
                let entry = Int(operation.pointee.a) &+ Int(truncatingIfNeeded: bits &>> 1)
                operation = operations + Int(tables[entry])
                continue
            case .jump:
                operation = operations + Int(operation.pointee.a)
                continue
            case .end: return at
            case .call:
                guard enter(depth, operation, at),
                    let next = run(Int(operation.pointee.a), at, depth &+ 1)
                else { return nil }
                at = next
            case .array, .map, .skipArray, .skipMap, .jsonArray, .jsonMap:
                guard let next = blocks(at, operation, depth) else { return nil }
                at = next
                operation = operations + Int(operation.pointee.a)
                continue
            default:
                guard let next = rare(at, operation, depth) else { return nil }
                at = next
            }
            operation += 1
        }
    }

    /// Whether a union of null and one other type is null.
    @inline(__always)
    private func isNull(_ at: inout Place, _ operation: UnsafeMutablePointer<AvroOperation>) -> Bool? {
        if at < end, at.pointee & 0xFD == 0 {
            let isNull = at.pointee &>> 1 == UInt8(truncatingIfNeeded: operation.pointee.a)
            at += 1
            return isNull
        }
        let (isNull, next) = longBranch(at, operation)
        guard let next else { return nil }
        at = next
        return isNull
    }

    /// The same for a branch whose number has more bytes than it needs, which is legal.
    @inline(never)
    func longBranch(
        _ begin: Place, _ operation: UnsafeMutablePointer<AvroOperation>
    ) -> (isNull: Bool, next: Place?) {
        var bits: UInt64 = 0
        var at = begin
        guard varint(&at, &bits) else { return (false, failVarint(operation, at)) }
        guard bits == 0 || bits == 2 else { return (false, fail(.branch, operation, begin)) }
        return (bits &>> 1 == UInt64(operation.pointee.a), at)
    }

    /// One level deeper, and a step without a byte of its own.
    @inline(__always)
    func enter(_ depth: Int, _ operation: UnsafeMutablePointer<AvroOperation>, _ at: Place) -> Bool {
        fault.pointee.budget &-= 1
        if depth >= Self.depthLimit { return fail(.depth, operation, at) != nil }
        return fault.pointee.budget >= 0 || fail(.amplified, operation, at) != nil
    }

    // MARK: Text

    /// A string as the column's next row.
    @inline(__always)
    func text(
        _ from: Place, _ operation: UnsafeMutablePointer<AvroOperation>, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> Place? {
        var at = from
        var count = 0
        guard length(&at, operation, &count) else { return nil }
        switch builder.pointee.append(text: at, count, in: start, end) {
        case .appended: return at + count
        case .notUTF8: return fail(.utf8, operation, at)
        case .tooLarge: return fail(.tooLarge, operation, at)
        }
    }
}
