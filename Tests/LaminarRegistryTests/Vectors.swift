import Foundation
import LaminarFormats

/// Golden files of `$LAMINAR_VECTORS`, else of `Tests/Vectors`.
enum Vectors {
    static func data(_ name: String) throws -> Data {
        let own = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Vectors/\(name)")
        if let folder = ProcessInfo.processInfo.environment["LAMINAR_VECTORS"] {
            let file = URL(filePath: folder).appending(path: name)
            if FileManager.default.fileExists(atPath: file.path) { return try Data(contentsOf: file) }
        }
        return try Data(contentsOf: own)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: data(name))
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: Int?
        for character in hexadecimal {
            guard let digit = character.hexDigitValue else { continue }
            if let first = high {
                bytes.append(UInt8(first * 16 + digit))
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}

/// Payloads that stay where they are.
final class Payloads {
    let slices: UnsafeMutableBufferPointer<PayloadSlice>
    private let memory: [UnsafeMutableRawBufferPointer]

    init(_ payloads: [[UInt8]?]) {
        slices = .allocate(capacity: payloads.count)
        var memory: [UnsafeMutableRawBufferPointer] = []
        for (index, payload) in payloads.enumerated() {
            guard let payload else {
                slices.initializeElement(at: index, to: .null)
                continue
            }
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: payload.count, alignment: 1)
            copy.copyBytes(from: payload)
            memory.append(copy)
            slices.initializeElement(
                at: index, to: PayloadSlice(start: UnsafeRawPointer(copy.baseAddress), count: payload.count))
        }
        self.memory = memory
    }

    deinit {
        slices.deallocate()
        for copy in memory { copy.deallocate() }
    }
}
