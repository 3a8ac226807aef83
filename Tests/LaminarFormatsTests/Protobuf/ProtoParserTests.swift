import Foundation
@testable import LaminarFormats
import Testing

@Suite struct ProtoParserTests {
    static let texts: [String: String] = [
        "kitchen.proto": #"""
        // A comment; /* not a block
        syntax = "proto3";
        package kitchen.sink.v1;
        import "google/protobuf/timestamp.proto";
        import public "google/protobuf/any.proto";
        option java_package = "com.example" ".more";
        option optimize_for = SPEED;
        /* a block { comment } */
        message Outer {
          option deprecated = true;
          reserved 2, 15, 9 to 11, 100 to max;
          reserved "foo", "bar";
          message Inner { int32 a_b_c = 1; Inner next = 2; .kitchen.sink.v1.Other other = 3; }
          enum Kind { option allow_alias = true; UNKNOWN = 0; ONE = 1; UNO = 1 [deprecated = true]; NEG = -0x7f; reserved 5; }
          Inner inner = 1;
          repeated Inner inners = 3 [deprecated = true];
          map<string, Outer.Inner> by_name = 4;
          map<sint64, kitchen.sink.v1.Outer.Kind> HTTP_kinds = 5;
          oneof choice { string text = 6; bytes data = 7; google.protobuf.Timestamp at = 8; }
          optional double maybe = 12;
          Kind kind = 0x10;
          repeated fixed32 plain = 016 [packed = false, json_name = "pl\"ain\x41\101"];
          repeated sfixed64 packed = 18;
          google.protobuf.Any any = 20;
          message after_map {} ;
          string message = 21;
        }
        message Other { message Outer {} Outer o = 2; }
        message Missing2 {}
        service S { rpc Do(Outer) returns (stream Other) { option deprecated = true; } }
        """#,
        "legacy.proto": #"""
        syntax = "proto2";
        package legacy;
        import "google/protobuf/descriptor.proto";
        extend google.protobuf.FieldOptions { optional string note = 50001; optional Extra extra = 50002; }
        message Extra { optional string a = 1; repeated int32 b = 2; }
        message Base {
          required int64 id = 1;
          optional string name = 2 [default = "a\n\"b\" \303\274"];
          optional bytes raw = 3 [default = "\001\xff\\"];
          optional float f = 4 [default = -1.5e3];
          optional double d = 5 [default = inf];
          optional double e = 6 [default = nan];
          optional sint32 s = 7 [default = -0x10];
          optional bool yes = 8 [default = true];
          optional Level level = 9 [default = HIGH];
          repeated group Item = 10 { optional int32 n = 1; optional group Deep = 2 { optional string z = 1; } }
          repeated int32 packed = 11 [packed = true, (note) = "x", (extra) = { a: 'y' b: [1, 2] }];
          oneof pick { int32 one = 12; group Two = 13 { optional int32 t = 1; } }
          extensions 100 to 199, 1000 to max;
          extend Base { optional Base nested_ext = 101; }
          enum Level { LOW = 1; HIGH = 2; }
        }
        extend Base { optional string ext = 100; repeated int32 exts = 102 [packed = true]; }
        """#,
    ]

    /// What a file declares, on one line a thing.
    static func lines(_ file: ProtoFile) -> [String] {
        func field(_ field: ProtoField, _ scope: String) -> String {
            let type =
                field.typeName.map { String($0.split(separator: ".").last ?? "") }
                ?? "\(field.kind.map { "\($0)" } ?? "")"
            let json = field.jsonName ?? ProtobufLinker.jsonName(field.name)
            let parts: [String] = [
                scope, field.name, "\(field.number)", "\(field.label)", type, "\(field.oneof ?? -1)",
                "\(field.isProto3Optional)", "\(field.isPacked.map { "\($0)" } ?? "-")", json,
                field.extendee.map { String($0.split(separator: ".").last ?? "") } ?? "", value(field),
            ]
            return parts.joined(separator: "|")
        }
        func value(_ field: ProtoField) -> String {
            switch field.defaultValue {
            case nil: return "-"
            case .bytes(let bytes)?: return "\(bytes)"
            case .text(let text)? where field.kind == .float || field.kind == .double:
                return Double(text).map { "\($0)" } ?? text
            case .text(let text)?:
                if let number = ProtoParser.magnitude(text.hasPrefix("-") ? String(text.dropFirst()) : text) {
                    return (text.hasPrefix("-") ? "-" : "") + String(number)
                }
                return Double(text).map { "\($0)" } ?? text
            }
        }
        func messageOf(_ message: ProtoMessage, _ scope: String) -> [String] {
            let name = scope + "." + message.name
            return ["message \(name) \(message.isMapEntry) \(message.oneofs)"]
                + message.fields.map { field($0, name) } + message.extensions.map { field($0, name) }
                + message.enums.flatMap { enumeration($0, name) } + message.messages.flatMap { messageOf($0, name) }
        }
        func enumeration(_ enumeration: ProtoEnum, _ scope: String) -> [String] {
            ["enum \(scope).\(enumeration.name) \(enumeration.allowsAlias)"]
                + enumeration.cases.map { "\($0.name) = \($0.number)" }
        }
        return ["\(file.package) \(file.syntax) \(file.imports)"] + file.messages.flatMap { messageOf($0, "") }
            + file.enums.flatMap { enumeration($0, "") } + file.extensions.map { field($0, "") }
    }

    @Test("texts are read as protoc reads them", arguments: texts.keys.sorted())
    func likeProtoc(name: String) throws {
        let text = try #require(Self.texts[name])
        let set = try ProtobufPeer.descriptorSet(text, named: name)
        let theirs = try #require(try DescriptorReader.files(inSet: set, path: name).last)
        let ours = try ProtoParser.parse(text, path: name)
        let (one, other) = (Self.lines(ours), Self.lines(theirs))
        #expect(one == other)
    }

    @Test(
        "a mistake is named with its line and column",
        arguments: [
            ("message M {\n  int32 a = 0;\n}", "2:13"), ("message M {\n  int32 a = 19000;\n}", "2:13"),
            ("message M {\n  int32 = 1;\n}", "2:9"), ("message M { int32 a = 1 }", "1:25"), ("message M {", "1:12"),
            ("/* no end", "1:1"), ("message M { string a = 1 [json_name = \"x]; }", "1:39"),
            ("edition = \"2023\";", "1:1"),
            ("message M { float<int32> a = 1; }", "1:18"), ("import 5;", "1:8"), ("enum E {}", "1:10"),
            ("message M { map<double, int32> m = 1; }", "1:23"), ("\u{1}", "1:1"),
        ])
    func places(text: String, place: String) throws {
        let full = "syntax = \"proto3\";" + text
        let isFirstLine = place.hasPrefix("1:")
        let error = #expect(throws: FormatError.self) { try ProtoParser.parse(full, path: "a.proto") }
        let column = (Int(place.dropFirst(2)) ?? 0) + (isFirstLine ? 18 : 0)
        #expect(error?.message.hasPrefix("a.proto:\(place.prefix(2))\(column): ") == true, "\(error?.message ?? "")")
    }

    @Test("imports that somebody must have are listed, of a text and of a descriptor, and named where they are missing")
    func imports() throws {
        let vectors = try ProtobufVector.load("confluent_protobuf.json").filter { !$0.schema.references.isEmpty }
        try #require(!vectors.isEmpty)
        for vector in vectors {
            let names = vector.schema.references.map(\.name)
            #expect(ProtobufSources.imports(of: vector.schema.text) == names)
            if let descriptor = vector.descriptor { #expect(ProtobufSources.imports(of: descriptor.text) == names) }
            let alone = PublishedSchema(.protobuf, vector.schema.text)
            let error = #expect(throws: FormatError.self) {
                try ProtobufFormat().identity(of: alone, message: .first)
            }
            for word in names + ["references", "AWS Glue"] {
                #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
            }
        }
        for text in ["", "not a schema", "AAAA", #"import "#] { #expect(ProtobufSources.imports(of: text) == []) }
    }

    @Test(
        "what can't be resolved is refused",
        arguments: [
            "message M { Nothing a = 1; }", "message M { int32 a = 1; int32 b = 1; }", "message M {} message M {}",
            "message M { int32 a = 1; string a = 2; }", "extend Nothing { string a = 1; }",
            "message M { .pkg.N n = 1; }",
        ])
    func unresolved(text: String) {
        let schema = PublishedSchema(.protobuf, "syntax = \"proto3\";" + text)
        #expect(throws: FormatError.self) { try ProtobufFormat().identity(of: schema, message: .first) }
    }

    @Test("a text without a syntax is proto2, whose labels may be left out")
    func withoutSyntax() throws {
        let file = try ProtoParser.parse("message A { string b = 1; }", path: "a.proto")
        #expect(file.syntax == .proto2)
        #expect(file.messages.first?.fields.first?.label == .optional)
        #expect(throws: FormatError.self) {
            try ProtoParser.parse("syntax = \"proto2\"; message A { string b = 1; }", path: "a.proto")
        }
    }

    @Test("hostile texts end in an error, in bounded time")
    func hostile() {
        let deep = String(repeating: "message M {", count: 100_000)
        let groups = "message M { option (a) = " + String(repeating: "{", count: 1_000_000)
        let wide = "syntax = \"proto3\";" + (0..<60_000).map { "message M\($0) {}" }.joined()
        let twice =
            "syntax = \"proto3\";"
            + (0..<40).map { "message M\($0) { M\($0 + 1) a = 1; M\($0 + 1) b = 2; }" }.joined()
            + "message M40 { int32 x = 1; }"
        for text in [deep, groups, wide, "", "syntax = \"proto3\";", String(repeating: "(", count: 100_000)] {
            #expect(throws: FormatError.self) {
                try ProtobufFormat().columns(of: PublishedSchema(.protobuf, text), message: .first, options: [:])
            }
        }
        #expect(throws: FormatError.self) {
            try ProtobufFormat().columns(of: PublishedSchema(.protobuf, twice), message: .first, options: [:])
        }
        // As many levels of nested descriptors, which libprotobuf-c would follow to the end of the stack.
        var nested: [UInt8] = []
        for _ in 0..<20_000 {
            var length: [UInt8] = []
            var rest = nested.count
            repeat {
                length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
                rest >>= 7
            } while rest > 0
            nested = [0x1A] + length + nested
            if nested.count > 60_000 { break }
        }
        let bytes =
            [0x22] + [
                UInt8(nested.count & 0x7F | 0x80), UInt8(nested.count >> 7 & 0x7F | 0x80), UInt8(nested.count >> 14),
            ] + nested
        #expect(throws: FormatError.self) { try DescriptorReader.file(bytes, path: "x") }
    }
}
