#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import LaminarHTTP

/// A registry's JSON, read with care: whatever comes is an answer or an error.
enum RegistryAnswer {
    /// Deeper than any registry's own objects; schemas come as texts in them.
    static let deepest = 64

    /// - Throws: ``RegistryError`` with code `invalidResponse`, naming the host.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from response: HTTPResponse, of host: String
    ) throws(RegistryError) -> Value {
        do throws(RegistryError) {
            return try decode(type, from: response.body)
        } catch {
            throw RegistryError(
                .invalidResponse,
                "\(host) answered \(error.message): is that the URL of a schema registry, with its path?")
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from body: [UInt8]) throws(RegistryError) -> Value {
        guard isShallow(body) else {
            throw RegistryError(.invalidResponse, "with JSON nested deeper than \(deepest) levels")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw RegistryError(.invalidResponse, "with something else than the JSON that was asked for")
        }
    }

    /// Whether brackets, those in strings aside, are never open more than ``deepest`` deep.
    static func isShallow(_ body: [UInt8]) -> Bool {
        var depth = 0
        var isString = false
        var isEscaped = false
        for byte in body {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isString = false
                }
                continue
            }
            switch byte {
            case 0x22: isString = true
            case 0x5B, 0x7B:
                depth += 1
                if depth > deepest { return false }
            case 0x5D, 0x7D: depth -= 1
            default: break
            }
        }
        return true
    }

    /// What a server says, fit for one line of an error: no control characters, and not endless.
    static func quoted(_ text: String) -> String {
        let line = String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
        return line.count > 300 ? line.prefix(300) + "…" : line
    }
}
