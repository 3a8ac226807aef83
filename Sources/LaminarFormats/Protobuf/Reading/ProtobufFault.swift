/// Where and why a payload stopped being readable, noted by the reader without a byte of the payload.
struct ProtobufFault {
    enum Reason {
        case truncated, varint, tag, wireType, groupEnd, depth, utf8, range, digits, text, missing, required, tooLarge,
            json
    }

    var reason = Reason.truncated
    var offset = 0
    /// The column's or field's type, for what doesn't fit into it.
    var type: ColumnType?
    /// Names and indices from the inside out.
    var path: [String] = []

    /// Messages within messages, and groups, as Google's parsers have it by default.
    static let depthLimit = 100

    var failure: DecodeFailure {
        let (code, message) = explanation
        var text = ""
        for part in path.reversed() {
            if !text.isEmpty, !part.hasPrefix("[") { text += "." }
            text += part
        }
        return DecodeFailure(code, message, path: text, offset: offset)
    }

    private var explanation: (DecodeFailure.Code, String) {
        let wanted = type?.description ?? "the column's type"
        switch reason {
        case .truncated: return (.syntax, "the Protobuf message ends in the middle of a field")
        case .varint: return (.syntax, "a variable-length number has more than ten bytes")
        case .tag: return (.syntax, "a field's tag is malformed")
        case .wireType: return (.syntax, "a field has a wire type that doesn't exist")
        case .groupEnd: return (.syntax, "a group ends that didn't begin")
        case .depth: return (.depth, "the message is nested deeper than \(Self.depthLimit) levels")
        case .utf8: return (.encoding, "the text isn't UTF-8")
        case .range: return (.range, "the value doesn't fit into \(wanted)")
        case .digits: return (.range, "the number has more digits than \(wanted) keeps")
        case .text: return (.range, "the text isn't a value of \(wanted)")
        case .missing: return (.missing, "the field is missing, and \(wanted) is NOT NULL here")
        case .required: return (.missing, "a required field of the message is missing")
        case .tooLarge: return (.tooLarge, "a column of one batch holds at most 2 GiB: make the batches smaller")
        case .json: return (.range, "the message holds a value that Protobuf's JSON can't say")
        }
    }
}
