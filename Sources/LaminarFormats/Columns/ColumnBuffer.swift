/// Memory of one column's values, offsets or validity bits, freed when its last column goes.
///
/// Hot-path file: raw memory. A buffer is written by the one builder that owns it and never again once it is wrapped
/// here, so that reading it from several threads is safe.
@usableFromInline
final class ColumnBuffer: Sendable {
    /// At least `byteCount` readable bytes; never changes, and nobody writes through it.
    @usableFromInline nonisolated(unsafe) let base: UnsafeRawPointer
    @usableFromInline let byteCount: Int

    /// Takes over memory that `malloc` gave.
    init(adopting memory: UnsafeMutableRawPointer, byteCount: Int) {
        base = UnsafeRawPointer(memory)
        self.byteCount = byteCount
    }

    deinit { UnsafeMutableRawPointer(mutating: base).deallocate() }

    /// A copy of trivial values.
    convenience init<Element: BitwiseCopyable>(copying values: [Element]) {
        let byteCount = values.count * MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 16), alignment: 16)
        values.withUnsafeBytes {
            if let start = $0.baseAddress { memory.copyMemory(from: start, byteCount: byteCount) }
        }
        self.init(adopting: memory, byteCount: byteCount)
    }
}
