#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A file of statements.
enum InputFile {
    /// - Throws: ``InputError`` where there is none, or it isn't UTF-8 text.
    static func text(of path: String) throws -> String {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputError(description: "There is no file \(path).")
        }
        guard !isFolder, let data = FileManager.default.contents(atPath: path) else {
            throw InputError(description: "The file \(path) can't be read.")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw InputError(description: "The file \(path) isn't UTF-8 text.")
        }
        return text
    }
}

extension String {
    /// The text without blanks at its ends.
    var trimmingBlanks: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
