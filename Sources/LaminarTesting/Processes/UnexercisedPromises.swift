import Foundation
import Synchronization

/// Remembers which promises a run of the tests could not put to the proof for want of a peer.
///
/// The lines go to the file that `$LAMINAR_UNEXERCISED` names; `make test` ends with them, so that a green run never
/// claims more than it did.
public enum UnexercisedPromises {
    private static let noted = Mutex<Set<String>>([])

    /// Notes one, once.
    public static func note(_ promise: String) {
        let isNew = noted.withLock { $0.insert(promise).inserted }
        guard isNew, let path = ProcessInfo.processInfo.environment["LAMINAR_UNEXERCISED"] else { return }
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        defer { try? file.close() }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data((promise + "\n").utf8))
    }

    /// What was noted in this process.
    public static var all: [String] { noted.withLock { $0.sorted() } }
}
