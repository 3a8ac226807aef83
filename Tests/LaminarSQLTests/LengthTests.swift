import LaminarSQL
import Testing

@Suite struct LengthTests {
    private static let megabyteOfDDL: String = {
        var text = ""
        var number = 0
        while text.utf8.count < 1 << 20 {
            number += 1
            text += """
                -- Connection \(number)
                CREATE CONNECTION connection_\(number) TO kafka (
                    bootstrap_servers = 'broker1:9092,broker2:9092', topic = 'topic-\(number)', type = 'source',
                    format = 'json', 'auth.type' = 'sasl', 'auth.password' = '${secret:password_\(number)}',
                );
                CREATE TABLE table_\(number) (id BIGINT NOT NULL, "Name" TEXT, tags TEXT[], _kafka_offset BIGINT)
                WITH (connector = 'connection_\(number)', include_metadata = TRUE);

                """
        }
        return text
    }()

    @Test("1 MB of DDL takes well under a second, optimized or not") func megabyte() throws {
        let text = LengthTests.megabyteOfDDL
        var count = 0
        let elapsed = try ContinuousClock().measure { count = try SQL.parse(text).count }
        #expect(count > 4000)
        #expect(elapsed < .seconds(2), "\(elapsed)")
    }

    @Test("time grows with the length, also where everything stands on one line") func linearity() throws {
        let text = LengthTests.megabyteOfDDL.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(
            separator: " ")
        var count = 0
        let elapsed = try ContinuousClock().measure { count = try SQL.parse(text).count }
        #expect(count > 4000)
        #expect(elapsed < .seconds(2), "\(elapsed)")
    }

    @Test("an error at the end of a long text is as quick") func lateError() throws {
        let text = LengthTests.megabyteOfDDL + "\nSELCT 1"
        let elapsed = ContinuousClock().measure {
            let error = #expect(throws: SQLError.self) { try SQL.parse(text) }
            #expect(error?.sourceLine == "SELCT 1")
            #expect(error?.suggestion == "SELECT")
        }
        #expect(elapsed < .seconds(4), "\(elapsed)")
    }

    @Test("more than 16 MiB are refused before anything is read") func tooLong() {
        let text = String(repeating: " ", count: SQL.longestText) + ";"
        let error = #expect(throws: SQLError.self) { try SQL.parse(text) }
        #expect(error?.code == .tooLong)
    }
}
