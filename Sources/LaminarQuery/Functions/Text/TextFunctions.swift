import LaminarFormats
import LaminarStore

// Functions of text; a character is a Unicode scalar, as in PostgreSQL.
extension FunctionCatalog {
    static let textFunctions: [ScalarFunction] = lengths + cases + pieces + paddings + replacements + joins + codes

    private static func doc(
        _ summary: String, _ sql: String? = nil, _ result: String = ""
    ) -> FunctionDocumentation {
        FunctionDocumentation(.text, summary, sql.map { ($0, result) })
    }

    // MARK: Lengths

    private static let lengths: [ScalarFunction] =
        ["length", "char_length", "character_length"].map { name in
            .ours(name, [.text], .int, doc("How many characters the text has.", "\(name)('Kraków')", "6")) {
                $1.set(Characters.count($0.bytes(0)))
            }
        } + [
            .ours("octet_length", [.text], .int, doc("How many bytes of UTF-8.", "octet_length('Kraków')", "7")) {
                $1.set($0.bytes(0).count)
            },
            .ours("bit_length", [.text], .int, doc("How many bits of UTF-8.", "bit_length('abc')", "24")) {
                $1.set($0.bytes(0).count * 8)
            },
        ]

    // MARK: Upper and lower case

    private static let cases: [ScalarFunction] = [
        .ours("lower", [.text], .text, doc("In lower case.", "lower('ŁÓDŹ')", "łódź")) {
            $1.set(Characters.lowered($0.text(0)))
        },
        .ours("upper", [.text], .text, doc("In upper case.", "upper('łódź')", "ŁÓDŹ")) {
            $1.set(Characters.uppered($0.text(0)))
        },
        .ours(
            "initcap", [.text], .text,
            doc(
                "Each word's first letter in upper case, the others in lower case.", "initcap('hi THOMAS')", "Hi Thomas"
            )
        ) { $1.set(Characters.capitalized($0.text(0))) },
    ]

    // MARK: Parts

    private static let pieces: [ScalarFunction] =
        ["substring", "substr"].flatMap { name in
            [
                ScalarFunction.ours(
                    name, [.text, .int], .text,
                    doc("The text from a character on, counted from 1.", "\(name)('stream', 3)", "ream")
                ) { arguments, result in
                    Characters.set(result, arguments.bytes(0), from: arguments.int64(1) - 1, to: .max)
                },
                .ours(
                    name, [.text, .int, .int], .text,
                    doc("So many characters from one on.", "\(name)('stream', 2, 3)", "tre")
                ) { arguments, result in
                    let start = arguments.int64(1) - 1
                    guard arguments.int64(2) >= 0 else {
                        throw QueryError(.invalidArgument, "negative substring length not allowed")
                    }
                    Characters.set(result, arguments.bytes(0), from: start, to: start + arguments.int64(2))
                },
            ]
        } + [
            .ours(
                "left", [.text, .int], .text,
                doc(
                    "The first characters; all but the last ones where the number is negative.", "left('abcde', -2)",
                    "abc")
            ) { arguments, result in
                let (bytes, wanted) = (arguments.bytes(0), arguments.int64(1))
                let end = wanted >= 0 ? wanted : Int64(Characters.count(bytes)) + wanted
                Characters.set(result, bytes, from: 0, to: end)
            },
            .ours(
                "right", [.text, .int], .text,
                doc(
                    "The last characters; all but the first ones where the number is negative.", "right('abcde', 2)",
                    "de")
            ) { arguments, result in
                let (bytes, wanted) = (arguments.bytes(0), arguments.int64(1))
                let start = wanted >= 0 ? Int64(Characters.count(bytes)) - wanted : -wanted
                Characters.set(result, bytes, from: start, to: .max)
            },
            .ours(
                "split_part", [.text, .text, .int], .text,
                doc(
                    "The part of that number between delimiters, from the end where it is negative.",
                    "split_part('a,b,c', ',', -1)", "c")
            ) { arguments, result in
                let wanted = arguments.int64(2)
                guard wanted != 0 else { throw QueryError(.invalidArgument, "field position must not be zero") }
                let parts = Characters.split(arguments.bytes(0), at: arguments.bytes(1))
                let index = wanted > 0 ? wanted - 1 : Int64(parts.count) + wanted
                guard index >= 0, index < parts.count else { return result.set("") }
                result.set(text: parts[Int(index)])
            },
            .ours(
                "strpos", [.text, .text], .int,
                doc(
                    "Where the second text begins in the first, from 1; 0 where it doesn't.", "strpos('stream', 're')",
                    "3")
            ) { arguments, result in
                let (text, part) = (arguments.bytes(0), arguments.bytes(1))
                guard let at = Characters.find(part, in: text, from: 0) else { return result.set(0 as Int64) }
                result.set(Characters.count(UnsafeRawBufferPointer(rebasing: text[..<at])) + 1)
            },
            .ours(
                "starts_with", [.text, .text], .boolean,
                doc("Whether the text begins with the other.", "starts_with('stream', 'str')", "true")
            ) { $1.set($0.bytes(0).starts(with: $0.bytes(1))) },
            .ours(
                "ends_with", [.text, .text], .boolean,
                doc("Whether the text ends with the other. PostgreSQL hasn't this one.")
            ) { $1.set($0.bytes(0).suffix($0.bytes(1).count).elementsEqual($0.bytes(1))) },
        ]

    // MARK: Padding and trimming

    private static let paddings: [ScalarFunction] = {
        var functions: [ScalarFunction] = []
        for (name, isLeft, example) in [("lpad", true, "0000000042"), ("rpad", false, "4200000000")] {
            let side = isLeft ? "left" : "right"
            let summary = "Filled on the \(side) to so many characters, or cut to them."
            functions.append(
                .ours(name, [.text, .int], .text, doc(summary)) { arguments, result in
                    result.set(try Characters.padded(arguments.text(0), arguments.int64(1), " ", isLeft: isLeft))
                })
            functions.append(
                .ours(
                    name, [.text, .int, .text], .text, doc(summary, "\(name)('42', 10, '0')", example)
                ) { arguments, result in
                    result.set(
                        try Characters.padded(
                            arguments.text(0), arguments.int64(1), arguments.text(2), isLeft: isLeft))
                })
        }
        for (name, start, end, example) in [
            ("btrim", true, true, "ab"), ("trim", true, true, "ab"), ("ltrim", true, false, "abxx"),
            ("rtrim", false, true, "xxab"),
        ] {
            let place = start && end ? "both ends" : start ? "the beginning" : "the end"
            functions.append(
                .ours(name, [.text], .text, doc("Without the spaces at \(place).")) { arguments, result in
                    result.set(Characters.trimmed(arguments.text(0), " ", start, end))
                })
            functions.append(
                .ours(
                    name, [.text, .text], .text,
                    doc("Without any of these characters at \(place).", "\(name)('xxabxx', 'x')", example)
                ) { arguments, result in
                    result.set(Characters.trimmed(arguments.text(0), arguments.text(1), start, end))
                })
        }
        return functions
    }()

    // MARK: Other text in place of text

    private static let replacements: [ScalarFunction] = [
        .ours(
            "replace", [.text, .text, .text], .text,
            doc("The text with the third argument for each second one.", "replace('a-b-c', '-', '+')", "a+b+c")
        ) { arguments, result in
            let (text, old, new) = (arguments.bytes(0), arguments.bytes(1), arguments.bytes(2))
            guard !old.isEmpty else { return result.set(text: text) }
            let parts = Characters.split(text, at: old)
            try Characters.setJoined(result, parts, new)
        },
        .ours(
            "translate", [.text, .text, .text], .text,
            doc(
                "Each character of the second argument becomes the one of the third at its place, or goes.",
                "translate('12345', '143', 'ax')", "a2x5")
        ) { $1.set(Characters.translated($0.text(0), $0.text(1), $0.text(2))) },
        .ours("reverse", [.text], .text, doc("The characters from the last to the first.", "reverse('abc')", "cba")) {
            var reversed = String.UnicodeScalarView()
            reversed.append(contentsOf: $0.text(0).unicodeScalars.reversed())
            $1.set(String(reversed))
        },
        .ours("repeat", [.text, .int], .text, doc("The text so many times.", "repeat('ab', 3)", "ababab")) {
            arguments, result in
            let count = max(arguments.int64(1), 0)
            let size = Int64(arguments.bytes(0).count).multipliedReportingOverflow(by: count)
            guard !size.overflow, size.partialValue <= Characters.byteLimit else { throw Characters.tooLong }
            result.set(String(repeating: arguments.text(0), count: size.partialValue == 0 ? 0 : Int(count)))
        },
        .ours(
            "overlay", [.text, .text, .int], .text,
            doc("The text with the second one over it, from a character on.", "overlay('abcdef', 'XY', 3)", "abXYef")
        ) { arguments, result in
            result.set(
                try Characters.overlaid(
                    arguments.text(0), arguments.text(1), arguments.int64(2),
                    Int64(Characters.count(arguments.bytes(1)))))
        },
        .ours(
            "overlay", [.text, .text, .int, .int], .text,
            doc("The same in place of so many characters.", "overlay('abcdef', 'X', 3, 3)", "abXf")
        ) { arguments, result in
            result.set(
                try Characters.overlaid(arguments.text(0), arguments.text(1), arguments.int64(2), arguments.int64(3)))
        },
    ]

    // MARK: Joined

    private static let joins: [ScalarFunction] = [
        .native(
            "||", [.text, .text], .text, doc("One after the other.", "'a' || 'b'", "ab"), as: .infix("||")),
        .native("||", [.text, .castToText], .text, doc("One after the other.", "'a' || 1", "a1"), as: .infix("||")),
        .native("||", [.castToText, .text], .text, doc("One after the other."), as: .infix("||")),
        .ours(
            "concat", [], variadic: .castToText, .text,
            doc("One after the other, NULL as nothing.", "concat('a', NULL, 1)", "a1"), isStrict: false
        ) { arguments, result in
            try Characters.setJoined(
                result, (0..<arguments.count).filter { !arguments.isNull($0) }.map { arguments.bytes($0) },
                UnsafeRawBufferPointer(start: nil, count: 0))
        },
        .ours(
            "concat_ws", [.text], variadic: .castToText, .text,
            doc(
                "One after the other with the first argument between them, without NULL.", "concat_ws('-', 1, NULL, 2)",
                "1-2"),
            isStrict: false
        ) { arguments, result in
            if arguments.isNull(0) { return result.setNull() }
            try Characters.setJoined(
                result, (1..<arguments.count).filter { !arguments.isNull($0) }.map { arguments.bytes($0) },
                arguments.bytes(0))
        },
        .ours(
            "format", [.text], variadic: .castToText, .text,
            doc(
                "The text with `%s` (an argument), `%I` (as a name), `%L` (as a string).", "format('%s of %s', 1, 2)",
                "1 of 2"),
            isStrict: false
        ) { arguments, result in
            if arguments.isNull(0) { return result.setNull() }
            let values = (1..<arguments.count).map { arguments.isNull($0) ? nil : arguments.text($0) }
            result.set(try Characters.formatted(arguments.text(0), values))
        },
        .ours(
            "quote_literal", [.text], .text, doc("The text as a string of SQL.", "quote_literal('it''s')", "'it''s'")
        ) { $1.set(Characters.quoted($0.text(0), "'")) },
        .ours("quote_ident", [.text], .text, doc("The text as a name of SQL.", "quote_ident('a b')", "\"a b\"")) {
            $1.set(Characters.quotedName($0.text(0)))
        },
    ]

    // MARK: Codes

    private static let codes: [ScalarFunction] = [
        .ours("ascii", [.text], .int, doc("The first character's number.", "ascii('x')", "120")) {
            $1.set(Int64($0.text(0).unicodeScalars.first?.value ?? 0))
        },
        .ours("chr", [.int], .text, doc("The character of a number.", "chr(65)", "A")) { arguments, result in
            guard let number = UInt32(exactly: arguments.int64(0)), number > 0, let scalar = Unicode.Scalar(number)
            else {
                throw QueryError(.invalidArgument, "requested character isn't one that text can hold")
            }
            result.set(String(Character(scalar)))
        },
        .ours("to_hex", [.int], .text, doc("The number in hexadecimal digits.", "to_hex(255)", "ff")) {
            $1.set(String(UInt32(truncatingIfNeeded: $0.int64(0)), radix: 16))
        },
        .ours("to_hex", [.bigint], .text, doc("The number in hexadecimal digits.")) {
            $1.set(String(UInt64(bitPattern: $0.int64(0)), radix: 16))
        },
    ]
}
