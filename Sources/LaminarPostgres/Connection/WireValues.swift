/// A statement's values in the arrays that libpq takes, valid for the length of a call.
struct WireValues {
    let count: Int32
    let values: UnsafePointer<UnsafePointer<CChar>?>
    let lengths: UnsafePointer<Int32>
    let formats: UnsafePointer<Int32>
}

/// Lends `values` to a call of libpq: text as its type's text form, bytes as they are.
func withWireValues<Result>(_ values: [PostgresValue], _ body: (WireValues) -> Result) -> Result {
    // All values in one piece of memory, each text ended by a NUL; an empty value has an address too.
    var memory: [UInt8] = []
    var starts: [Int?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    for value in values {
        let start = memory.count
        if let text = value.wireText {
            memory += text.utf8
            starts.append(start)
            formats.append(0)
        } else if case .bytes(let bytes) = value {
            memory += bytes
            starts.append(start)
            formats.append(1)
        } else {
            starts.append(nil)
            formats.append(0)
        }
        lengths.append(Int32(clamping: memory.count - start))
        memory.append(0)
    }
    if memory.isEmpty { memory = [0] }
    return memory.withUnsafeBytes { memory in
        let base = memory.bindMemory(to: CChar.self)
        let pointers = starts.map { start in
            start.flatMap { start in base.baseAddress.map { UnsafePointer($0 + start) } }
        }
        // One more than needed, so that none of the arrays is without an address.
        return (pointers + [nil]).withUnsafeBufferPointer { pointers in
            (lengths + [0]).withUnsafeBufferPointer { lengths in
                (formats + [0]).withUnsafeBufferPointer { formats in
                    guard let values = pointers.baseAddress, let lengths = lengths.baseAddress,
                        let formats = formats.baseAddress
                    else { return withWireValues([], body) }
                    return body(
                        WireValues(count: Int32(starts.count), values: values, lengths: lengths, formats: formats))
                }
            }
        }
    }
}

/// Lends texts as a C array that ends with nil.
func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var memory: [CChar] = []
    var starts: [Int] = []
    for text in texts {
        starts.append(memory.count)
        memory += text.utf8CString
    }
    memory.append(0)
    return memory.withUnsafeBufferPointer { memory in
        var pointers: [UnsafePointer<CChar>?] = starts.map { start in memory.baseAddress.map { $0 + start } }
        pointers.append(nil)
        return pointers.withUnsafeMutableBufferPointer { pointers in
            guard let start = pointers.baseAddress else {
                var none: UnsafePointer<CChar>?
                return body(&none)
            }
            return body(UnsafePointer(start))
        }
    }
}
