#if SwiftProtobuf
    import LaminarEcosystem
    import LaminarKafka
    import LaminarTesting
    import SwiftProtobuf
    import Testing

    @Suite struct SwiftProtobufTests {
        private typealias Text = Google_Protobuf_StringValue

        @Test("messages of any type come out as they went in, empty ones too") func values() async throws {
            let texts = ["first", "", "größer"]
            let payloads = try texts.map { text in
                let bytes: [UInt8] = try Text.with { $0.value = text }.serializedBytes()
                return bytes
            }
            #expect(try await read(payloads, count: 3) == texts)
        }

        @Test("bytes that are no message name topic, partition and offset") func malformed() async throws {
            let error = await #expect(throws: DecodeError.self) { try await read([[0x0A, 0x7F]], count: 1) }
            #expect(error?.description.contains("google.protobuf.StringValue") == true)
        }

        @Test("a registry's frame is taken off, and a record without it is a bad one") func framed() async throws {
            let bytes: [UInt8] = try Text.with { $0.value = "x" }.serializedBytes()
            let frame: [UInt8] = [0, 0, 0, 0, 7, 0]
            #expect(try await read([frame + bytes], count: 1, frame: .confluent(.protobuf)) == ["x"])
            await #expect(throws: DecodeError.self) {
                try await read([bytes], count: 1, frame: .confluent(.protobuf))
            }
        }

        private func read(
            _ payloads: [[UInt8]], count: Int, frame: RegistryFrame? = nil
        ) async throws -> [String] {
            let broker = try EmbeddedBroker()
            try broker.createTopic("messages", partitions: 1)
            try await broker.produce(payloads.map { TestRecord(value: $0) }, to: "messages")
            let source = try KafkaSource(
                KafkaSourceConfiguration(
                    bootstrapServers: broker.bootstrapServers, subscription: .topics(["messages"])),
                decoding: .protobuf(Text.self, frame: frame), extent: .everything)
            var found: [String] = []
            for try await message in source {
                found.append(message.value)
                if found.count == count { break }
            }
            await source.close()
            await broker.close()
            return found
        }
    }
#endif
