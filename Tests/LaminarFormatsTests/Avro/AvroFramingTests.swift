import Foundation
import Testing

@testable import LaminarFormats

@Suite struct AvroFramingTests {
    static let schema =
        #"{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"note","type":["null","string"],"default":null}]}"#
    static let columns = [ColumnSchema("id", .bigint, isNullable: false), ColumnSchema("note", .text)]

    private func roundTrip(_ options: [String: String]) throws -> (bytes: [UInt8], outcome: Outcome) {
        let format = AvroFormat()
        let batch = try RecordBatch(
            schema: RowSchema(Self.columns),
            columns: [.bigints([7]), .texts(["seven"])])
        var encoder = try format.makeEncoder(schema: batch.schema, options: options)
        var payload = EncodedPayload()
        try encoder.encode(batch[0], into: &payload)
        return (
            payload.bytes, try decode(Payloads(bytes: [payload.bytes]), Self.columns, format: format, options: options)
        )
    }

    @Test("what a framing writes, it reads", arguments: ["raw", "single_object", "container"])
    func framings(name: String) throws {
        let options = ["avro.framing": name, "avro.schema": Self.schema]
        let (bytes, outcome) = try roundTrip(options)
        #expect(outcome.failures.isEmpty)
        #expect(outcome.rows == [[.bigint(7), .text("seven")]])
        for cut in bytes.indices {
            let broken = try decode(
                Payloads(bytes: [Array(bytes[..<cut])]), Self.columns, format: AvroFormat(), options: options)
            #expect(broken.rows.isEmpty, "cut at \(cut)")
        }
    }

    @Test("a fingerprint of another schema is a bad record") func otherFingerprint() throws {
        var (bytes, _) = try roundTrip(["avro.framing": "single_object", "avro.schema": Self.schema])
        bytes[5] ^= 1
        let outcome = try decode(
            Payloads(bytes: [bytes]), Self.columns, format: AvroFormat(),
            options: ["avro.framing": "single_object", "avro.schema": Self.schema])
        #expect(outcome.failures.first?.failure.message.contains("fingerprint") == true)
    }

    @Test("a container file with several data says so") func several() throws {
        var bytes: [UInt8] = []
        AvroContainerFile.write(
            [14, 0], schema: Array(Self.schema.utf8), sync: Array(repeating: 9, count: 16), into: &bytes)
        var block: [UInt8] = []
        AvroWriter.long(2, into: &block)
        AvroWriter.long(4, into: &block)
        block += [14, 0, 14, 0] + Array(repeating: 9, count: 16)
        let outcome = try decode(
            Payloads(bytes: [bytes, bytes + block, Array(bytes.dropLast(20))]), Self.columns, format: AvroFormat(),
            options: ["avro.framing": "container"])
        #expect(outcome.rows == [[.bigint(7), .null]])
        #expect(outcome.failures.map(\.index) == [1, 2])
        #expect(outcome.failures.first?.failure.message.contains("one record is one row") == true)
    }

    @Test(
        "options that can't be are refused",
        arguments: [
            ["avro.framing": "raw"], ["avro.framing": "single_object"], ["avro.framing": "other"],
            ["avro.raw_datums": "maybe"], ["avro.raw_datums": "false", "avro.framing": "raw"], ["avro.unknown": "1"],
            ["avro.framing": "raw", "avro.schema": "{"],
        ])
    func options(options: [String: String]) throws {
        let schema = try RowSchema(Self.columns)
        #expect(throws: FormatError.self) { _ = try AvroFormat().makeDecoder(schema: schema, options: options) }
    }
}
