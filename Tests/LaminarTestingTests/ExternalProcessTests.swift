import Foundation
import LaminarTesting
import Testing

@Suite struct ExternalProcessTests {
    @Test("status, output and errors are told apart") func result() async throws {
        let result = try await ExternalProcess("sh", ["-c", "echo out; echo err >&2; exit 3"]).result()
        #expect(result.status == 3)
        #expect(result.output == "out\n")
        #expect(result.errors == "err\n")
    }

    @Test("a failure's error carries the end of standard error") func failure() async throws {
        let error = await #expect(throws: FixtureError.self) {
            try await ExternalProcess("sh", ["-c", "echo the reason >&2; exit 1"]).success()
        }
        #expect(error?.message.contains("the reason") == true)
    }

    @Test("lines go in and come out while the program runs") func conversation() async throws {
        let echo = try ExternalProcess("sh", ["-c", "while read -r line; do echo \"got $line\"; done"])
        try await echo.send("one")
        #expect(try await echo.nextLine() == "got one")
        try await echo.send("two")
        #expect(try await echo.line { $0.hasSuffix("two") } == "got two")
        echo.endInput()
        #expect(try await echo.nextLine() == nil)
    }

    @Test("a program that doesn't end in time is killed") func timeout() async throws {
        let stuck = try ExternalProcess("sleep", ["1000"])
        await #expect(throws: FixtureError.self) { try await stuck.result(within: .milliseconds(100)) }
        #expect(try await stuck.result().status == -9)
    }

    @Test("writing to a program that is gone is an error, and no signal ends the test") func brokenPipe() async throws {
        let gone = try ExternalProcess("true")
        #expect(try await gone.nextLine() == nil)
        await #expect(throws: FixtureError.self) {
            for _ in 0..<100 { try await gone.send(String(repeating: "x", count: 1 << 16)) }
        }
    }

    @Test("a program inherits nothing but its streams: a pipe ends when its own writers are gone")
    func inherits() async throws {
        let pipe = Pipe()
        let stranger = try ExternalProcess("sleep", ["20"])
        try pipe.fileHandleForWriting.close()
        let start = ContinuousClock.now
        #expect(try pipe.fileHandleForReading.readToEnd() == nil)
        #expect(ContinuousClock.now - start < .seconds(10))
        stranger.kill()
    }

    @Test("a program ends when whoever started it is killed") func orphan() async throws {
        // This test is the grandparent: the shell in the middle is killed, and its child's watcher must notice. The
        // watcher's text is the one of ExternalProcess, which the shell in the middle plays.
        let parent = try ExternalProcess(
            Peers.pythonInterpreter(),
            [
                "-u", "-c",
                """
                import subprocess, sys
                watcher = '''( while kill -0 "$PPID" && kill -0 $$; do sleep 1; done; kill -9 $$ ) </dev/null >/dev/null 2>&1 &
                exec "$0" "$@"'''
                child = subprocess.Popen(["sh", "-c", watcher, "sleep", "1000"])
                print(child.pid)
                child.wait()
                """,
            ])
        let child = try #require(try await parent.nextLine())
        try await ExternalProcess("kill", ["-9", "\(parent.identifier)"]).success()
        let wait =
            "while kill -0 \(child) 2>/dev/null && ! grep -q 'State:.Z' /proc/\(child)/status; do sleep 0.1; done"
        try await ExternalProcess("sh", ["-c", wait]).success(within: .seconds(90))
    }
}
