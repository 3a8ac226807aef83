import LaminarFormats

/// A record's headers as the JSON of `_kafka_headers`: `[{"key":"a","value":"b"}, …]` in order, names may repeat.
///
/// A value that isn't UTF-8 comes as `value_base64`; null stays null, which isn't the same as empty.
enum HeadersText {
    /// Nil where the record has no header.
    static func json(_ batch: MessageBatch, _ index: Int) -> String? {
        var text = ""
        batch.forEachHeader(of: index) { name, value in
            text += text.isEmpty ? "[" : ","
            text += "{\"key\":"
            append(name, to: &text)
            guard let value else {
                text += ",\"value\":null}"
                return
            }
            if let valid = String(validating: value, as: UTF8.self) {
                text += ",\"value\":"
                append(valid, to: &text)
            } else {
                text += ",\"value_base64\":\"\(base64(value))\""
            }
            text += "}"
        }
        return text.isEmpty ? nil : text + "]"
    }

    private struct Entry: Decodable {
        let key: String
        let value: String?
        let valueBytes: [UInt8]?

        enum CodingKeys: String, CodingKey {
            case key, value
            case valueBytes = "value_base64"
        }
    }

    /// The headers that such a text means.
    ///
    /// - Throws: `DecodeFailure` for any other JSON.
    static func headers(_ text: String) throws(DecodeFailure) -> [KafkaHeader] {
        do throws(DecodeFailure) {
            return try JSONValueDecoder<[Entry]>().decode(Array(text.utf8)).map { entry in
                KafkaHeader(entry.key, entry.valueBytes ?? entry.value.map { Array($0.utf8) })
            }
        } catch {
            throw DecodeFailure(
                .value, "headers are an array of {\"key\": …, \"value\": …}, or value_base64 for bytes",
                path: error.path)
        }
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: UnsafeRawBufferPointer) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
            let bits = group[0] << 16 | group[1] << 8 | group[2]
            for position in 0..<4 {
                let isPadding = start + position > bytes.count
                let digit = Int(bits >> UInt32(18 - 6 * position) & 63)
                encoded.append(isPadding ? UInt8(ascii: "=") : alphabet[digit])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
