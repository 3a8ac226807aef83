/// The operations that are rarer, or much work in themselves: conversions, JSON text, defaults.
///
/// Hot-path file: raw memory, read as in `AvroReader`.
extension AvroReader {
    @inline(never)
    func rare(_ at: Place, _ operation: Step, _ depth: Int) -> Place? {
        let builder = operation.pointee.builder
        switch operation.pointee.code {
        case .null: builder.pointee.appendNull()
        case .symbol: return symbol(at, operation, builder)
        case .convert, .jsonValue: return convert(at, operation, builder)
        case .jsonSymbol: return jsonSymbol(at, operation)
        case .literal:
            let text = UnsafeBufferPointer(
                start: literals + Int(operation.pointee.a), count: Int(operation.pointee.b))
            guard fault.pointee.text.count + text.count <= ColumnBuilder.byteLimit else {
                return fail(.tooLarge, operation, at)
            }
            fault.pointee.text.append(contentsOf: text)
        case .beginJSON: fault.pointee.text.removeAll(keepingCapacity: true)
        case .endJSON:
            let isIn = fault.pointee.text.withUnsafeBytes { builder.pointee.append(bytes: $0) }
            guard isIn else { return fail(.tooLarge, operation, at) }
        case .rest:
            guard builder.pointee.append(bytes: UnsafeRawBufferPointer(start: at, count: end - at)) else {
                return fail(.tooLarge, operation, at)
            }
            return end
        case .constant: return constant(at, operation, depth)
        default: return fail(AvroFault.Reason(rawValue: operation.pointee.a) ?? .unresolved, operation, at)
        }
        return at
    }

    /// A default: its bytes are read as if the datum had them, and the datum goes on where it was.
    private func constant(_ at: Place, _ operation: Step, _ depth: Int) -> Place? {
        let constant = constants[Int(operation.pointee.a)]
        guard enter(depth, operation, at) else { return nil }
        let bytes = UnsafePointer(literals + constant.offset)
        let inner = AvroReader(self, start: bytes, end: bytes + constant.count)
        guard inner.run(constant.routine, bytes, depth &+ 1) != nil else {
            // The place in the constant means nothing to anybody.
            fault.pointee.offset = at - start
            return nil
        }
        return at
    }

    // MARK: Enums

    /// A symbol's text among the literals; its number's entry is a place and a length, or -1 and why not.
    @inline(__always)
    private func entry(_ at: inout Place, _ operation: Step) -> UnsafeBufferPointer<UInt8>? {
        var value: Int64 = 0
        let begin = at
        guard long(&at, &value) else {
            _ = failVarint(operation, at)
            return nil
        }
        guard value >= 0, value < Int64(operation.pointee.b) else {
            _ = fail(.symbol, operation, begin)
            return nil
        }
        let entry = tables + Int(operation.pointee.a) + Int(value) * 2
        guard entry[0] >= 0 else {
            _ = fail(.unknownSymbol, operation, begin)
            return nil
        }
        return UnsafeBufferPointer(start: literals + Int(entry[0]), count: Int(entry[1]))
    }

    private func symbol(
        _ from: Place, _ operation: Step, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> Place? {
        var at = from
        guard let text = entry(&at, operation) else { return nil }
        guard builder.pointee.append(bytes: UnsafeRawBufferPointer(text)) else {
            return fail(.tooLarge, operation, at)
        }
        return at
    }

    private func jsonSymbol(_ from: Place, _ operation: Step) -> Place? {
        var at = from
        guard let text = entry(&at, operation) else { return nil }
        JSONQuoting.quote(UnsafeRawBufferPointer(text), into: &fault.pointee.text)
        return at
    }

    // MARK: Conversions

    private func convert(
        _ from: Place, _ operation: Step, _ builder: UnsafeMutablePointer<ColumnBuilder>
    ) -> Place? {
        let conversion = conversions + Int(operation.pointee.a)
        var at = from
        var value = AvroScalar()
        guard read(&at, conversion, operation, &value) else { return nil }
        let reason =
            operation.pointee.code == .jsonValue
            ? value.write(conversion, into: &fault.pointee.text) : value.store(conversion, builder)
        if let reason { return fail(reason, operation, from) }
        return at
    }

    /// What the writer wrote, promoted to what the reader declares.
    private func read(
        _ at: inout Place, _ conversion: UnsafeMutablePointer<AvroConversion>, _ operation: Step,
        _ value: inout AvroScalar
    ) -> Bool {
        switch conversion.pointee.wire {
        case .boolean:
            guard at < end else { return fail(.endsEarly, operation, at) != nil }
            guard at.pointee <= 1 else { return fail(.boolean, operation, at) != nil }
            value.integer = Int64(at.pointee)
            at += 1
        case .int, .long:
            let begin = at
            guard long(&at, &value.integer) else { return failVarint(operation, at) != nil }
            if conversion.pointee.wire == .int, Int32(exactly: value.integer) == nil {
                return fail(.int, operation, begin) != nil
            }
            // Each promotion rounds once, as Avro has it.
            value.real = conversion.pointee.via == .float ? Double(Float(value.integer)) : Double(value.integer)
        case .float:
            guard end - at >= 4 else { return fail(.endsEarly, operation, at) != nil }
            let bits = UnsafeRawPointer(at).loadUnaligned(as: UInt32.self).littleEndian
            value.real = Double(Float(bitPattern: bits))
            value.float = Float(bitPattern: bits)
            at += 4
        case .double:
            guard end - at >= 8 else { return fail(.endsEarly, operation, at) != nil }
            value.real = Double(bitPattern: UnsafeRawPointer(at).loadUnaligned(as: UInt64.self).littleEndian)
            at += 8
        case .bytes, .string:
            var count = 0
            guard length(&at, operation, &count) else { return false }
            value.bytes = UnsafeRawBufferPointer(start: at, count: count)
            at += count
            let isText = conversion.pointee.wire == .string || conversion.pointee.via == .string
            if isText, !UTF8Check.isValid(value.bytes) { return fail(.utf8, operation, at - count) != nil }
        case .rest:
            value.bytes = UnsafeRawBufferPointer(start: at, count: end - at)
            at = end
        case .fixed:
            let count = Int(conversion.pointee.size)
            guard end - at >= count else { return fail(.endsEarly, operation, at) != nil }
            value.bytes = UnsafeRawBufferPointer(start: at, count: count)
            at += count
        }
        return true
    }
}
