#if SwiftProtobuf
    internal import Foundation
    public import LaminarKafka
    internal import LaminarFormats
    public import SwiftProtobuf

    extension RecordDecoding where Value: SwiftProtobuf.Message {
        /// Values of a message type that `protoc-gen-swift` made, from the binary format.
        ///
        ///     let source = try KafkaSource(configuration, decoding: .protobuf(Order.self))
        ///     let framed = try KafkaSource(configuration, decoding: .protobuf(Order.self, frame: .confluent(.protobuf)))
        ///     for try await order in source { print(order.id) }
        ///
        /// - Parameter frame: what a registry's serializer has put before each message, which is taken off; nil for none. The
        ///   registry isn't asked: the type says how the message is read.
        ///
        /// Bytes that aren't such a message make a bad record, which follows `bad_data`. Unknown fields are kept, as
        /// SwiftProtobuf does.
        ///
        /// - Note: Format: Protocol Buffers, "Encoding".
        public static func protobuf(
            _ type: Value.Type = Value.self, frame: RegistryFrame? = nil
        ) -> RecordDecoding<Value> {
            .custom(format: "protobuf", frame: frame) { payload in
                guard let start = payload.baseAddress else { return Value() }
                let bytes = Data(
                    bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: payload.count, deallocator: .none)
                do { return try Value(serializedBytes: bytes) } catch {
                    throw DecodeFailure(.syntax, "the payload isn't a message \(Value.protoMessageName)")
                }
            }
        }
    }
#endif
