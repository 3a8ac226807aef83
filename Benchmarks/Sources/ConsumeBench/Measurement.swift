import Foundation
import ProcessUsage

/// Wall and CPU time from the first record on, as the peers count them, and the peak of memory.
struct Measurement {
    private var started: ContinuousClock.Instant?
    private var cpu = 0.0
    private(set) var records = 0

    /// Counts records; the first call starts the clocks.
    mutating func add(_ count: Int) {
        if started == nil {
            started = .now
            cpu = ProcessUsage.cpuSeconds()
        }
        records += count
    }

    /// - Parameter more: further members of the object.
    func report(more: String = "") {
        let seconds = started.map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0
        print(
            #"{"records": \#(records), "seconds": \#(seconds), "cpu": \#(ProcessUsage.cpuSeconds() - cpu), "peak_mb": \#(ProcessUsage.peakMegabytes())\#(more)}"#
        )
    }

    /// The clock that the C peer stamps its records with.
    static func monotonicNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
