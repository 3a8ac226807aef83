import Foundation
import LaminarFormats
import LaminarStore
import Testing

@testable import LaminarQuery

/// Every cast of the catalog, over values on the edges and over texts of all kinds, against PostgreSQL itself.
@Suite struct CastDifferentialTests {
    private static let types: [(ColumnType, String)] = [
        (.boolean, "boolean"), (.smallint, "smallint"), (.int, "integer"), (.bigint, "bigint"), (.real, "real"),
        (.double, "double precision"), (.decimal(precision: 38, scale: 9), "numeric(38, 9)"),
        (.decimal(precision: 5, scale: 2), "numeric(5, 2)"), (.text, "text"), (.bytea, "bytea"), (.date, "date"),
        (.time, "time"), (.timestamp, "timestamp"), (.interval, "interval"), (.uuid, "uuid"),
    ]

    private static let texts = [
        "0", "1", " 42 ", "-7", "+5", "32767", "32768", "2147483648", "9223372036854775807", "9223372036854775808",
        "1.5", "1e3",
        "-.5", "5.", "1e400", "1e-400", "123.456", "999.995", "abc", "", " ", "t", "yes", "of", "on", "NO", "tru",
        "truex", "NaN",
        "Infinity", "-inf", "2024-02-29", "2023-02-29", "2024-2-9", "20240229", "2024/02/29", "2024-02-29 13:05",
        "2024-02-29T13:05:07.1234567", "2024-02-29 1:05:07 PM", "0044-03-15 BC", "2024-13-01", "2024-01-32", "epoch",
        "13:05",
        "13:05:07.5", "1:05 pm", "25:00:00", "12:61", "1 day", "1 mon -3 days 04:05:06.7", "P1Y2M3DT4H5M6.5S",
        "1.5 months",
        "3 days ago", "1-2", "3 04:05:06", "90 minutes", "1.5 days", "2 weeks", "1 century", "5", "1 fortnight",
        "01234567-89ab-cdef-0123-456789abcdef", "{0123456789ABCDEF0123456789abcdef}", "0123", "\\x01ff", "\\x0",
        "a\\000b",
        "a\\0", "\\\\", "12345678901234567890123456789.123456789", "0.00000000049", "0.0000000005",
    ]

    @Test("casts between types give what PostgreSQL gives")
    func betweenTypes() throws {
        var questions: [(from: SampleValues.Sample, to: ColumnType, sql: String)] = []
        for cast in FunctionCatalog.casts where cast.from != .text {
            for (type, name) in Self.types where type.kind == cast.to && cast.from != .json {
                for sample in SampleValues.of(cast.from) {
                    questions.append((sample, type, "(\(sample.sql))::\(name)"))
                }
            }
        }
        try Self.compare(questions)
    }

    @Test("casts from text take and refuse what PostgreSQL takes and refuses")
    func fromText() throws {
        var questions: [(from: SampleValues.Sample, to: ColumnType, sql: String)] = []
        for (type, name) in Self.types where type != .text {
            for text in Self.texts {
                let sample = SampleValues.Sample(type: .text, value: .text(text), sql: "'\(text)'::text")
                questions.append((sample, type, "(\(sample.sql))::\(name)"))
            }
        }
        try Self.compare(questions)
    }

    /// What is different here on purpose.
    private static let exceptions: Set<String> = [
        // NaN isn't stored.
        "('NaN'::text)::real", "('NaN'::text)::double precision", "('NaN'::text)::numeric(38, 9)",
        "('NaN'::text)::numeric(5, 2)",
        // 38 digits are all that there are.
        "('12345678901234567890123456789.123456789'::text)::numeric(38, 9)",
        // More than 38 digits with an exponent.
        "('1e-400'::text)::numeric(38, 9)", "('1e-400'::text)::numeric(5, 2)",
        // A time without a date isn't a timestamp, nor a date a time.
        "('2024-02-29 13:05'::text)::time", "('2024-02-29T13:05:07.1234567'::text)::time",
        "('2024-02-29 1:05:07 PM'::text)::time",
        // There is no infinite day or instant here.
        "('Infinity'::text)::date", "('Infinity'::text)::timestamp",
        // Hours and minutes without a colon aren't read here; a fraction of a second without a zero is.
        "('0123'::text)::time", "('-.5'::text)::interval",
    ]

    private static func compare(_ questions: [(from: SampleValues.Sample, to: ColumnType, sql: String)]) throws {
        let answers = try PostgresPeer().texts(of: questions.map(\.sql))
        var failures: [String] = []
        for (question, expected) in zip(questions, answers) where !exceptions.contains(question.sql) {
            let actual = answer(question.from, question.to)
            let isSame =
                actual == expected
                || actual?.hasPrefix("ERROR: ") ?? false && expected?.hasPrefix("ERROR: ") ?? false
            if let actual, actual.hasPrefix("ERROR: "), case .text(let text) = question.from.value, text.count > 3 {
                #expect(!actual.contains(text), "an error holds the text")
            }
            if !isSame {
                failures.append("\(question.sql)\n    PostgreSQL: \(expected ?? "NULL")\n    here: \(actual ?? "NULL")")
            }
        }
        #expect(
            failures.isEmpty,
            "\(failures.count) of \(questions.count):\n\(failures.prefix(400).joined(separator: "\n"))")
    }

    private static func answer(_ from: SampleValues.Sample, _ to: ColumnType) -> String? {
        do {
            let cast = try #require(FunctionCatalog.cast(from: from.type.kind, to: to.kind))
            return try CatalogCall.evaluate(
                cast.sql("?1", from: from.type, to: to), to, [StoredValue.stored(from.value)])
        } catch { return "ERROR: \(error)" }
    }
}
