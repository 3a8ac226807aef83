import LaminarFormats
import LaminarRegistry

/// Puts a registry's frame around the bodies that an encoder writes. Used by one task at a time.
struct PayloadFramer {
    private enum Style {
        /// These bytes stand before the body.
        case head([UInt8])
        case glue(GlueFramer)
    }

    private let style: Style
    /// A body that is packed afterwards.
    private var body = EncodedPayload()

    /// - Throws: `FormatError` where there is no memory to pack with, or the frame would be a header.
    init(_ publication: SinkPublication) throws(FormatError) {
        let language = publication.schema.language
        if case .version(let version) = publication.key {
            do throws(RegistryError) {
                style = .glue(
                    try GlueFramer(
                        version, compression: publication.compression, language: language, message: publication.identity
                    ))
            } catch {
                throw FormatError(.unwritable, error.message)
            }
            return
        }
        let head = FrameHead(publication.key, language: language, message: publication.identity)
        guard !head.isHeader else {
            throw FormatError(.unwritable, "The registry knows the schema by a GUID only, which a sink doesn't write.")
        }
        style = .head(head.bytes)
    }

    /// Writes a framed payload.
    ///
    /// - Parameter encode: appends the body.
    mutating func frame(
        into record: inout EncodedRecord, _ encode: (inout EncodedPayload) throws(EncodeFailure) -> Void
    ) throws(EncodeFailure) {
        switch style {
        case .head(let bytes):
            record.payload.bytes.append(contentsOf: bytes)
            try encode(&record.payload)
        case .glue(let framer):
            body.removeAll()
            try encode(&body)
            record.payload.isNull = body.isNull
            guard !body.isNull else { return }
            do throws(RegistryError) {
                try body.bytes.withUnsafeBufferPointer { bytes throws(RegistryError) in
                    try framer.frame(UnsafeRawBufferPointer(bytes), into: &record.payload.bytes)
                }
            } catch {
                throw EncodeFailure(.value, error.message)
            }
        }
    }
}
