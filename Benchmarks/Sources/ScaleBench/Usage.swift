import Foundation
import ProcessUsage

/// The time, and what this process tells of itself.
enum Usage {
    /// A line of JSON on standard output, at once.
    static func tell(_ members: String) {
        let cpu = ProcessUsage.cpuSeconds()
        let figures = #""at": \#(wallSeconds()), "cpu": \#(cpu), "peak_mb": \#(ProcessUsage.peakMegabytes())"#
        FileHandle.standardOutput.write(Data("{\(members), \(figures)}\n".utf8))
    }

    /// Seconds since 1970, which all processes of a machine share.
    static func wallSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
