/// A fixed set of names that bytes of a payload are looked up in without making a String: by length, then by bytes.
///
/// A search by halves, so that no choice of names makes it slow.
struct JSONSchemaNames: Sendable {
    /// Sorted; the places that ``find(_:_:)`` gives.
    let names: [String]
    private let bytes: [UInt8]
    private let ends: [Int]

    init(_ names: some Sequence<String>) {
        var unique: [[UInt8]: String] = [:]
        for name in names { unique[Array(name.utf8)] = name }
        let sorted = unique.sorted { left, right in
            left.key.count != right.key.count
                ? left.key.count < right.key.count : left.key.lexicographicallyPrecedes(right.key)
        }
        self.names = sorted.map(\.value)
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for entry in sorted {
            bytes += entry.key
            ends.append(bytes.count)
        }
        self.bytes = bytes
        self.ends = ends
    }

    var count: Int { ends.count }

    /// The name's place; nil when it isn't among them.
    func find(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                let from = middle == 0 ? 0 : ends[middle - 1]
                var order = count - (ends[middle] - from)
                var at = 0
                while order == 0, at < count {
                    order = Int(start[at]) - Int(bytes[from + at])
                    at += 1
                }
                if order == 0 { return middle }
                if order < 0 { high = middle } else { low = middle + 1 }
            }
            return nil
        }
    }

    func find(_ name: String) -> Int? {
        var name = name
        return name.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return names.firstIndex(of: "") }
            return find(start, bytes.count)
        }
    }
}
