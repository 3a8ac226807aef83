internal import LaminarCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the members of one group on this machine get their transactional ids.
///
/// An id is `<prefix>-<slot>`. The prefix is `sink.transactional_id`, else `laminar-<group id>-<host name>`; the slot is the
/// lowest number that no other process of this machine holds, from 0. So a process that is started again, after `kill -9`
/// too, has the ids that it had, and ends at once what it left open; and two processes never fence each other.
///
/// A slot is held by a lock on an empty file in the temporary folder, which the system gives up with the process. Where
/// there can be no such file, slots count within this process only.
struct TransactionGroup: Sendable {
    let prefix: String

    init(_ sink: KafkaSinkConfiguration, groupID: String) {
        prefix = sink.transactionalID ?? "laminar-\(groupID)-\(Self.hostName)"
    }

    /// Takes the lowest free slot.
    func claim() -> TransactionSlot {
        for number in 0..<10_000 {
            let id = "\(prefix)-\(number)"
            guard TransactionSlot.take(id) else { continue }
            switch Self.lock(id) {
            case .held(let file): return TransactionSlot(transactionalID: id, file: file)
            case .impossible: return TransactionSlot(transactionalID: id, file: -1)
            case .taken: TransactionSlot.give(id)
            }
        }
        // Ten thousand producers of one group on one machine: one more shares the first one's id, and fences it.
        return TransactionSlot(transactionalID: "\(prefix)-0", file: -1)
    }

    private static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private enum Lock {
        case held(Int32)
        case taken
        case impossible
    }

    private static func lock(_ id: String) -> Lock {
        // A folder of this user's own: nobody else can put a link where the file will be.
        let folder = "\(temporaryFolder)/laminar-\(getuid())"
        mkdir(folder, 0o700)
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
            return .impossible
        }
        let file = open("\(folder)/\(fileName(id)).lock", O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return .impossible }
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return .held(file) }
        let isTaken = errno == EWOULDBLOCK
        close(file)
        return isTaken ? .taken : .impossible
    }

    private static var temporaryFolder: String {
        guard let folder = getenv("TMPDIR").map({ String(cString: $0) }), !folder.isEmpty else { return "/tmp" }
        return folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    /// A name that every file system takes: what isn't a plain character becomes its number, and a long one is cut before a
    /// hash of all of it (FNV-1a, 64 bits).
    private static func fileName(_ id: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var name = ""
        for byte in id.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            let isPlain = byte == 45 || byte &- 48 < 10 || byte &- 97 < 26 || byte &- 65 < 26
            name += isPlain ? String(UnicodeScalar(byte)) : "_\(byte)_"
        }
        return String(name.prefix(100)) + "-" + String(hash, radix: 16)
    }
}

/// One producer's transactional id, held until it is released.
final class TransactionSlot: Sendable, CustomStringConvertible {
    let transactionalID: String
    private let file: Atomic<Int32>
    private let isHeld = Atomic<Bool>(true)
    private static let held = Mutex<Set<String>>([])

    fileprivate init(transactionalID: String, file: Int32) {
        self.transactionalID = transactionalID
        self.file = Atomic(file)
    }

    deinit { release() }

    fileprivate static func take(_ id: String) -> Bool { held.withLock { $0.insert(id).inserted } }
    fileprivate static func give(_ id: String) { held.withLock { _ = $0.remove(id) } }

    /// Lets somebody else have the id; once.
    func release() {
        guard isHeld.exchange(false, ordering: .acquiringAndReleasing) else { return }
        let file = file.exchange(-1, ordering: .acquiringAndReleasing)
        if file >= 0 { close(file) }
        Self.give(transactionalID)
    }

    var description: String { transactionalID }
}
