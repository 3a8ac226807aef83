import Foundation
import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

/// Every function of the catalog that PostgreSQL has too, over values on the edges, against PostgreSQL itself.
@Suite struct PostgresDifferentialTests {
    /// What is different here on purpose, with the reason; everything else must be the same.
    static let exceptions: [String: String] = [
        "hash": "ours",
        "ends_with": "ours",
        "json_valid": "ours", "jsonb_valid": "ours", "json_exists": "ours", "jsonb_exists": "ours",
        "array_contains": "ours",
        "json_build_array": "spaces in PostgreSQL's JSON", "jsonb_build_array": "spaces in PostgreSQL's JSON",
        "json_build_object": "spaces in PostgreSQL's JSON", "jsonb_build_object": "spaces in PostgreSQL's JSON",
        "timezone": "a TIMESTAMP is an instant here",
        "scale": "the scale is the type's here",
        "jsonb_extract_path": "of jsonb there; json_extract_path is compared",
        "jsonb_extract_path_text": "of jsonb there; json_extract_path_text is compared",
        "jsonb_array_length": "of jsonb there; json_array_length is compared",
        "jsonb_typeof": "of jsonb there; json_typeof is compared",
        "string_to_array": "an array prints as JSON here",
        "to_timestamp": "a TIMESTAMP is an instant here, printed without a zone",
        "width_bucket": "rounding where a bound is beyond all values",
        "upper": "the peer's locale folds ASCII alone", "lower": "the peer's locale folds ASCII alone",
        "initcap": "the peer's locale folds ASCII alone",
        "sinh": "an infinity is out of range here", "cosh": "an infinity is out of range here",
        "cot": "an infinity is out of range here",
        // By the number of arguments.
        "~~/3": "LIKE … ESCAPE, which no function call is there; the cases have it",
        "~~*/3": "ILIKE … ESCAPE, which no function call is there; the cases have it",
        "log/2": "of DECIMAL there", "date_trunc/3": "of TIMESTAMPTZ there",
    ]

    /// Single values that differ on purpose.
    private static let differing: [(start: String, why: String)] = [
        ("'1.5'::real * '1e+10'::real", "the shortest text of a REAL that lies between two"),
        ("'1e+10'::real * '1.5'::real", "the shortest text of a REAL that lies between two"),
    ]

    /// A DATE is any 32-bit number of days here.
    private static func isFarDay(_ sql: String) -> Bool { sql.contains("::date") && sql.contains("21474836") }

    struct Question {
        var function: ScalarFunction
        var arguments: [SampleValues.Sample]
        var sql: String
    }

    @Test("scalar functions and operators give what PostgreSQL gives")
    func scalars() throws {
        let questions = Self.questions()
        let answers = try PostgresPeer().texts(of: questions.map(\.sql))
        var failures: [String] = []
        var compared = 0
        for (question, expected) in zip(questions, answers)
        where !Self.differing.contains(where: { question.sql.hasPrefix($0.start) }) && !Self.isFarDay(question.sql) {
            let actual = Self.answer(question)
            if expected?.hasPrefix("ERROR: function") ?? false || expected?.hasPrefix("ERROR: operator") ?? false {
                failures.append("\(question.sql): PostgreSQL doesn't know it (\(expected ?? ""))")
                continue
            }
            // What underflows is 0 here.
            if let expected, expected.contains("underflow"), actual == "0" || actual == "-0" { continue }
            compared += 1
            if !Self.isSame(actual, expected, question) {
                failures.append("\(question.sql)\n    PostgreSQL: \(expected ?? "NULL")\n    here: \(actual ?? "NULL")")
            }
        }
        #expect(
            failures.isEmpty,
            "\(failures.count) of \(questions.count):\n\(failures.prefix(400).joined(separator: "\n"))")
        #expect(compared > 2500)
    }

    private static func answer(_ question: Question) -> String? {
        do {
            return try CatalogCall.text(question.function, question.arguments.map { ($0.type, $0.value) }).text
        } catch {
            return "ERROR: \(error)"
        }
    }

    private static func isSame(_ actual: String?, _ expected: String?, _ question: Question) -> Bool {
        guard let actual, let expected else { return actual == nil && expected == nil }
        if actual == expected { return true }
        // Which of several errors comes, and in which words, may differ.
        if actual.hasPrefix("ERROR: "), expected.hasPrefix("ERROR: ") { return true }
        if let left = ExactDecimal(actual), let right = ExactDecimal(expected) {
            // DECIMAL's scale is the type's here, and a quotient's last digits are fewer.
            if left == right { return true }
            let scale = min(left.scale, right.scale)
            let shorter = DecimalNumber(unscaled: left.unscaled, scale: left.scale)
            let longer = DecimalNumber(unscaled: right.unscaled, scale: right.scale)
            if question.function.name == "/", let a = try? shorter.rescaled(to: scale),
                let b = try? longer.rescaled(to: scale)
            {
                return (a - b).magnitude <= 1
            }
        }
        if let left = Double(actual), let right = Double(expected), left.isFinite, right.isFinite {
            // Libraries of mathematics differ in the last digit.
            return abs(left - right) <= abs(right) * 1e-14
        }
        return false
    }

    /// For each overload some combinations of samples, spread over all of them.
    static func questions() -> [Question] {
        var questions: [Question] = []
        var generator = Numbers(seed: 11)
        for function in FunctionCatalog.scalars
        where exceptions[function.name] == nil && exceptions["\(function.name)/\(function.parameters.count)"] == nil {
            var kinds: [TypeKind] = []
            var isPossible = true
            for parameter in function.parameters {
                switch parameter {
                case .kind(let kind): kinds.append(kind)
                case .any, .castToText: kinds.append(.int)
                case .element: kinds.append(.int)
                case .array: isPossible = false
                }
            }
            switch function.variadic {
            case .kind(let kind): kinds += [kind, kind]
            case .castToText: kinds += [.text, .int]
            case .any: kinds += [.int, .text]
            case .element: kinds += [.int, .int]
            case .array: isPossible = false
            case nil: break
            }
            guard isPossible else { continue }
            var pools = kinds.map { SampleValues.of($0) }
            if let special = special(function.name, kinds) { pools = special }
            for _ in 0..<(kinds.isEmpty ? 1 : 14) {
                let arguments = pools.map { $0[Int(generator.next() % UInt64($0.count))] }
                questions.append(Question(function: function, arguments: arguments, sql: sql(function.name, arguments)))
            }
        }
        return questions
    }

    /// Arguments that a function wants to be something in particular.
    private static func special(_ name: String, _ kinds: [TypeKind]) -> [[SampleValues.Sample]]? {
        func texts(_ values: [String]) -> [SampleValues.Sample] {
            values.map { .init(type: .text, value: .text($0), sql: "'\($0)'::text") }
        }
        func ints(_ values: ClosedRange<Int32>) -> [SampleValues.Sample] {
            values.map { .init(type: .int, value: .int($0), sql: "\($0)") }
        }
        let rest = kinds.dropFirst().map { SampleValues.of($0) }
        switch name {
        case "date_trunc":
            guard kinds.count == 2 else { return [texts(["day", "hour"]), rest[0], texts(["UTC"])] }
            return [
                texts([
                    "microseconds", "milliseconds", "second", "minute", "hour", "day", "week", "month", "quarter",
                    "year",
                    "decade", "century", "millennium", "nonsense",
                ])
            ] + rest
        case "extract", "date_part":
            let fields: [String] =
                kinds[1] == .time
                ? ["hour", "minute", "second", "milliseconds", "microseconds", "epoch"]
                : kinds[1] == .interval
                    ? [
                        "epoch", "year", "month", "quarter", "day", "hour", "minute", "second", "decade", "century",
                        "millennium",
                    ]
                    : [
                        "epoch", "year", "isoyear", "quarter", "month", "week", "day", "doy", "dow", "isodow", "hour",
                        "minute", "second", "milliseconds", "microseconds", "decade", "century", "millennium", "julian",
                    ]
            return [texts(fields)] + rest
        case "make_date": return [ints(-1...3), ints(0...13), ints(0...32)]
        case "make_time": return [ints(0...24), ints(0...60), SampleValues.of(.double)]
        case "make_timestamp":
            return [
                ints(2023...2025), ints(1...12), ints(1...31), ints(0...23), ints(0...59), SampleValues.of(.double),
            ]
        case "make_interval": return [ints(-5...5), ints(-20...20)]
        case "to_char":
            return [
                rest.isEmpty ? [] : SampleValues.of(.timestamp),
                texts([
                    "YYYY-MM-DD HH24:MI:SS.US", "FMDay, DD Mon YYYY HH12:MI AM", "Month|MONTH|mon|FMMonth",
                    "DDD IDDD ID D",
                    "IYYY-IW WW W Q CC J", "DDth FMDDth MS SSSS", "Y,YYY YYY YY Y p.m. BC",
                ]),
            ]
        case "to_timestamp" where kinds.first == .text:
            return [texts(["2024-02-29 13:05:07"]), texts(["YYYY-MM-DD HH24:MI:SS", "YYYY-MM-DD"])]
        case "to_date": return [texts(["01.06.2024"]), texts(["DD.MM.YYYY"])]
        case "repeat", "lpad", "rpad": return [SampleValues.of(.text), ints(-2...9)] + rest.dropFirst()
        case "encode": return [SampleValues.of(.bytea), texts(["hex", "base64", "escape", "none"])]
        case "decode": return [texts(["01ff", "AQI=", "a\\000b\\\\", "zz"]), texts(["hex", "base64", "escape"])]
        case "convert_from", "convert_to": return [SampleValues.of(kinds[0]), texts(["UTF8"])]
        case "chr": return [ints(0...300)]
        case "format": return [texts(["%s-%s", "%I %L", "%%%s", "%s"])] + rest
        case "overlay", "split_part", "substring", "substr", "left", "right":
            return kinds.map { $0 == .int ? ints(-3...6) : SampleValues.of($0) }
        case "width_bucket": return Array(kinds.map { SampleValues.of($0) }.prefix(3)) + [ints(1...6)]
        case "round" where kinds.count == 2, "trunc" where kinds.count == 2:
            return [SampleValues.of(.decimal), ints(-4...5)]
        case "date_bin":
            return [
                SampleValues.of(.interval).filter { $0.sql.contains("months => 0,") }, SampleValues.of(.timestamp),
                SampleValues.of(.timestamp),
            ]
        default: return nil
        }
    }

    private static func sql(_ name: String, _ arguments: [SampleValues.Sample]) -> String {
        let texts = arguments.map(\.sql)
        if name == "extract" { return "extract(\(texts[0].split(separator: "'")[0]) FROM \(texts[1]))" }
        guard let first = name.first, !first.isLetter else { return "\(name)(\(texts.joined(separator: ", ")))" }
        return texts.count == 1 ? "\(name) \(texts[0])" : "\(texts[0]) \(name) \(texts[1])"
    }
}
