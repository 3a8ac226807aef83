import Foundation
import LaminarFormats
import Testing

@testable import LaminarRegistry

@Suite struct FrameTests {
    private func text(_ vector: [String: Any], _ key: String) throws -> String {
        try #require(vector[key] as? String, "\(key)")
    }

    private func vectors(_ file: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Vectors.data(file)) as? [[String: Any]])
    }

    private func language(_ format: String) -> PublishedSchema.Language {
        format.contains("protobuf") ? .protobuf : format.contains("json") ? .json : .avro
    }

    @Test(
        "frames that Confluent's serializers wrote are read, and written again byte for byte",
        arguments: ["confluent_avro.json", "confluent_protobuf.json", "confluent_json.json"])
    func confluent(file: String) throws {
        let raw = try vectors(file)
        for vector in raw {
            let name = try text(vector, "name")
            let language = language(vector["format"] as? String ?? "")
            let payload = try Vectors.bytes(text(vector, "payload_hex"))
            let body = try Vectors.bytes(text(vector, "body_hex"))
            let headers = vector["headers"] as? [String: String] ?? [:]
            let header = headers.first { $0.key.hasSuffix("schema_id") }.map { Vectors.bytes($0.value) }
            let payloads = Payloads([payload, header])
            let frame = try FrameReader(.confluent, language: language)
                .parse(payloads.slices[0], header: payloads.slices[1])
            #expect(Array(frame.body.bytes) == body, "\(name)")
            #expect(!frame.body.isNull, "\(name)")
            let key: SchemaKey
            if header != nil {
                key = .guid(try #require(SchemaUUID(text(vector, "schema_guid"))))
            } else {
                key = .id(Int32(vector["schema_id"] as? Int ?? 0))
            }
            #expect(frame.writer.schema == key, "\(name)")
            let indexes = vector["message_indexes"] as? [Int]
            #expect(frame.writer.message == (indexes.map { .indexes($0) } ?? .first), "\(name)")
            guard vector["decode_only"] == nil else { continue }
            let head = FrameHead(
                key, language: language, message: MessageIdentity(fullName: "x", indexes: indexes ?? []))
            #expect(head.isHeader == (header != nil))
            #expect(header == nil ? head.bytes + body == payload : head.bytes == header, "\(name)")
        }
    }

    @Test("frames that Glue's serializers wrote are read, plain and packed, and what is written reads the same")
    func glue() throws {
        let raw = try vectors("glue.json")
        for vector in raw {
            let name = try text(vector, "name")
            let language = language(vector["format"] as? String ?? "")
            let payload = try Vectors.bytes(text(vector, "payload_hex"))
            let body = Vectors.bytes(
                (vector["message_body_hex"] ?? vector["body_hex"]) as? String ?? "")
            let version = try #require(SchemaUUID(text(vector, "schema_version_id")))
            #expect(version.description == vector["schema_version_id"] as? String)
            let reader = FrameReader(.glue, language: language)
            let payloads = Payloads([payload])
            let frame = try reader.parse(payloads.slices[0])
            #expect(Array(frame.body.bytes) == body, "\(name)")
            #expect(frame.writer.schema == .version(version), "\(name)")
            let isPacked = vector["compression"] as? String == "ZLIB"
            #expect(frame.isCompressed == isPacked, "\(name)")
            var position = 0
            if language == .protobuf {
                guard case .sortedPosition(let found) = frame.writer.message else {
                    Issue.record("\(name) has no position")
                    continue
                }
                position = found
                // Printed by Java: {0=ex.Scalars, 1=ex.Scalars.MBsEntry, …}
                let table = try text(vector, "glue_message_index_table").dropFirst().dropLast()
                let entry = try "\(position)=" + text(vector, "message_name")
                #expect(table.components(separatedBy: ", ").contains(entry), "\(name)")
            }
            let framer = try GlueFramer(
                version, compression: isPacked ? .zlib : .none, language: language,
                message: MessageIdentity(fullName: "x", sortedPosition: position))
            for _ in 0..<2 {
                var written: [UInt8] = []
                let source = Payloads([body])
                try framer.frame(source.slices[0].bytes, into: &written)
                withExtendedLifetime(source) {}
                if !isPacked { #expect(written == payload, "\(name)") }
                let again = Payloads([written])
                let reread = try reader.parse(again.slices[0])
                #expect(Array(reread.body.bytes) == body, "\(name)")
                #expect(reread.writer == frame.writer)
            }
        }
    }

    @Test("malformed frames are bad records with the code `frame`, and frames of others aren't touched")
    func malformed()
        throws
    {
        let raw = try vectors("malformed.json")
        var refused = 0
        for vector in raw {
            let name = try text(vector, "name")
            guard let hex = vector["payload_hex"] as? String else { continue }
            let format = vector["format"] as? String ?? ""
            let kind = vector["kind"] as? String ?? ""
            let payloads = Payloads([Vectors.bytes(hex)])
            let reader = FrameReader(format.hasPrefix("glue") ? .glue : .confluent, language: language(format))
            let mustFail =
                kind == "framing" || (kind == "bomb" && format.hasPrefix("glue"))
                || name == "protobuf_index_count_negative"
                || name == "protobuf_index_varint_unterminated"
                || (kind == "zlib" && name != "glue_plain_flag_but_compressed")
            guard mustFail else {
                _ = try reader.parse(payloads.slices[0])
                continue
            }
            let failure = #expect(throws: DecodeFailure.self, "\(name)") { try reader.parse(payloads.slices[0]) }
            #expect(failure?.code == .frame, "\(name)")
            refused += 1
        }
        #expect(refused > 15)
    }

    @Test("a run ends where the writer changes, and at a bad record, and goes over null payloads") func runs() {
        let payloads = Payloads([
            [0, 0, 0, 0, 1, 10], nil, [0, 0, 0, 0, 1], [0, 0, 0, 0, 2, 11, 12], [9], [0, 0, 0, 0, 2],
        ])
        let reader = FrameReader(.confluent, language: .avro)
        var seen: [(SchemaKey?, Int, Bool)] = []
        var start = 0
        while start < payloads.slices.count {
            let run = reader.nextRun(of: payloads.slices, from: start)
            seen.append((run.writer?.schema, run.end, run.failure != nil))
            start = run.failure == nil ? run.end : run.end + 1
        }
        #expect(seen.map(\.0) == [.id(1), .id(2), .id(2)])
        #expect(seen.map(\.1) == [3, 4, 6])
        #expect(seen.map(\.2) == [false, true, false])
        #expect(Array(payloads.slices[0].bytes) == [10])
        #expect(payloads.slices[1].isNull)
        #expect(payloads.slices[2].count == 0 && !payloads.slices[2].isNull)
        #expect(Array(payloads.slices[3].bytes) == [11, 12])
    }

    @Test("the first message is the same writer in both of its forms, other messages are others") func messages() {
        let heads: [[UInt8]] = [[0], [2, 0], [2, 0x80, 0], [2, 2], [4, 0, 0], [4, 0xC8, 1, 2]]
        let payloads = Payloads(heads.map { [0, 0, 0, 0, 1] + $0 + [7] })
        let reader = FrameReader(.confluent, language: .protobuf)
        var ends: [Int] = []
        var choices: [MessageChoice] = []
        var start = 0
        while start < payloads.slices.count {
            let run = reader.nextRun(of: payloads.slices, from: start)
            ends.append(run.end)
            if let writer = run.writer { choices.append(writer.message) }
            start = max(run.end, start + 1)
        }
        #expect(ends == [3, 4, 5, 6])
        #expect(choices == [.indexes([0]), .indexes([1]), .indexes([0, 0]), .indexes([100, 1])])
        #expect(payloads.slices.allSatisfy { Array($0.bytes) == [7] })
    }

    @Test(
        "lists of indexes are bounded",
        arguments: [
            [66] + [UInt8](repeating: 0, count: 33), [0xFE, 0xFF, 0xFF, 0xFF, 0x0F], [2, 1],
            [2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
        ] as [[UInt8]])
    func boundedIndexes(head: [UInt8]) {
        let payloads = Payloads([[0, 0, 0, 0, 1] + head + [7]])
        #expect(throws: DecodeFailure.self) {
            try FrameReader(.confluent, language: .protobuf).parse(payloads.slices[0])
        }
    }

    @Test("a packed body may be as large as the limit and no larger, whatever its ratio") func inflateLimit() throws {
        let version = try #require(SchemaUUID("b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63"))
        let framer = try GlueFramer(
            version, compression: .zlib, language: .avro, message: MessageIdentity(fullName: "x"))
        var payloads: [[UInt8]] = []
        for count in [0, 1, 100_000, 1 << 20, (1 << 20) + 1] {
            let body = [UInt8](repeating: 0x61, count: count)
            var payload: [UInt8] = []
            let source = Payloads([body])
            try framer.frame(source.slices[0].bytes, into: &payload)
            withExtendedLifetime(source) {}
            payloads.append(payload)
        }
        let reader = FrameReader(.glue, language: .avro, largestBody: 1 << 20)
        let slices = Payloads(payloads)
        let run = reader.nextRun(of: slices.slices, from: 0)
        #expect(run.end == 4)
        #expect(run.failure?.code == .frame)
        #expect(slices.slices[..<4].map(\.count) == [0, 1, 100_000, 1 << 20])
        #expect(slices.slices[2].bytes.allSatisfy { $0 == 0x61 })
    }

    @Test("bytes at random never trap, and a frame that is read lies within its payload") func fuzz() {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<20_000 {
            let framing: PayloadFraming = round % 2 == 0 ? .confluent : .glue
            var bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if !bytes.isEmpty { bytes[0] = framing == .glue ? 3 : 0 }
            if bytes.count > 1, framing == .glue { bytes[1] = Bool.random() ? 0 : 5 }
            let payloads = Payloads([bytes, Bool.random() ? [1] + bytes : nil])
            for language in PublishedSchema.Language.allCases {
                let reader = FrameReader(framing, language: language, largestBody: 4096)
                guard let frame = try? reader.parse(payloads.slices[0], header: payloads.slices[1]) else { continue }
                #expect(frame.isCompressed || frame.body.count <= bytes.count)
                _ = frame.writer.message
            }
        }
    }

    @Test("runs give each record the writer and the body that it has by itself", arguments: [true, false])
    func runsAgree(glue: Bool) {
        var generator = SystemRandomNumberGenerator()
        let uuid = [UInt8](repeating: 9, count: 15)
        for language in PublishedSchema.Language.allCases {
            for _ in 0..<500 {
                let records = (0..<30).map { _ in
                    let head: [UInt8] =
                        glue
                        ? [3, 0] + uuid + [UInt8.random(in: 0...1, using: &generator)]
                        : [0, 0, 0, 0, UInt8.random(in: 0...1, using: &generator)]
                    let count = Int.random(in: 0...6, using: &generator)
                    return head + (0..<count).map { _ in UInt8.random(in: 0...4, using: &generator) }
                }
                let (whole, each) = (Payloads(records), Payloads(records))
                let reader = FrameReader(glue ? .glue : .confluent, language: language)
                var start = 0
                while start < records.count {
                    let run = reader.nextRun(of: whole.slices, from: start)
                    for index in start..<run.end {
                        let frame = try? reader.parse(each.slices[index])
                        #expect(frame?.writer == run.writer)
                        #expect(frame.map { Array($0.body.bytes) } == Array(whole.slices[index].bytes))
                    }
                    if run.failure != nil {
                        #expect(throws: DecodeFailure.self) { try reader.parse(each.slices[run.end]) }
                    }
                    start = run.failure == nil ? run.end : run.end + 1
                }
            }
        }
    }
}
