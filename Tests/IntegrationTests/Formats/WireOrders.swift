import Foundation
import LaminarFormats
import LaminarKafka
import LaminarTesting

/// Orders that another library's serializers write and read, by `wire_orders.py`.
struct WireOrders {
    let format: String
    let kafka: KafkaFixture
    let registry: String
    var settings: [String] = []

    /// Lets the peer write `count` orders.
    ///
    /// - Returns: what each of them says.
    func write(_ count: Int, to topic: String, partitions: Int = 1) async throws -> [NSDictionary] {
        try await run("write", topic, count, ["partitions=\(partitions)"])
    }

    /// What the peer reads of the topic's one partition.
    func read(_ count: Int, from topic: String) async throws -> [NSDictionary] {
        try await run("read", topic, count, [])
    }

    private func run(_ action: String, _ topic: String, _ count: Int, _ more: [String]) async throws -> [NSDictionary] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "wire_orders.py")
        let peer = try Peers.python(
            file: script.path(percentEncoded: false),
            [action, format, kafka.bootstrapServers, registry, topic, "\(count)"] + settings + more)
        let result = try await peer.success(within: .seconds(120))
        return try result.output.split(separator: "\n").map { try Self.object(String($0)) }
    }

    static func object(_ line: String) throws -> NSDictionary {
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary ?? [:]
    }

    /// What is different between what was written and what was read; nil where nothing is. What one of them leaves out is
    /// null, or Protobuf's zero.
    static func difference(_ written: NSDictionary, _ read: NSDictionary, isProtobuf: Bool = false) -> String? {
        for case let (name as String, value) in written where !isEqual(value, read[name], isProtobuf) {
            return "\(name): \(value) was written, and \(read[name] ?? "nothing") read"
        }
        return nil
    }

    private static func isEqual(_ left: Any?, _ right: Any?, _ isProtobuf: Bool) -> Bool {
        switch (left ?? NSNull(), right ?? NSNull()) {
        case (is NSNull, is NSNull): return true
        case (let left as NSDictionary, let right as NSDictionary):
            let names = Set(left.allKeys.compactMap { $0 as? String } + right.allKeys.compactMap { $0 as? String })
            return names.allSatisfy { isEqual(left[$0], right[$0], isProtobuf) }
        case (let left as NSArray, let right as NSArray):
            return left.count == right.count && zip(left, right).allSatisfy { isEqual($0, $1, isProtobuf) }
        case (let left as NSNumber, let right as String): return left.stringValue == right
        case (let left as String, let right as String):
            if left == right { return true }
            guard let left = Timestamp(left), let right = Timestamp(right) else { return false }
            return left == right
        case (let left as NSObject, is NSNull) where isProtobuf: return isZero(left)
        case (let left as NSObject, let right as NSObject): return left == right
        default: return false
        }
    }

    /// What ProtoJSON leaves out.
    private static func isZero(_ value: NSObject) -> Bool {
        switch value {
        case let number as NSNumber: number == 0
        case let text as String: text.isEmpty
        case let list as NSArray: list.count == 0
        case let map as NSDictionary: map.count == 0
        default: false
        }
    }
}
