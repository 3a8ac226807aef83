import LaminarFormats
import Testing

@testable import LaminarQuery

@Suite struct StoredDecimalTests {
    /// Numbers of every length and scale, their neighbours and their negatives.
    static let numbers: [ExactDecimal] = {
        var generator = Numbers(seed: 7)
        var numbers: [ExactDecimal] = [
            ExactDecimal(unscaled: 0, scale: 0), ExactDecimal(unscaled: 0, scale: 9),
            ExactDecimal(unscaled: 1, scale: 38), ExactDecimal(unscaled: -1, scale: 38),
            ExactDecimal(unscaled: Int128(DecimalNumber.limit) - 1, scale: 0),
            ExactDecimal(unscaled: 1 - Int128(DecimalNumber.limit), scale: 38),
            ExactDecimal(unscaled: Int128(DecimalNumber.limit) - 1, scale: 19),
            ExactDecimal(unscaled: Int128(DecimalNumber.limit) - 1, scale: 1),
        ]
        for _ in 0..<400 {
            let digits = Int(generator.next() % 38) + 1
            let magnitude = Int128(generator.next128() % UInt128(DecimalNumber.power(digits)))
            let scale = Int(generator.next() % 39)
            let number = generator.next() & 1 == 0 ? magnitude : -magnitude
            numbers.append(ExactDecimal(unscaled: number, scale: scale))
            numbers.append(ExactDecimal(unscaled: number / 1000, scale: scale))
            if digits < 38 { numbers.append(ExactDecimal(unscaled: number * 10, scale: min(scale + 1, 38))) }
        }
        return numbers
    }()

    private static func bytes(_ number: ExactDecimal) -> [UInt8] {
        StoredDecimal.encode(number.unscaled, scale: number.scale)
    }

    @Test("memory's order is the numbers' order, and equal numbers have equal bytes")
    func order() {
        for left in Self.numbers {
            let leftBytes = Self.bytes(left)
            for right in Self.numbers {
                let rightBytes = Self.bytes(right)
                // As SQLite compares blobs: memcmp, then the shorter one first.
                let isLess = leftBytes.lexicographicallyPrecedes(rightBytes)
                if isLess != (left < right) || (leftBytes == rightBytes) != (left == right) {
                    Issue.record("\(left) and \(right): \(leftBytes) and \(rightBytes)")
                    return
                }
            }
        }
    }

    @Test("every number comes back, with as few digits after the point as it needs")
    func roundTrip() throws {
        for number in Self.numbers {
            let bytes = Self.bytes(number)
            let decoded = try #require(bytes.withUnsafeBytes { StoredDecimal.decode($0) }, "\(number): \(bytes)")
            #expect(ExactDecimal(unscaled: decoded.unscaled, scale: decoded.scale) == number, "\(bytes)")
            #expect(decoded.scale == 0 || decoded.unscaled % 10 != 0, "\(number)")
        }
    }

    @Test("bytes that are no number are refused, whatever they are")
    func noNumber() {
        var generator = Numbers(seed: 3)
        for _ in 0..<20_000 {
            let bytes = (0..<Int(generator.next() % 26)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            _ = bytes.withUnsafeBytes { StoredDecimal.decode($0) }
        }
        #expect([UInt8]().withUnsafeBytes { StoredDecimal.decode($0) } == nil)
    }
}

/// Numbers by chance that are the same in every run.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func next128() -> UInt128 { UInt128(next()) << 64 | UInt128(next()) }
}
