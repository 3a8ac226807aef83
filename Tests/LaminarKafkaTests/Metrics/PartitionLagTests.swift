import Testing

@testable import LaminarKafka

@Suite struct PartitionLagTests {
    private typealias Standing = PartitionLag.Standing

    @Test("lag is what lies between the processed position and the end") func plain() {
        let standing = Standing(position: 40, firstOutstanding: 40)
        #expect(PartitionLag.records(end: 100, next: 100, queued: 10, standing) == 60)
    }

    @Test("markers at the end are nobody's work once everything is fetched and processed") func markers() {
        #expect(PartitionLag.records(end: 101, next: 101, queued: 0, Standing(position: 99)) == 0)
        #expect(
            PartitionLag.records(end: 101, next: 101, queued: 0, Standing(position: 90, firstOutstanding: 90)) == 11)
        #expect(PartitionLag.records(end: 105, next: 101, queued: 0, Standing(position: 99)) == 4)
    }

    @Test("before the first record it counts from where the fetch is") func beginning() {
        #expect(PartitionLag.records(end: 100, next: 30, queued: 20, Standing()) == 90)
        #expect(PartitionLag.records(end: 100, next: 30, queued: 20, Standing(firstOutstanding: 5)) == 95)
        #expect(PartitionLag.records(end: 100, next: 100, queued: 0, Standing()) == 0)
    }

    @Test("what isn't known is not a number, and an end that is old is never a negative lag") func unknown() {
        #expect(PartitionLag.records(end: -1001, next: 30, queued: 0, Standing(position: 3)) == nil)
        #expect(PartitionLag.records(end: 100, next: -1001, queued: 0, Standing()) == nil)
        #expect(PartitionLag.records(end: 100, next: -1001, queued: 0, Standing(position: 98)) == 2)
        #expect(PartitionLag.records(end: 100, next: 90, queued: 0, Standing(position: 120)) == 0)
    }
}
