#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The rights of a database's file: only its owner reads it.
enum DatabaseFile {
    /// Creates the file with mode 0600 where there is none, before SQLite could create it with the process's umask.
    /// SQLite gives `-wal` and `-shm` the mode of the file itself.
    ///
    /// - Returns: a notice when a file that is already there can be read by others.
    /// - Throws: ``StoreError`` with code `cannotOpen`.
    static func prepare(_ path: String) throws(StoreError) -> String? {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode_t(0o600))
        if descriptor >= 0 {
            defer { close(descriptor) }
            // A umask can only take rights away; the owner's own have to stay.
            fchmod(descriptor, mode_t(0o600))
            return nil
        }
        let reason = errno
        var status = stat()
        guard reason == EEXIST, stat(path, &status) == 0 else {
            throw StoreError(
                code: .cannotOpen,
                message: "The database \(path) can't be created: \(String(cString: strerror(reason))).")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(code: .cannotOpen, message: "The database \(path) isn't a file.")
        }
        guard status.st_mode & 0o077 != 0 else { return nil }
        return "The database \(path) can be read by other users (mode \(octal(status.st_mode & 0o777))): "
            + "chmod 600 it."
    }

    private static func octal(_ mode: mode_t) -> String {
        "0" + String(mode, radix: 8)
    }
}
