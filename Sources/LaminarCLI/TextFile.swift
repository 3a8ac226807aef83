#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Files that a command line names.
enum TextFile {
    /// - Throws: ``InputError`` with a sentence for a person.
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
