import LaminarFormats
import Testing

@Suite struct ProtobufDecodeTests {
    static let proto3 = #"""
        syntax = "proto3"; package t;
        import "google/protobuf/timestamp.proto"; import "google/protobuf/duration.proto";
        import "google/protobuf/wrappers.proto"; import "google/protobuf/field_mask.proto"; import "google/type/date.proto";
        import "google/type/timeofday.proto"; import "confluent/type/decimal.proto"; import "google/protobuf/any.proto";
        message M {
          int64 id = 1; string name = 2; optional int32 maybe = 3; Sub sub = 4; repeated int32 numbers = 5;
          repeated Sub subs = 6; map<string, int64> counts = 7; oneof pick { string text = 8; int64 number = 9; Sub message = 10; }
          Color color = 11; uint64 big = 12; uint32 medium = 13; bytes raw = 14; map<int32, Sub> by_number = 15;
          google.protobuf.Timestamp at = 16; google.protobuf.Duration took = 17; google.protobuf.Int64Value boxed = 18;
          google.protobuf.FieldMask mask = 19; google.type.Date day = 20; google.type.TimeOfDay clock = 21;
          confluent.type.Decimal price = 22; google.protobuf.Any any = 23; sint32 signed = 24; float f = 25;
          repeated google.protobuf.StringValue texts = 26; repeated Color colors = 27; int64 far = 5000; string userName = 29;
        }
        message Sub { int64 x = 1; string s = 2; repeated int32 list = 3; Sub2 deep = 4; }
        message Sub2 { int32 y = 1; int32 z = 2; }
        enum Color { RED = 0; GREEN = 1; BLUE = -3; }
        """#

    private func one(_ hex: String, _ columns: [ColumnSchema], _ schema: String = proto3) throws -> [Value] {
        let outcome = try decodeProtobuf(ProtobufVector.bytes(hex), schema, columns)
        #expect(outcome.failures.isEmpty, "\(outcome.failures)")
        return try #require(outcome.rows.first)
    }

    private func failure(_ hex: String, _ columns: [ColumnSchema], _ schema: String = proto3) throws -> DecodeFailure {
        let outcome = try decodeProtobuf(ProtobufVector.bytes(hex), schema, columns)
        #expect(outcome.rows.isEmpty)
        return try #require(outcome.failures.first?.failure)
    }

    @Test("an absent scalar is its zero; an absent message, optional or member of a oneof is NULL; a list is empty")
    func absence() throws {
        let columns = [
            ColumnSchema("id", .bigint), ColumnSchema("name", .text), ColumnSchema("maybe", .int),
            ColumnSchema("sub", .structure([StructField("x", .bigint)])), ColumnSchema("numbers", .array(.int)),
            ColumnSchema("counts", .map(.bigint)), ColumnSchema("text", .text), ColumnSchema("color", .text),
            ColumnSchema("at", .timestamp), ColumnSchema("boxed", .bigint),
        ]
        #expect(
            try one("", columns) == [
                .bigint(0), .text(""), .null, .null, .array([]), .map([]), .null, .text("RED"), .null, .null,
            ])
    }

    @Test("the last of singular scalars counts, and messages are merged")
    func merging() throws {
        let sub = ColumnType.structure([
            StructField("x", .bigint), StructField("s", .text), StructField("list", .array(.int)),
            StructField("deep", .structure([StructField("y", .int), StructField("z", .int)])),
        ])
        // sub { x: 1, s: "a", list: 1, deep { y: 1 } }, id, sub { x: 2, list: 2 3, deep { z: 5 } }
        let hex = "220b" + "0801" + "120161" + "1801" + "22020801" + "0807" + "220a" + "0802" + "1a020203" + "22021005"
        let row = try one(hex, [ColumnSchema("id", .bigint), ColumnSchema("sub", sub)])
        #expect(
            row == [
                .bigint(7),
                .structure([
                    NamedValue("x", .bigint(2)), NamedValue("s", .text("a")),
                    NamedValue("list", .array([.int(1), .int(2), .int(3)])),
                    NamedValue("deep", .structure([NamedValue("y", .int(1)), NamedValue("z", .int(5))])),
                ]),
            ])
    }

    @Test("the last member of a oneof counts, whether it is wanted or not")
    func oneofs() throws {
        let columns = [ColumnSchema("text", .text), ColumnSchema("number", .bigint)]
        #expect(try one("4201614807", columns) == [.null, .bigint(7)])
        #expect(try one("4807420161", columns) == [.text("a"), .null])
        #expect(try one("42016152020801", columns) == [.null, .null])
        #expect(try one("4800", columns) == [.null, .bigint(0)])
    }

    @Test("lists come packed or not, and are put together")
    func lists() throws {
        #expect(
            try one("2a0201022803" + "2a0104", [ColumnSchema("numbers", .array(.bigint))]) == [
                .array([.bigint(1), .bigint(2), .bigint(3), .bigint(4)])
            ])
        #expect(
            try one("d20103" + "0a0161" + "d20100", [ColumnSchema("texts", .array(.text))]) == [
                .array([.text("a"), .text("")])
            ])
    }

    @Test("the last entry of a map's key counts; absent keys and values are zero")
    func maps() throws {
        let columns = [
            ColumnSchema("counts", .map(.bigint)),
            ColumnSchema("by_number", .map(.structure([StructField("x", .bigint)]))),
        ]
        let row = try one("3a050a01611001" + "3a050a01621002" + "3a050a01611003" + "3a00" + "7a00", columns)
        #expect(
            row[0] == .map([NamedValue("b", .bigint(2)), NamedValue("a", .bigint(3)), NamedValue("", .bigint(0))]))
        #expect(row[1] == .map([NamedValue("0", .structure([NamedValue("x", .bigint(0))]))]))
    }

    @Test("well-known messages are the types that they mean")
    func wellKnown() throws {
        let columns = [
            ColumnSchema("at", .timestamp), ColumnSchema("took", .interval), ColumnSchema("boxed", .bigint),
            ColumnSchema("mask", .text), ColumnSchema("day", .date), ColumnSchema("clock", .time),
            ColumnSchema("price", .decimal(precision: 10, scale: 3)),
            ColumnSchema("any", .structure([StructField("type_url", .text), StructField("value", .bytea)])),
        ]
        let hex =
            "8201" + "06" + "0801" + "10c0843d" + "8a0116" + "08fdffffffffffffffff01" + "10ffffffffffffffffff01"
            + "920100"
            + "9a0107" + "0a05612e635f64" + "a20107" + "08e80f" + "1002" + "181d" + "aa0106" + "0801" + "1002" + "1803"
            + "b20107" + "0a01ff" + "1005" + "1802" + "ba0106" + "0a012f" + "120107"
        let row = try one(hex, columns)
        #expect(
            row == [
                .timestamp(Timestamp(microseconds: 1_001_000)),
                .interval(CalendarInterval(microseconds: -3_000_000)), .bigint(0), .text("a.cD"),
                .date(CalendarDate("2024-02-29")!), .time(TimeOfDay("01:02:03")!),
                .decimal(ExactDecimal("-0.010")!),
                .structure([NamedValue("type_url", .text("/")), NamedValue("value", .bytea([7]))]),
            ])
    }

    @Test("numbers go where they fit, and are refused where they don't")
    func numbers() throws {
        #expect(
            try one("60ffffffffffffffffff01", [ColumnSchema("big", .decimal(precision: 20, scale: 0))])
                == [.decimal(ExactDecimal("18446744073709551615")!)])
        #expect(try failure("60ffffffffffffffffff01", [ColumnSchema("big", .bigint)]).code == .range)
        #expect(try one("68ffffffff0f", [ColumnSchema("medium", .bigint)]) == [.bigint(4_294_967_295)])
        #expect(try failure("68ffffffff0f", [ColumnSchema("medium", .int)]).code == .range)
        #expect(try one("c00103", [ColumnSchema("signed", .smallint)]) == [.smallint(-2)])
        #expect(try one("cd010000c03f", [ColumnSchema("f", .double)]) == [.double(1.5)])
        #expect(try one("08808080808080808080" + "01", [ColumnSchema("id", .bigint)]) == [.bigint(.min)])
        #expect(try one("c0b80207", [ColumnSchema("far", .bigint)]) == [.bigint(7)])
    }

    @Test("an enum is its name or its number; one that it doesn't have is its digits")
    func enums() throws {
        let columns = [ColumnSchema("color", .text), ColumnSchema("colors", .array(.int))]
        #expect(try one("5801" + "da0102012a", columns) == [.text("GREEN"), .array([.int(1), .int(42)])])
        #expect(try one("58fdffffffffffffffff01", columns)[0] == .text("BLUE"))
        #expect(try one("582a", columns)[0] == .text("42"))
    }

    @Test("columns find fields by name, by JSON name, then ignoring case; two columns may want one field")
    func names() throws {
        let columns = [
            ColumnSchema("username", .text), ColumnSchema("userName", .text), ColumnSchema("byNumber", .json),
            ColumnSchema("absent", .text), ColumnSchema("NAME", .bytea), ColumnSchema("name", .text),
        ]
        let row = try one("ea0101611201" + "62", columns)
        #expect(row == [.text("a"), .text("a"), .json("{}"), .null, .bytea([0x62]), .text("b")])
    }

    @Test("a wrong wire type is an unknown field; unknown fields and groups are read over")
    func unknown() throws {
        let columns = [ColumnSchema("id", .bigint)]
        #expect(try one("0a0161" + "0805" + "9b0608079c06" + "a10600000000000000" + "00", columns) == [.bigint(5)])
        #expect(try failure("0805" + "9b0608079406", columns).code == .syntax)
    }

    @Test("NOT NULL refuses what is absent, with the path")
    func notNull() throws {
        let missing = try failure("0801", [ColumnSchema("maybe", .int, isNullable: false)])
        #expect(missing.code == .missing)
        #expect(missing.path == "maybe")
        let inner = try failure(
            "32020801" + "3200",
            [
                ColumnSchema(
                    "subs",
                    .array(
                        .structure([
                            StructField("x", .bigint),
                            StructField("deep", .structure([StructField("y", .int)]), isNullable: false),
                        ])))
            ])
        #expect(inner.path == "subs[0].deep")
        #expect(try failure("12" + "01ff", [ColumnSchema("name", .text)]).code == .encoding)
    }

    @Test("what a batch had before a bad record stays as it was")
    func undoing() throws {
        let columns = [
            ColumnSchema("id", .bigint), ColumnSchema("subs", .array(.structure([StructField("s", .text)]))),
            ColumnSchema("counts", .map(.bigint)), ColumnSchema("sub", .structure([StructField("list", .array(.int))])),
        ]
        let good = ProtobufVector.bytes("0807" + "3203120161" + "3a050a01611001" + "22021801")
        let bad = ProtobufVector.bytes("0808" + "3203120162" + "3a050a01621001" + "22021802" + "12")
        let schema = PublishedSchema(.protobuf, Self.proto3)
        let alone = try decodeProtobuf([good, good], schema, .first, columns)
        let mixed = try decodeProtobuf([bad, good, bad, bad, good, bad], schema, .first, columns)
        #expect(mixed.failures.map(\.index) == [0, 2, 3, 5])
        #expect(mixed.rows == alone.rows)
    }

    @Test("nesting up to 100 levels is read, 101 are refused", arguments: [(100, true), (101, false)])
    func depth(levels: Int, isRead: Bool) throws {
        let schema = "syntax = \"proto3\"; message N { N n = 1; int32 v = 2; }"
        var bytes: [UInt8] = []
        for _ in 0..<levels {
            let count = bytes.count
            bytes = [0x0A] + (count < 128 ? [UInt8(count)] : [UInt8(count & 0x7F | 0x80), UInt8(count >> 7)]) + bytes
        }
        let outcome = try decodeProtobuf(bytes, schema, [ColumnSchema("value", .json)])
        #expect(outcome.failures.isEmpty == isRead)
        if !isRead { #expect(outcome.failures.first?.failure.code == .depth) }
    }

    @Test("proto2: defaults, required, groups and closed enums")
    func proto2() throws {
        let schema = #"""
            syntax = "proto2";
            message L {
              required int32 id = 1; optional string name = 2 [default = "anon"]; optional K k = 3 [default = TWO];
              optional int64 n = 4 [default = -5]; repeated group Item = 5 { optional int32 g = 1; }
              optional group One = 6 { optional string s = 1; } enum K { ONE = 1; TWO = 2; } repeated K ks = 7;
            }
            """#
        let item = ColumnType.structure([StructField("g", .int)])
        let columns = [
            ColumnSchema("id", .int), ColumnSchema("name", .text), ColumnSchema("k", .text), ColumnSchema("n", .bigint),
            ColumnSchema("item", .array(item)), ColumnSchema("one", .structure([StructField("s", .text)])),
            ColumnSchema("ks", .array(.text)),
        ]
        let row = try one("0801" + "2b08092c" + "2b2c" + "330a0161" + "34" + "3801" + "3809" + "1809", columns, schema)
        #expect(
            row == [
                .int(1), .text("anon"), .text("TWO"), .bigint(-5),
                .array([.structure([NamedValue("g", .int(9))]), .structure([NamedValue("g", .null)])]),
                .structure([NamedValue("s", .text("a"))]), .array([.text("ONE")]),
            ])
        #expect(try failure("0801" + "2b0809", columns, schema).code == .syntax)
        #expect(try failure("120161", [ColumnSchema("id", .int, isNullable: false)], schema).code == .missing)
    }

    @Test("a column that no field can fill is refused, with the types that can")
    func mismatches() throws {
        let format = ProtobufFormat()
        let options = ["protobuf.schema": Self.proto3, "protobuf.message": "t.M"]
        for column in [
            ColumnSchema("id", .text), ColumnSchema("sub", .text), ColumnSchema("numbers", .int),
            ColumnSchema("counts", .array(.text)), ColumnSchema("raw", .text), ColumnSchema("nothing", .text),
        ] {
            let error = #expect(throws: FormatError.self) {
                _ = try format.makeDecoder(schema: RowSchema([column]), options: options)
            }
            #expect(error?.code == .column)
            #expect(error?.message.contains(column.name) == true)
        }
        #expect(throws: FormatError.self) {
            _ = try format.makeDecoder(schema: .empty, options: ["protobuf.nothing": "1"])
        }
        #expect(throws: FormatError.self) {
            _ = try format.makeDecoder(schema: .empty, options: ["protobuf.schema": "/no/such.proto"])
        }
    }
}
