import Foundation

/// What this process has used so far.
public enum ProcessUsage {
    /// Of all its threads, user and system time.
    public static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The most memory that it had resident.
    public static func peakMegabytes() -> Double {
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
