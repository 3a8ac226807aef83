/// What a transaction of changed groups says of itself, beside its offsets: which checkpoint of which life it is.
///
///     laminar 1 2f6c3b0d5e8a9714 42
struct GroupMark: Sendable, Hashable {
    /// ``PipelineProgress/life``: tells the groups from those of an earlier pipeline of the name.
    let life: Int64
    let checkpoint: Int64

    init(life: Int64, checkpoint: Int64) {
        self.life = life
        self.checkpoint = checkpoint
    }

    /// - Parameter text: nil for what isn't a mark.
    init?(_ text: String?) {
        let parts = (text ?? "").split(separator: " ")
        guard parts.count == 4, parts[0] == "laminar", parts[1] == "1", let life = UInt64(parts[2], radix: 16),
            let checkpoint = Int64(parts[3]), checkpoint > 0
        else { return nil }
        self.init(life: Int64(bitPattern: life), checkpoint: checkpoint)
    }

    var text: String { "laminar 1 \(String(UInt64(bitPattern: life), radix: 16)) \(checkpoint)" }
}
