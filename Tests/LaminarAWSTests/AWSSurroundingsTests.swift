import Foundation
import LaminarAWS
import Testing

@Suite struct AWSSurroundingsTests {
    @Test("a file is read up to its limit; none is nothing; a folder, a pipe, a larger file are errors")
    func contents() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = folder + "/token"
        try Data(repeating: 7, count: 40_000).write(to: URL(filePath: file))
        #expect(try AWSSurroundings.contents(file, 40_000) == [UInt8](repeating: 7, count: 40_000))
        #expect(try AWSSurroundings.contents(folder + "/none", 10) == nil)
        #expect(try AWSSurroundings.contents(file + "/none", 10) == nil)
        let pipe = folder + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for (path, limit) in [(file, 39_999), (folder, 10), (pipe, 10)] {
            let error = #expect(throws: AWSError.self) { try AWSSurroundings.contents(path, limit) }
            #expect(error?.code == .configuration && error?.message.contains(path) == true)
        }
    }

    @Test("the process's own surroundings are there")
    func own() {
        let own = AWSSurroundings()
        #expect(own.variables["PATH"] != nil)
        #expect(own.now() > 1_700_000_000)
        #expect((0...1).contains(own.jitter()))
    }
}
