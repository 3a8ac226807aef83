import Foundation
import LaminarFormats
import Testing

/// Generated, merged and damaged messages, read by Google's protobuf for Python and by us.
@Suite struct ProtobufDifferentialTests {
    /// Prints one JSON object a line: the bytes, whether they are read, and the canonical JSON.
    static let script = #"""
        import sys, json, random, base64
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, json_format
        from google.protobuf import timestamp_pb2, duration_pb2, wrappers_pb2, any_pb2, struct_pb2, empty_pb2, field_mask_pb2
        request = json.loads(sys.stdin.read())
        pool = descriptor_pool.DescriptorPool()
        for wkt in (timestamp_pb2, duration_pb2, wrappers_pb2, any_pb2, struct_pb2, empty_pb2, field_mask_pb2):
            pool.AddSerializedFile(wkt.DESCRIPTOR.serialized_pb)
        for text in request['files']: pool.AddSerializedFile(base64.b64decode(text))
        cls = message_factory.GetMessageClass(pool.FindMessageTypeByName(request['message']))
        rng = random.Random(request['seed'])
        F = descriptor_pb2.FieldDescriptorProto
        def scalar(f):
            t = f.type
            if t in (F.TYPE_DOUBLE, F.TYPE_FLOAT):
                return rng.choice([0.0, -0.0, 1.5, -2.25, 1e30, float('inf'), float('-inf'), float('nan'), rng.uniform(-1e3, 1e3)])
            if t == F.TYPE_BOOL: return rng.random() < .5
            if t == F.TYPE_STRING: return rng.choice(['', 'a', 'é', '日本語', 'x' * 40, '"\\\n\x01', 'ascii and ünïcode ' * 3])
            if t == F.TYPE_BYTES: return bytes(rng.randrange(256) for _ in range(rng.choice([0, 1, 5, 40])))
            if t == F.TYPE_ENUM: return rng.choice([v.number for v in f.enum_type.values])
            bits = 32 if t in (F.TYPE_INT32, F.TYPE_UINT32, F.TYPE_SINT32, F.TYPE_FIXED32, F.TYPE_SFIXED32) else 64
            unsigned = t in (F.TYPE_UINT32, F.TYPE_UINT64, F.TYPE_FIXED32, F.TYPE_FIXED64)
            low, high = (0, 2**bits - 1) if unsigned else (-2**(bits - 1), 2**(bits - 1) - 1)
            return rng.choice([0, 1, low, high, rng.randint(low, high), rng.randint(max(low, -200), 200)])
        def fill(m, depth):
            for f in m.DESCRIPTOR.fields:
                if not f.is_required and rng.random() < .5: continue
                repeated = f.is_repeated if hasattr(f, 'is_repeated') else f.label == F.LABEL_REPEATED
                if f.message_type is not None and f.message_type.GetOptions().map_entry:
                    key, value = f.message_type.fields_by_name['key'], f.message_type.fields_by_name['value']
                    target = getattr(m, f.name)
                    for _ in range(rng.randint(0, 12)):
                        k = scalar(key)
                        if value.message_type is not None:
                            if depth < 4: fill(target[k], depth + 1)
                        else: target[k] = scalar(value)
                elif f.message_type is not None:
                    if depth > 4: continue
                    if repeated:
                        for _ in range(rng.randint(0, 3)): fill(getattr(m, f.name).add(), depth + 1)
                    else:
                        inner = getattr(m, f.name); inner.SetInParent(); fill(inner, depth + 1)
                elif repeated: getattr(m, f.name).extend(scalar(f) for _ in range(rng.randint(0, 5)))
                else: setattr(m, f.name, scalar(f))
        def report(data):
            m = cls()
            try: m.ParseFromString(data)
            except Exception: return print(json.dumps({'hex': data.hex(), 'read': False}))
            try: text = json_format.MessageToJson(m)
            except Exception as e: return print(json.dumps({'hex': data.hex(), 'read': True}))
            print(json.dumps({'hex': data.hex(), 'read': True, 'json': text}))
        for _ in range(request['count']):
            m = cls(); fill(m, 0); data = m.SerializePartialToString(); report(data)
            other = cls(); fill(other, 0); report(data + other.SerializePartialToString())
            for _ in range(6):
                damaged = bytearray(data)
                if not damaged: continue
                for _ in range(rng.randint(1, 3)):
                    what = rng.random(); at = rng.randrange(len(damaged)) if damaged else 0
                    if not damaged: break
                    if what < .4: damaged[at] ^= 1 << rng.randrange(8)
                    elif what < .6: damaged[at] = rng.choice([0, 0xff, 0x80, 0x7f])
                    elif what < .75: del damaged[at]
                    elif what < .9: damaged.insert(at, rng.randrange(256))
                    else: del damaged[at:]
                report(bytes(damaged))
        """#

    struct Answer: Decodable {
        let hex: String
        let read: Bool
        let json: String?
    }

    static func answers(_ vector: [String: Any], seed: Int, count: Int) throws -> [Answer] {
        let common =
            "Cgxjb21tb24ucHJvdG8SCWV4LmNvbW1vbiI5CgVNb25leRIUCgV1bml0cxgBIAEoA1IFdW5pdHMSGgoIY3VycmVuY3kYAiABKAlSCGN1cnJlbmN5"
            + "KkMKBUxldmVsEhUKEUxFVkVMX1VOU1BFQ0lGSUVEEAASBwoDTE9XEAESCAoESElHSBAFEhAKA05FRxD///////////8BYgZwcm90bzM="
        let needsCommon = (vector["schema"] as? String ?? "").contains("common.proto")
        let files = (needsCommon ? [common] : []) + [vector["file_descriptor_proto_base64"] as? String ?? ""]
        let request: [String: Any] = [
            "files": files, "message": vector["message_name"] ?? "", "seed": seed, "count": count,
        ]
        let input = String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
        let output = try ProtobufPeer.python(script, input: input)
        let decoder = JSONDecoder()
        return try output.split(separator: "\n").map { try decoder.decode(Answer.self, from: Data($0.utf8)) }
    }

    static func vector(_ name: String) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Vectors.data("confluent_protobuf.json"))
        return try #require((json as? [[String: Any]])?.first { $0["name"] as? String == name })
    }

    @Test(
        "what Google's parser reads we read to the same JSON, and what it refuses we refuse",
        arguments: [
            "empty_message_index0", "index_2_with_map", "proto2_required_group_extension",
            "well_known_types_and_import",
        ], 0..<3)
    func sameAsGoogle(name: String, seed: Int) throws {
        let object = try Self.vector(name)
        let vector = try #require(ProtobufVector(object))
        let isProto2 = name.hasPrefix("proto2")
        let answers = try Self.answers(object, seed: seed, count: 150)
        #expect(answers.count > 500)
        var different = 0
        for answer in answers {
            let body = ProtobufVector.bytes(answer.hex)
            let outcome = try decodeProtobuf(
                [body], vector.schema, .indexes(vector.indexes), [ColumnSchema("value", .json)])
            let ours: String? = if case .json(let text)? = outcome.rows.first?.first { text } else { nil }
            let isSame: Bool
            switch (answer.read, answer.json, ours) {
            case (false, _, nil), (true, nil, nil): isSame = true
            // Python's has no JSON for an Any of an unknown type and for some field masks.
            case (true, nil, _?): isSame = name.hasPrefix("well_known")
            // Python's drops a map's entry that holds unknown fields, Java's reads over them, as we do.
            case (true, let theirs?, let ours?):
                isSame = isSameJSON(theirs, ours) || isSameJSON(Self.withoutMaps(theirs), Self.withoutMaps(ours))
            // A string of proto2 that isn't UTF-8 passes Google's parsers; a TEXT and a JSON can't hold it. A missing
            // required field passes Python's, and neither C++'s nor Java's.
            case (true, _, nil):
                let code = outcome.failures.first?.failure.code
                isSame = isProto2 && (code == .encoding || code == .missing)
            default: isSame = false
            }
            if !isSame {
                different += 1
                if different < 4 { Issue.record("\(answer) is \(ours ?? "\(outcome.failures)") here") }
            }
        }
        #expect(different == 0, "of \(answers.count)")
    }

    private static func withoutMaps(_ json: String) -> String {
        let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let rest = (object ?? [:]).filter { !["tags", "mSi", "mIs", "mBs", "meta"].contains($0.key) }
        return String(decoding: (try? JSONSerialization.data(withJSONObject: rest)) ?? Data(), as: UTF8.self)
    }

    @Test("columns hold what the JSON says, from whole and from damaged messages", arguments: 0..<3)
    func columnsAgree(seed: Int) throws {
        let object = try Self.vector("empty_message_index0")
        let vector = try #require(ProtobufVector(object))
        let derived = try ProtobufFormat().columns(of: vector.schema, message: .first, options: [:])
        let wanted = derived.columns
        let bodies = try Self.answers(object, seed: 100 + seed, count: 150).filter { $0.read && $0.json != nil }.map {
            ProtobufVector.bytes($0.hex)
        }
        let typed = try decodeProtobuf(bodies, vector.schema, .first, wanted)
        let asJSON = try decodeProtobuf(bodies, vector.schema, .first, wanted.map { ColumnSchema($0.name, .json) })
        #expect(typed.failures.isEmpty, "\(typed.failures.prefix(3))")
        #expect(asJSON.failures.isEmpty)
        for (row, cells) in typed.rows.enumerated() {
            for (column, cell) in cells.enumerated() {
                guard case .json(let text) = asJSON.rows[row][column] else {
                    #expect(cell.isNull, "\(wanted[column].name)")
                    continue
                }
                #expect(Self.isSame(cell, text), "\(wanted[column].name): \(cell) isn't \(text)")
            }
        }
    }

    /// Protobuf's JSON has 64-bit numbers as strings, and base64 where we print it too.
    private static func isSame(_ value: Value, _ json: String) -> Bool {
        func object(_ text: String) -> Any? {
            try? JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
        }
        func plain(_ any: Any?) -> String {
            switch any {
            case let text as String: return text
            case let number as NSNumber:
                // The digits of a whole number, since a double of it would be rounded by another rule than its text.
                return ["d", "f"].contains(String(cString: number.objCType)) ? "\(number.doubleValue)" : "\(number)"
            case let list as [Any]: return "[" + list.map { plain($0) }.joined(separator: ",") + "]"
            case let map as [String: Any]:
                return "{" + map.keys.sorted().map { $0 + ":" + plain(map[$0]) }.joined(separator: ",") + "}"
            default: return "\(any ?? "")"
            }
        }
        func number(_ text: String) -> String { Double(text).map { "\($0)" } ?? text }
        // Whole numbers of 64 bits are compared as text, before anything makes doubles of them.
        if value.json == json.filter({ $0 != "\"" }) { return true }
        let (one, other) = (plain(object(value.json)), plain(object(json)))
        if one == other || number(one) == number(other) { return true }
        let strip = { (text: String) in
            text.split(whereSeparator: { "[]{},".contains($0) }).map { part in
                part.split(separator: ":").map { number(String($0)) }.joined(separator: ":")
            }
        }
        return strip(one) == strip(other)
    }

    @Test("libprotobuf-c fills the same columns", arguments: 0..<2)
    func protobufC(seed: Int) throws {
        let object = try Self.vector("empty_message_index0")
        let vector = try #require(ProtobufVector(object))
        let text = vector.schema.text
        let columns = try ProtobufFormat().columns(of: vector.schema, message: .first, options: [:]).columns.filter {
            // A oneof's members are one value for us, several for libprotobuf-c.
            !"\($0.type)".contains("JSON") && !["a_name", "b_num"].contains($0.name)
        }
        let bodies = try Self.answers(object, seed: 200 + seed, count: 60).filter(\.read).map {
            ProtobufVector.bytes($0.hex)
        }
        func rows(_ decoder: String) throws -> (Outcome, Set<Int>) {
            let outcome = try decode(
                Payloads(bytes: bodies), columns, format: ProtobufFormat(),
                options: ["protobuf.schema": text, "protobuf.message": "ex.Scalars", "protobuf.decoder": decoder])
            return (outcome, Set(outcome.failures.map(\.index)))
        }
        let (ours, oursBad) = try rows("laminar")
        let (theirs, theirsBad) = try rows("protobuf-c")
        // It refuses wrong wire types, which count as unknown fields; nothing else.
        #expect(oursBad.isSubset(of: theirsBad))
        var (left, right) = (0, 0)
        var compared = 0
        for index in bodies.indices {
            let (isOurs, isTheirs) = (!oursBad.contains(index), !theirsBad.contains(index))
            if isOurs, isTheirs {
                compared += 1
                let (one, other) = (ours.rows[left].map(Self.ordered), theirs.rows[right].map(Self.ordered))
                #expect("\(one)" == "\(other)")
            }
            left += isOurs ? 1 : 0
            right += isTheirs ? 1 : 0
        }
        #expect(compared > 100)
    }

    /// The order of a map's entries means nothing.
    private static func ordered(_ value: Value) -> Value {
        if case .map(let entries) = value { return .map(entries.sorted { $0.name < $1.name }) }
        return value
    }

    @Test("damaged messages never stop the program, whatever the columns are", arguments: 0..<4)
    func fuzz(seed: UInt64) throws {
        var random = JSONFuzzTests.Generator(state: seed)
        let vectors = try ProtobufVector.load("confluent_protobuf.json")
        for vector in vectors {
            let columns = try ProtobufFormat().columns(
                of: vector.schema, message: .indexes(vector.indexes), options: [:]
            ).columns
            var bodies: [[UInt8]] = []
            for _ in 0..<300 {
                var body = vector.body + (Bool.random(using: &random) ? vector.body : [])
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    let at = Int.random(in: 0...body.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0 where at < body.count: body[at] = UInt8.random(in: 0...255, using: &random)
                    case 1 where at < body.count: body.remove(at: at)
                    default: body.insert(UInt8.random(in: 0...255, using: &random), at: at)
                    }
                }
                bodies.append(body)
            }
            for wanted in [columns, [ColumnSchema("value", .json)], columns.map { ColumnSchema($0.name, .json) }] {
                let outcome = try decodeProtobuf(bodies, vector.schema, .indexes(vector.indexes), wanted)
                #expect(outcome.rows.count + outcome.failures.count == bodies.count)
            }
        }
    }
}
