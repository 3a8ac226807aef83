/// Past values that nobody wants.
///
/// Hot-path file: raw memory, read as in `AvroReader`. Steps past values mostly follow each other, so they have a loop of
/// their own, small enough for its locals to stay in registers: `decode avro two of nine` takes an eighth less time, `decode
/// avro columns` a twelfth. What isn't short (a length of more than one byte, say) is left to `AvroReader`.
extension AvroReader {
    /// Runs steps from one on until one that isn't past a value; where both are then, or nil after a fault.
    @inline(never)
    func skips(_ from: Place, _ first: Step) -> (next: Place?, operation: Step) {
        let end = self.end
        var at = from
        var operation = first
        while true {
            let fixed = Int(operation.pointee.b)
            // How many bytes there are after those of known number.
            let left = (end - at) &- fixed
            switch operation.pointee.code {
            case .skipVarint:
                guard left > 0 else { return (fail(.endsEarly, operation, at), operation) }
                at += fixed
                if at.pointee < 0x80 {
                    at += 1
                } else {
                    var bits: UInt64 = 0
                    guard varint(&at, &bits) else { return (failVarint(operation, at), operation) }
                }
            case .skipBytes:
                guard left > 0 else { return (fail(.endsEarly, operation, at), operation) }
                at += fixed
                // One byte, and no negative number.
                if at.pointee & 0x81 == 0, Int(at.pointee &>> 1) < left {
                    at += Int(at.pointee &>> 1) &+ 1
                } else {
                    guard let next = skipBytes(at, operation) else { return (nil, operation) }
                    at = next
                }
            case .skipOptionalBytes:
                guard left > 0 else { return (fail(.endsEarly, operation, at), operation) }
                at += fixed
                if left > 1, at.pointee & 0xFD == 0 {
                    if at.pointee &>> 1 == UInt8(truncatingIfNeeded: operation.pointee.a) {
                        at += 1
                    } else if at[1] & 0x81 == 0, Int(at[1] &>> 1) < left &- 1 {
                        at += Int(at[1] &>> 1) &+ 2
                    } else {
                        guard let next = skipBytes(at + 1, operation) else { return (nil, operation) }
                        at = next
                    }
                } else {
                    guard let next = skipOptionalBytes(at, operation) else { return (nil, operation) }
                    at = next
                }
            case .skipTextArray:
                guard left > 0 else { return (fail(.endsEarly, operation, at), operation) }
                at += fixed
                guard let next = skipShortTexts(at, end) ?? skipTexts(at, operation) else { return (nil, operation) }
                at = next
            case .skipFixed:
                guard left >= 0 else { return (fail(.endsEarly, operation, at), operation) }
                at += fixed
            default: return (at, operation)
            }
            operation += 1
        }
    }

    @inline(never)
    private func skipBytes(_ from: Place, _ operation: Step) -> Place? {
        var at = from
        var count = 0
        guard length(&at, operation, &count) else { return nil }
        return at + count
    }

    @inline(never)
    private func skipOptionalBytes(_ from: Place, _ operation: Step) -> Place? {
        let (isNull, next) = longBranch(from, operation)
        guard let next else { return nil }
        return isNull ? next : skipBytes(next, operation)
    }

    /// Past an array of strings whose numbers are all short; nil for another one, and for one that doesn't end.
    @inline(__always)
    private func skipShortTexts(_ from: Place, _ end: Place) -> Place? {
        var at = from
        while at < end {
            var items = at.pointee
            at += 1
            if items == 0 { return at }
            if items & 0x81 != 0 { return nil }
            while items != 0 {
                // A length that reaches past the end is found here, before anything is read there, or above.
                guard at < end, at.pointee & 0x81 == 0 else { return nil }
                at += Int(at.pointee &>> 1) &+ 1
                items &-= 2
            }
        }
        return nil
    }
}
