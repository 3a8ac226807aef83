private import COpenSSL

/// SHA-256 and HMAC-SHA-256, by OpenSSL's libcrypto.
enum Digest {
    /// The bytes of a digest.
    static let length = 32

    /// FIPS 180-4.
    static func sha256(_ bytes: [UInt8]) throws(AWSError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        guard SHA256(bytes, bytes.count, &digest) != nil else { throw refusal }
        return digest
    }

    /// RFC 2104 with SHA-256.
    static func hmac(_ message: String, key: [UInt8]) throws(AWSError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        var written: UInt32 = 0
        let bytes = Array(message.utf8)
        guard let count = Int32(exactly: key.count),
            HMAC(EVP_sha256(), key, count, bytes, bytes.count, &digest, &written) != nil, Int(written) == length
        else { throw refusal }
        return digest
    }

    /// Lower-case hexadecimal.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static var refusal: AWSError {
        AWSError(
            .signing, "OpenSSL refused HMAC-SHA-256: check the system's OpenSSL configuration (a FIPS provider, say).")
    }
}
