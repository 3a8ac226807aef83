/// Where and why a payload stopped being readable, noted by the scanner without a word of the payload.
struct JSONFault {
    enum Reason {
        case endsEarly, expectedKey, expectedColon, expectedCommaOrEnd, expectedValue, trailing, control, escape,
            surrogate, utf8, number, literal, depth, tooLarge, notNull, mismatch, range, digits, text
    }

    var reason = Reason.expectedValue
    var offset = 0
    /// The column's or field's type, for a mismatch and what follows from it.
    var type: ColumnType?
    /// What the payload has there.
    var found = "value"
    /// Names and indices from the inside out.
    var path: [String] = []

    /// What the value at a byte is, by its first byte.
    static func kind(of byte: UInt8) -> String {
        switch byte {
        case 0x22: "a string"
        case 0x7B: "an object"
        case 0x5B: "an array"
        case 0x74, 0x66: "a boolean"
        case 0x6E: "null"
        case 0x2D, 0x30...0x39: "a number"
        default: "something that is no JSON value"
        }
    }

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
        case .endsEarly: return (.syntax, "the JSON ends in the middle of a value")
        case .expectedKey: return (.syntax, "a quoted key is expected in a JSON object")
        case .expectedColon: return (.syntax, "a colon is expected after a JSON key")
        case .expectedCommaOrEnd: return (.syntax, "a comma or the end of the JSON object or array is expected")
        case .expectedValue: return (.syntax, "a JSON value is expected")
        case .trailing: return (.syntax, "there is more after the JSON value")
        case .control: return (.syntax, "a JSON string holds a control character that isn't escaped")
        case .escape: return (.encoding, "a JSON string holds an escape that doesn't exist")
        case .surrogate: return (.encoding, "a JSON string holds half of a surrogate pair")
        case .utf8: return (.encoding, "the text isn't UTF-8")
        case .number: return (.syntax, "a JSON number is malformed")
        case .literal: return (.syntax, "true, false or null is expected")
        case .depth: return (.depth, "the JSON is nested deeper than \(JSONScanner.depthLimit) levels")
        case .tooLarge: return (.tooLarge, "a column of one batch holds at most 2 GiB: make the batches smaller")
        case .notNull: return (.missing, "the value is missing or null, and \(wanted) is NOT NULL here")
        case .mismatch: return (.type, "\(found) can't be \(wanted)")
        case .range: return (.range, "the number doesn't fit into \(wanted)")
        case .digits: return (.range, "the number has more digits than \(wanted) keeps")
        case .text: return (.range, "the text isn't a value of \(wanted)")
        }
    }
}
