import LaminarFormats
import LaminarStore

// `hash`, GREATEST and LEAST, and the functions of bytes.
extension FunctionCatalog {
    /// `hash(value)`: XXH64 with seed 0 of the value's bytes, without its sign bit; 0 for NULL.
    ///
    /// The bytes are: 8 of an integer, a truth value (0 or 1), a DATE's days, a TIME's or TIMESTAMP's microseconds, and 8 of
    /// a REAL's or DOUBLE's IEEE 754 form (-0 as 0), all little-endian; the UTF-8 of TEXT, of JSON and of a nested value's
    /// JSON; the bytes of BYTEA and UUID; a DECIMAL's digits as text without zeros at the end of its fraction; an INTERVAL's
    /// 16 bytes of microseconds, a month as 30 days, little-endian. So equal numbers of SMALLINT, INT and BIGINT hash alike.
    static let hashFunction = ScalarFunction.ours(
        "hash", [.any], .bigint,
        FunctionDocumentation(
            .general, "A number from 0 on that is the same in every version and on every machine; 0 for NULL.",
            ("hash(42)", String(StableHash.value(of: .integer(42), .bigint)))),
        isStrict: false, extras: { arguments, _ in [hashForm(arguments[0].type)] }
    ) { arguments, result in
        let hash: UInt64
        switch (arguments.storage(0), arguments.extra(1)) {
        case (.null, _): return result.set(0 as Int64)
        case (.integer, _): hash = StableHash.hash(integer: arguments.int64(0))
        case (.real, _): hash = StableHash.hash(real: arguments.double(0))
        case (.blob, 1): hash = try StableHash.hash(decimal: arguments.decimal(0))
        case (.blob, 2): hash = StableHash.hash(interval: try arguments.interval(0))
        default: hash = XXHash64.hash(arguments.bytes(0))
        }
        result.set(Int64(bitPattern: hash & 0x7FFF_FFFF_FFFF_FFFF))
    }

    private static func hashForm(_ type: ColumnType) -> String {
        switch type {
        case .decimal: "1"
        case .interval: "2"
        default: "0"
        }
    }

    static let generalFunctions: [ScalarFunction] =
        [hashFunction]
        + [("greatest", true, "3"), ("least", false, "1")].map { name, isGreatest, result in
            .ours(
                name, [.element], variadic: .element, .argument(0),
                FunctionDocumentation(
                    .general, "The \(isGreatest ? "greatest" : "least") value that isn't NULL.",
                    ("\(name)(1, 3, NULL)", result)),
                isStrict: false
            ) { arguments, result in
                var best = -1
                for index in 0..<arguments.count where !arguments.isNull(index) {
                    if best < 0 || StoredOrder.isLess(arguments, isGreatest ? best : index, isGreatest ? index : best) {
                        best = index
                    }
                }
                if best >= 0 { result.set(arguments.value(best)) }
            }
        }

    // MARK: Bytes

    private static func doc(
        _ summary: String, _ sql: String? = nil, _ result: String = ""
    ) -> FunctionDocumentation {
        FunctionDocumentation(.bytes, summary, sql.map { ($0, result) })
    }

    static let byteFunctions: [ScalarFunction] =
        ["length", "octet_length"].map { name in
            .ours(name, [.bytea], .int, doc("How many bytes.", "\(name)('\\x0102'::bytea)", "2")) {
                $1.set($0.bytes(0).count)
            }
        }
        + ["substring", "substr"].flatMap { name in
            [
                ScalarFunction.ours(name, [.bytea, .int], .bytea, doc("The bytes from one on, counted from 1.")) {
                    slice($1, $0.bytes(0), $0.int64(1) - 1, .max)
                },
                .ours(
                    name, [.bytea, .int, .int], .bytea,
                    doc("So many bytes from one on.", "\(name)('\\x010203'::bytea, 2, 1)", "\\x02")
                ) { arguments, result in
                    guard arguments.int64(2) >= 0 else {
                        throw QueryError(.invalidArgument, "negative substring length not allowed")
                    }
                    let start = arguments.int64(1) - 1
                    slice(result, arguments.bytes(0), start, start + arguments.int64(2))
                },
            ]
        } + [
            .ours("||", [.bytea, .bytea], .bytea, doc("The bytes of both.")) {
                $1.set(blob: Array($0.bytes(0)) + Array($0.bytes(1)))
            },
            .ours(
                "encode", [.bytea, .text], .text,
                doc("The bytes as text: `hex`, `base64` or `escape`.", "encode('\\x01ff'::bytea, 'hex')", "01ff")
            ) { arguments, result in
                switch arguments.text(1).lowercased() {
                case "hex": result.set(HexText.text(arguments.bytes(0)))
                case "base64": result.set(Base64.encode(arguments.bytes(0)))
                case "escape": result.set(ByteText.escaped(arguments.bytes(0)))
                default: throw unknownEncoding
                }
            },
            .ours(
                "decode", [.text, .text], .bytea,
                doc("The bytes of such a text.", "decode('AQI=', 'base64')", "\\x0102")
            ) { arguments, result in
                switch arguments.text(1).lowercased() {
                case "hex":
                    guard let bytes = HexText.parse(arguments.bytes(0)) else {
                        throw QueryError(.invalidText, "invalid hexadecimal data")
                    }
                    result.set(blob: bytes)
                case "base64":
                    guard let bytes = Base64.decode(arguments.bytes(0)) else {
                        throw QueryError(.invalidText, "invalid base64 data")
                    }
                    result.set(blob: bytes)
                case "escape": result.set(blob: try ByteText.unescaped(arguments.bytes(0)))
                default: throw unknownEncoding
                }
            },
            .ours(
                "md5", [.text], .text,
                doc("The MD5 of the text in hexadecimal digits.", "md5('abc')", "900150983cd24fb0d6963f7d28e17f72")
            ) {
                $1.set(HexText.text(MD5.digest($0.bytes(0))))
            },
            .ours("md5", [.bytea], .text, doc("The MD5 of the bytes in hexadecimal digits.")) {
                $1.set(HexText.text(MD5.digest($0.bytes(0))))
            },
            .ours(
                "convert_from", [.bytea, .text], .text,
                doc("The text of bytes of UTF-8.", "convert_from('\\x6162'::bytea, 'UTF8')", "ab")
            ) { arguments, result in
                try checkUTF8(arguments.text(1))
                let bytes = arguments.bytes(0)
                guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
                    throw QueryError(.invalidText, "invalid byte sequence for encoding \"UTF8\"")
                }
                result.set(text: bytes)
            },
            .ours(
                "convert_to", [.text, .text], .bytea,
                doc("The bytes of a text in UTF-8.", "convert_to('ab', 'UTF8')", "\\x6162")
            ) { arguments, result in
                try checkUTF8(arguments.text(1))
                result.set(blob: arguments.bytes(0))
            },
        ]

    private static func checkUTF8(_ name: String) throws {
        guard ["utf8", "utf-8"].contains(name.lowercased()) else {
            throw QueryError(.invalidArgument, "the only encoding of text here is UTF8")
        }
    }

    private static let unknownEncoding = QueryError(
        .invalidArgument, "unrecognized encoding: 'hex', 'base64' and 'escape' are known")

    private static func slice(
        _ result: SQLiteResult, _ bytes: UnsafeRawBufferPointer, _ start: Int64, _ end: Int64
    ) {
        let low = Int(min(max(start, 0), Int64(bytes.count)))
        let high = Int(min(max(end, 0), Int64(bytes.count)))
        result.set(blob: UnsafeRawBufferPointer(rebasing: bytes[low..<max(low, high)]))
    }
}

/// The order of stored forms of one type.
enum StoredOrder {
    static func isLess(_ arguments: SQLiteArguments, _ left: Int, _ right: Int) -> Bool {
        switch arguments.storage(left) {
        case .integer where arguments.storage(right) == .integer: arguments.int64(left) < arguments.int64(right)
        case .integer, .real: arguments.double(left) < arguments.double(right)
        default: arguments.bytes(left).lexicographicallyPrecedes(arguments.bytes(right))
        }
    }
}

/// The bytes that ``FunctionCatalog/hashFunction`` hashes.
enum StableHash {
    static func hash(integer: Int64) -> UInt64 { XXHash64.hash(word: UInt64(bitPattern: integer)) }

    static func hash(real: Double) -> UInt64 { XXHash64.hash(word: (real == 0 ? 0.0 : real).bitPattern) }

    static func hash(decimal: DecimalNumber) throws -> UInt64 {
        var text = try DecimalText.text(decimal, scale: decimal.scale)
        return text.withUTF8 { XXHash64.hash(UnsafeRawBufferPointer($0)) }
    }

    static func hash(interval: CalendarInterval) -> UInt64 {
        withUnsafeBytes(of: StoredInterval.span(interval).littleEndian) { XXHash64.hash($0) }
    }

    /// `hash` of a value outside of SQLite: the kernels over columns and the documentation.
    static func value(of stored: SQLiteValue, _ type: ColumnType) -> Int64 {
        let hash: UInt64
        switch stored {
        case .null: return 0
        case .integer(let value): hash = self.hash(integer: value)
        case .real(let value): hash = self.hash(real: value)
        case .text(var text): hash = text.withUTF8 { XXHash64.hash(UnsafeRawBufferPointer($0)) }
        case .blob(let bytes):
            hash = bytes.withUnsafeBytes { bytes in
                switch type {
                case .decimal:
                    StoredDecimal.decode(bytes).flatMap {
                        try? self.hash(decimal: DecimalNumber(unscaled: $0.unscaled, scale: $0.scale))
                    } ?? 0
                case .interval: StoredInterval.decode(bytes).map { self.hash(interval: $0) } ?? 0
                default: XXHash64.hash(bytes)
                }
            }
        }
        return Int64(bitPattern: hash & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
