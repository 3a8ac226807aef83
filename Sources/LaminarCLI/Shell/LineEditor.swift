internal import CEdit
internal import LaminarCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Lines typed at a terminal, with editing, a history in a file, and completion: libedit.
///
///     let editor = try LineEditor(history: path) { line, cursor in completion(line, cursor) }
///     switch try await editor.read(prompt: "laminar> ") { case .line(let text): … }
///
/// libedit blocks, so it lives on a thread of its own. Signals come in through a pipe that its reads watch as well:
/// ``interrupt()`` gives up the line, ``end()`` ends the input.
final class LineEditor: Sendable {
    /// What came of a prompt.
    enum Input: Sendable, Equatable {
        case line(String)
        /// Ctrl-C: the line is given up.
        case interrupted
        /// Ctrl-D on an empty line, or the terminal is gone.
        case end
    }

    private let thread: SerialThread
    private let session: Session

    /// - Parameters:
    ///   - history: the file that keeps earlier lines, made with mode 0600; nil for none.
    ///   - complete: what Tab may put in place of the word before the cursor.
    init(history: String?, complete: @escaping @Sendable (_ text: String) -> Completion.Result) throws {
        thread = try SerialThread()
        session = try Session(complete: complete)
        let session = session
        thread.later { session.begin(history: history) }
    }

    deinit {
        let session = session
        thread.later { session.finish() }
    }

    /// Reads a line.
    func read(prompt: String) async throws -> Input {
        let session = session
        return try await thread.run { session.line(prompt: prompt) }
    }

    /// Keeps a line for the arrow keys, and for the next time.
    func remember(_ line: String) async throws {
        let session = session
        try await thread.run { session.keep(line) }
    }

    /// Gives up the line that is being typed.
    func interrupt() { session.signal(.interrupt) }

    /// Draws the line anew for another width of the terminal.
    func resized() { session.signal(.resize) }

    /// Ends the input.
    func end() { session.signal(.end) }
}

/// libedit's handles. Only its thread calls it, but for ``signal(_:)``.
private final class Session: @unchecked Sendable {
    // Unchecked: the handles and strings belong to the one thread of `LineEditor`; the pipe's ends are constants.
    enum Signal: UInt8 { case interrupt = 1, resize, end }

    private let complete: @Sendable (String) -> Completion.Result
    private let wakeReader: Int32
    private let wakeWriter: Int32
    private var editor: OpaquePointer?
    private var past: OpaquePointer?
    private var path: String?
    private var prompt: UnsafeMutablePointer<CChar>?
    private var pending: Signal?
    private var isAtEnd = false

    init(complete: @escaping @Sendable (String) -> Completion.Result) throws {
        self.complete = complete
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw InputError(description: "The system refused a pipe.") }
        wakeReader = ends[0]
        wakeWriter = ends[1]
    }

    deinit {
        close(wakeReader)
        close(wakeWriter)
    }

    func signal(_ signal: Signal) {
        var byte = signal.rawValue
        _ = write(wakeWriter, &byte, 1)
    }

    func begin(history path: String?) {
        // What is typed is UTF-8, whatever the locale says.
        setlocale(LC_CTYPE, "")
        if String(cString: nl_langinfo(nl_item(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
        editor = el_init("laminar", fdopen(0, "r"), fdopen(1, "w"), fdopen(2, "w"))
        past = history_init()
        guard let editor, let past else { return }
        laminar_el_set_client(editor, Unmanaged.passUnretained(self).toOpaque())
        laminar_el_use_emacs_keys(editor)
        laminar_el_set_prompt(editor) { editor in Session.of(editor)?.prompt }
        laminar_el_set_read(editor) { editor, character in Session.of(editor)?.next(into: character) ?? 0 }
        laminar_el_add_command(editor, "laminar-complete", "Complete a word") { editor, _ in
            Session.of(editor)?.tab() ?? UInt8(CC_ERROR)
        }
        laminar_el_bind(editor, "\t", "laminar-complete")
        laminar_el_bind(editor, "^R", "em-inc-search-prev")
        laminar_history_limit(past, 5_000)
        laminar_el_use_history(editor, past)
        self.path = path
        if let path { laminar_history_load(past, path) }
    }

    func finish() {
        if let editor { el_end(editor) }
        if let past { history_end(past) }
        free(prompt)
        (editor, past, prompt) = (nil, nil, nil)
    }

    func line(prompt text: String) -> LineEditor.Input {
        guard let editor else { return .end }
        free(prompt)
        prompt = strdup(text)
        pending = nil
        var count: Int32 = 0
        let line = el_gets(editor, &count)
        if pending == .interrupt {
            el_reset(editor)
            return .interrupted
        }
        guard let line, count > 0, pending == nil else { return .end }
        var typed = String(cString: line)
        if typed.last == "\n" { typed.removeLast() }
        return .line(typed)
    }

    func keep(_ line: String) {
        guard let past else { return }
        laminar_history_enter(past, line + "\n")
        guard let path else { return }
        // Made by us where there is none, so that it is its owner's alone.
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else { return }
        close(descriptor)
        laminar_history_save(past, path)
    }

    private static func of(_ editor: OpaquePointer?) -> Session? {
        guard let editor, let client = laminar_el_client(editor) else { return nil }
        return Unmanaged<Session>.fromOpaque(client).takeUnretainedValue()
    }

    /// The next character that is typed: 1 for one, 0 at the end, -1 where the line is given up.
    private func next(into character: UnsafeMutablePointer<wchar_t>?) -> Int32 {
        guard let lead = nextByte() else { return pending == nil ? 0 : -1 }
        var bytes = [lead]
        let length = lead < 0xc0 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
        while bytes.count < length {
            guard let byte = nextByte() else { return pending == nil ? 0 : -1 }
            bytes.append(byte)
        }
        let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first ?? "\u{fffd}"
        character?.pointee = wchar_t(scalar.value)
        return 1
    }

    private func nextByte() -> UInt8? {
        guard pending == nil, !isAtEnd else { return nil }
        var descriptors = [
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0), pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard poll(&descriptors, 2, -1) >= 0 else { continue }
            var byte: UInt8 = 0
            if descriptors[1].revents & Int16(POLLIN) != 0 {
                guard read(wakeReader, &byte, 1) == 1, let signal = Signal(rawValue: byte) else { continue }
                if signal != .resize {
                    pending = signal
                    return nil
                }
                if let editor { el_resize(editor) }
                continue
            }
            let count = read(0, &byte, 1)
            if count == 1 { return byte }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            isAtEnd = true
            return nil
        }
    }

    private func tab() -> UInt8 {
        guard let editor, let info = el_line(editor)?.pointee, let start = info.buffer else { return UInt8(CC_ERROR) }
        let before = UnsafeRawBufferPointer(start: start, count: info.cursor - start)
        let result = complete(String(decoding: before, as: UTF8.self))
        if !result.insertion.isEmpty {
            el_insertstr(editor, result.insertion)
            return UInt8(CC_REFRESH)
        }
        guard result.candidates.count > 1 else { return UInt8(CC_REFRESH_BEEP) }
        let list = Array(("\n" + result.list + "\n").utf8)
        _ = list.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        return UInt8(CC_REDISPLAY)
    }
}
