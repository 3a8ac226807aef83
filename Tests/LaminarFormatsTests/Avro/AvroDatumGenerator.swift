/// Schemas by chance with data of theirs, as the specification writes them (Avro 1.12, "Binary encoding"), by neither decoder's
/// code.
///
/// Only where libavro (1.11) is right: no logical types, which it drops; no reader's schema, whose defaults it can't use; no
/// fixed of no bytes, which it refuses; unions without a second union or a second type of the same kind; keys of a map only
/// once, since its map keeps one of them, and without a zero byte, at which its keys end.
struct AvroDatumGenerator {
    indirect enum Tree {
        /// By its name: null, boolean, int, long, float, double, bytes, string.
        case plain(String)
        case enumeration(name: String, symbols: Int)
        case fixed(name: String, size: Int)
        case array(Tree)
        case map(Tree)
        case union([Tree])
        case record(name: String, fields: [Tree])

        var schema: String {
            switch self {
            case .plain(let name): return #""\#(name)""#
            case .enumeration(let name, let symbols):
                let names = (0..<symbols).map { #""S\#($0)""# }.joined(separator: ",")
                return #"{"type":"enum","name":"\#(name)","symbols":[\#(names)]}"#
            case .fixed(let name, let size): return #"{"type":"fixed","name":"\#(name)","size":\#(size)}"#
            case .array(let items): return #"{"type":"array","items":\#(items.schema)}"#
            case .map(let values): return #"{"type":"map","values":\#(values.schema)}"#
            case .union(let branches): return "[" + branches.map(\.schema).joined(separator: ",") + "]"
            case .record(let name, let fields):
                let texts = fields.enumerated().map { #"{"name":"f\#($0)","type":\#($1.schema)}"# }
                return #"{"type":"record","name":"\#(name)","fields":[\#(texts.joined(separator: ","))]}"#
            }
        }
    }

    private(set) var random: JSONFuzzTests.Generator
    private var names = 0

    init(random: JSONFuzzTests.Generator) { self.random = random }

    // MARK: Schemas

    mutating func record(depth: Int = 0) -> Tree {
        let name = makeName("R")
        return .record(name: name, fields: (0..<number(1...6)).map { _ in type(depth: depth + 1) })
    }

    private mutating func makeName(_ letter: String) -> String {
        names += 1
        return "\(letter)\(names)"
    }

    private mutating func type(depth: Int) -> Tree {
        switch number(0...(depth > 3 ? 9 : 13)) {
        case 0: return .plain("null")
        case 1: return .plain("boolean")
        case 2: return .plain("int")
        case 3: return .plain("long")
        case 4: return .plain("float")
        case 5: return .plain("double")
        case 6: return .plain("bytes")
        case 7: return .plain("string")
        case 8: return .enumeration(name: makeName("E"), symbols: number(1...20))
        case 9: return .fixed(name: makeName("F"), size: number(1...20))
        case 10: return .array(type(depth: depth + 1))
        case 11: return .map(type(depth: depth + 1))
        case 12: return union(depth: depth)
        default: return record(depth: depth + 1)
        }
    }

    private mutating func union(depth: Int) -> Tree {
        var branches: [Tree] = []
        var kinds: Set<String> = []
        for _ in 0..<number(1...4) {
            let branch = type(depth: depth + 1)
            let kind: String? =
                switch branch {
                case .plain(let name): name
                case .array: "array"
                case .map: "map"
                case .enumeration(let name, _), .fixed(let name, _), .record(let name, _): name
                case .union: nil
                }
            if let kind, kinds.insert(kind).inserted { branches.append(branch) }
        }
        return branches.isEmpty ? .plain("long") : .union(branches)
    }

    // MARK: Data

    mutating func datum(of tree: Tree) -> [UInt8] {
        var bytes: [UInt8] = []
        write(tree, into: &bytes)
        return bytes
    }

    private mutating func write(_ tree: Tree, into bytes: inout [UInt8]) {
        switch tree {
        case .plain("null"): break
        case .plain("boolean"): bytes.append(UInt8(number(0...1)))
        case .plain("int"): Self.long(Int64(Int32(truncatingIfNeeded: integer())), into: &bytes)
        case .plain("long"): Self.long(integer(), into: &bytes)
        case .plain("float"): Self.fixed(Float(real()).bitPattern, into: &bytes)
        case .plain("double"): Self.fixed(real().bitPattern, into: &bytes)
        case .plain("bytes"):
            let count = number(0...40)
            Self.long(Int64(count), into: &bytes)
            for _ in 0..<count { bytes.append(UInt8(number(0...255))) }
        case .plain: string(["", "a", "Grüße", "日本語", "🦜", "x\u{1}y", "\"\\"], into: &bytes)
        case .enumeration(_, let symbols): Self.long(Int64(number(0...symbols - 1)), into: &bytes)
        case .fixed(_, let size): for _ in 0..<size { bytes.append(UInt8(number(0...255))) }
        case .array(let items):
            blocks(into: &bytes) { generator, _, block in generator.write(items, into: &block) }
        case .map(let values):
            blocks(into: &bytes) { generator, index, block in
                Self.text("k\(index)", into: &block)
                generator.write(values, into: &block)
            }
        case .union(let branches):
            let branch = number(0...branches.count - 1)
            Self.long(Int64(branch), into: &bytes)
            write(branches[branch], into: &bytes)
        case .record(_, let fields): for field in fields { write(field, into: &bytes) }
        }
    }

    /// Up to three blocks, with and without their sizes.
    private mutating func blocks(
        into bytes: inout [UInt8], _ item: (inout AvroDatumGenerator, Int, inout [UInt8]) -> Void
    ) {
        var index = 0
        for _ in 0..<number(0...2) {
            let count = number(1...3)
            var block: [UInt8] = []
            for _ in 0..<count {
                item(&self, index, &block)
                index += 1
            }
            let isSized = number(0...1) == 1
            Self.long(Int64(isSized ? -count : count), into: &bytes)
            if isSized { Self.long(Int64(block.count), into: &bytes) }
            bytes += block
        }
        Self.long(0, into: &bytes)
    }

    private mutating func integer() -> Int64 {
        let edges: [Int64] = [0, 1, -1, 63, 64, -64, -65, .max, .min, Int64(Int32.max), Int64(Int32.min)]
        if number(0...2) == 0 { return edges[number(0...edges.count - 1)] }
        return Int64.random(in: .min ... .max, using: &random) >> Int64(number(0...63))
    }

    private mutating func real() -> Double {
        let edges = [0, -0.0, 1.5, -1e300, .leastNonzeroMagnitude, .infinity, -.infinity]
        return edges[number(0...edges.count - 1)]
    }

    private mutating func string(_ parts: [String], into bytes: inout [UInt8]) {
        Self.text((0..<number(0...4)).map { _ in parts[number(0...parts.count - 1)] }.joined(), into: &bytes)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private static func text(_ text: String, into bytes: inout [UInt8]) {
        long(Int64(text.utf8.count), into: &bytes)
        bytes += text.utf8
    }

    private static func fixed(_ bits: some FixedWidthInteger, into bytes: inout [UInt8]) {
        withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
    }

    /// Zig-zag, in groups of seven bits.
    private static func long(_ number: Int64, into bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
