import LaminarKafka
import Testing

@testable import LaminarCLI

@Suite struct RowPrinterTests {
    private static let columns = [
        ColumnSchema("id", .bigint), ColumnSchema("name", .text), ColumnSchema("raw", .bytea),
        ColumnSchema("doc", .json),
    ]
    private static let rows: [[Value]] = [
        [.bigint(.max), .text("a, \"b\"\nc"), .bytea([0, 255]), .json("{\"x\":\n1}")],
        [.null, .text(""), .null, .null],
        [.bigint(-1), .text("NULL"), .bytea([]), .json("[]")],
    ]

    private func printed(_ format: OutputFormat, _ rows: [[Value]] = rows) throws -> [String] {
        let output = CollectedOutput()
        var printer = RowPrinter(format, columns: Self.columns, to: output, on: .none)
        for row in rows { try printer.print(row) }
        try printer.finish()
        return output.lines
    }

    @Test("JSON is one object a line with every digit")
    func json() throws {
        #expect(
            try printed(.json) == [
                #"{"id":9223372036854775807,"name":"a, \"b\"\nc","raw":"AP8=","doc":{"x": 1}}"#,
                #"{"id":null,"name":"","raw":null,"doc":null}"#,
                #"{"id":-1,"name":"NULL","raw":"","doc":[]}"#,
            ])
    }

    @Test("CSV tells NULL from an empty text")
    func csv() throws {
        #expect(
            try printed(.csv).joined(separator: "\n")
                == "id,name,raw,doc\n9223372036854775807,\"a, \"\"b\"\"\nc\",\\x00ff,\"{\"\"x\"\":\n1}\"\n,\"\",,\n-1,NULL,\\x,[]"
        )
    }

    @Test("a table tells NULL from an empty text and from the text NULL")
    func table() throws {
        #expect(
            try printed(.table) == [
                #"                  id | name      | raw    | doc"#,
                #"---------------------+-----------+--------+-----------"#,
                #" 9223372036854775807 | a, "b"\nc | \x00ff | {"x":\n1}"#,
                #"                NULL | ''        | NULL   | NULL"#,
                #"                  -1 | 'NULL'    | \x     | []"#,
            ])
    }

    @Test("nothing to print is a head in a table and in CSV, and nothing in JSON")
    func empty() throws {
        #expect(try printed(.table, []).count == 2)
        #expect(try printed(.csv, []) == ["id,name,raw,doc"])
        #expect(try printed(.json, []) == [])
    }

    @Test("a long result has one head, and its rows leave as they come once the first page is whole")
    func pages() throws {
        let output = CollectedOutput()
        var printer = RowPrinter(.table, columns: Self.columns, to: output, on: .none)
        for number in 1...2500 {
            try printer.print([
                .bigint(Int64(number)), .text(number == 2000 ? "much longer than before" : "same"), .null, .null,
            ])
            guard [1, 999, 1000, 1001, 2500].contains(number) else { continue }
            #expect(output.lines.count == (number < 1000 ? 0 : number + 2))
        }
        try printer.finish()
        #expect(output.lines.filter { $0.contains("name") }.count == 1)
        #expect(output.lines.contains { $0.contains("much longer than before") })
        #expect(printer.count == 2500)
    }

    @Test("a pause settles the widths by the rows that there are")
    func pause() throws {
        let output = CollectedOutput()
        var printer = RowPrinter(.table, columns: Self.columns, to: output, on: .none)
        try printer.print(Self.rows[2])
        #expect(printer.isGathering && output.lines.isEmpty)
        try printer.flush()
        #expect(!printer.isGathering && output.lines.count == 3)
        try printer.print(Self.rows[1])
        #expect(output.lines.count == 4)
    }
}
