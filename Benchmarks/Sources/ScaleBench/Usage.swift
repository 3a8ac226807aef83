import Foundation

/// What this process has used so far.
enum Usage {
    /// A line of JSON on standard output, at once.
    static func tell(_ members: String) {
        let figures = #""at": \#(wallSeconds()), "cpu": \#(cpuSeconds()), "peak_mb": \#(peakMegabytes())"#
        FileHandle.standardOutput.write(Data("{\(members), \(figures)}\n".utf8))
    }

    /// Seconds since 1970, which all processes of a machine share.
    static func wallSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func peakMegabytes() -> Double {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
            return Double(usage.ru_maxrss) / 1_048_576
        #else
            getrusage(__rusage_who_t(0), &usage)
            return Double(usage.ru_maxrss) / 1024
        #endif
    }
}
