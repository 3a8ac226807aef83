import Testing

@testable import LaminarKafka

@Suite("A fingerprint knows a record again")
struct RecordFingerprintTests {
    private func hash(_ key: [UInt8]?, _ value: [UInt8]?) -> Int64 {
        func lend<Result>(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
            guard let bytes else { return body(nil) }
            return bytes.withUnsafeBytes { body($0) }
        }
        return lend(key) { key in
            lend(value) { value in RecordFingerprint(offset: 1, timestamp: 2, key: key, value: value).hash }
        }
    }

    @Test("the hash is stored, so it never changes") func stable() {
        // FNV-1a of 64 bits, computed by another implementation over the same bytes.
        #expect(hash(nil, nil) == -2_999_268_670_487_533_483)
        #expect(hash(nil, []) == 8_650_667_449_968_570_845)
        #expect(hash(Array("k".utf8), Array("value".utf8)) == -8_152_922_247_193_559_383)
    }

    @Test("key and value are kept apart, null isn't empty, and length counts beyond what is hashed") func distinct() {
        let long = [UInt8](repeating: 1, count: 70_000)
        let hashes = [
            hash(nil, nil), hash([], nil), hash(nil, []), hash([1], [2]), hash([1, 2], []), hash([], [1, 2]),
            hash(nil, long), hash(nil, long + [1]),
        ]
        #expect(Set(hashes).count == hashes.count)
    }
}
