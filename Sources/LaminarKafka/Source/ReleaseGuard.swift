/// Whoever has work that hangs on a member's partitions, and must finish it before they go.
///
/// Called on the member's polling thread, but for ``prepare(members:)``.
protocol ReleaseGuard: AnyObject, Sendable {
    /// Producing clients beside each member's own, whose threads want cores as well.
    var producersPerMember: Int { get }
    /// Before any member joins: what an earlier process left open is settled here.
    func prepare(members: Int) async throws
    /// The member begins to wait for the host to finish what it has: what is finished should be told at once.
    func awaitsHost(_ member: SourceMember)
    /// The host has finished these partitions, or its time is up. May block for `bound` at most.
    func willRelease(_ partitions: Set<TopicPartition>, of member: SourceMember, within bound: Duration)
    /// These aren't ours any more; what is still open of them must never be committed.
    func released(_ partitions: Set<TopicPartition>, of member: SourceMember)
    /// The member has left its group.
    func closed(_ member: SourceMember)
    /// Every member has left, and none will start.
    func sourceClosed()
}

extension ReleaseGuard {
    var producersPerMember: Int { 0 }
    /// Nothing: what is finished is told as it is.
    func awaitsHost(_ member: SourceMember) {}
}
