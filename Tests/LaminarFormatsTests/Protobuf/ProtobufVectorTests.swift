import Foundation
import LaminarFormats
import Testing

@Suite struct ProtobufVectorTests {
    static let whole = [ColumnSchema("value", .json)]

    @Test(
        "Confluent's payloads have the JSON that Google's parsers give",
        arguments: try ProtobufVector.load("confluent_protobuf.json"))
    func canonicalJSON(vector: ProtobufVector) throws {
        for schema in [vector.schema, vector.descriptor ?? vector.schema] {
            for message in [MessageChoice.indexes(vector.indexes), .name(vector.messageName)] {
                let outcome = try decodeProtobuf([vector.body], schema, message, Self.whole)
                #expect(outcome.failures.isEmpty, "\(outcome.failures)")
                guard case .json(let text)? = outcome.rows.first?.first else { continue }
                #expect(isSameJSON(text, vector.expected), "\(text) isn't \(vector.expected)")
            }
        }
    }

    @Test(
        "columns hold what the payloads hold, each field in its derived type",
        arguments: try ProtobufVector.load("confluent_protobuf.json"))
    func columns(vector: ProtobufVector) throws {
        let derived = try ProtobufFormat().columns(of: vector.schema, message: .indexes(vector.indexes), options: [:])
        let outcome = try decodeProtobuf(
            [vector.body], vector.schema, .indexes(vector.indexes), derived.columns)
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        #expect(outcome.rows.count == 1)
        // The same through JSON columns.
        let fields = derived.columns.map { ColumnSchema($0.name, .json) }
        let json = try decodeProtobuf([vector.body], vector.schema, .indexes(vector.indexes), fields)
        #expect(json.failures.isEmpty, "\(json.failures)")
    }

    @Test("Glue's positions count the hidden entries of maps", arguments: try ProtobufVector.load("glue.json"))
    func gluePositions(vector: ProtobufVector) throws {
        let position = try #require(vector.gluePosition)
        let identity = try ProtobufFormat().identity(of: vector.schema, message: .sortedPosition(position))
        #expect(identity.fullName == vector.messageName)
        #expect(identity.sortedPosition == position)
        let outcome = try decodeProtobuf([vector.body], vector.schema, .sortedPosition(position), Self.whole)
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        guard case .json(let text)? = outcome.rows.first?.first else { return }
        #expect(isSameJSON(text, vector.expected), "\(text) isn't \(vector.expected)")
    }

    @Test("a message's identity has all of its names", arguments: try ProtobufVector.load("confluent_protobuf.json"))
    func identity(vector: ProtobufVector) throws {
        let identity = try ProtobufFormat().identity(of: vector.schema, message: .name(vector.messageName))
        #expect(identity.indexes == vector.indexes)
        #expect(identity.fullName == vector.messageName)
        let again = try ProtobufFormat().identity(of: vector.schema, message: .sortedPosition(identity.sortedPosition))
        #expect(again == identity)
    }

    @Test(
        "malformed payloads are refused",
        arguments: try ProtobufVector.load("malformed.json").filter {
            // Frames are read elsewhere; bodies follow `00 | id | 00`.
            $0.payload.count >= 6 && $0.payload[0] == 0 && $0.payload[5] == 0 && $0.kind != "framing"
        })
    func malformed(vector: ProtobufVector) throws {
        let body = Array(vector.payload.dropFirst(6))
        let outcome = try decodeProtobuf([body], vector.schema, .first, Self.whole)
        #expect(outcome.failures.count == 1)
        #expect(outcome.rows.isEmpty)
        let derived = try ProtobufFormat().columns(of: vector.schema, message: .first, options: [:])
        let typed = try decodeProtobuf([body], vector.schema, .first, derived.columns)
        #expect(typed.failures.count == 1)
        #expect(typed.rows.isEmpty)
    }

    @Test("an index beyond the messages is no schema", arguments: [[50], [1, 5], [], [-1]])
    func indexes(path: [Int]) throws {
        let schema = try #require(try ProtobufVector.load("confluent_protobuf.json").first { $0.name == "index_1" })
            .schema
        #expect(throws: FormatError.self) { try ProtobufFormat().identity(of: schema, message: .indexes(path)) }
    }

    @Test("an index that counts no map entries, as Confluent's Java client counts, finds its message")
    func javaIndexes() throws {
        let schema = try #require(try ProtobufVector.load("confluent_protobuf.json").first { $0.name == "index_1" })
            .schema
        let identity = try ProtobufFormat().identity(of: schema, message: .indexes([2, 0]))
        #expect(identity.fullName == "ex.nested.Third.AfterMap")
    }
}
