import LaminarSQL
import Testing

@testable import LaminarKafka

@Suite struct TableOptionsTests {
    private func table(
        _ table: StatementOptions, over connection: StatementOptions = .source()
    ) throws -> TableOptions {
        var options = table.options
        options.append(SQL.Option("connector", "shop"))
        return try TableOptions(
            options: options, over: ConnectionOptions(connector: "kafka", options: connection.options))
    }

    private func source(_ table: TableOptions) throws -> KafkaSourceConfiguration {
        guard case .kafkaSource(let source) = table.configuration else { throw StatementOptions.WrongKind() }
        return source
    }

    @Test("a table without options of its own is its connection") func plain() throws {
        let connection = try ConnectionOptions(connector: "kafka", options: StatementOptions.source().options)
        let table = try TableOptions(options: [SQL.Option("connector", "shop")], over: connection)
        #expect(table.connection == "shop")
        #expect(table.configuration == connection.configuration)
        #expect(!table.includesMetadata)
        #expect(!table.needsOwnMembers)
        #expect(table.options == [NormalisedOption(key: "connector", value: "shop")])
    }

    @Test("include_metadata takes texts and flags") func metadata() throws {
        #expect(try table(["include_metadata": "true"]).includesMetadata)
        #expect(try table(["INCLUDE_METADATA": "TRUE"]).includesMetadata)
        #expect(try !table(["include_metadata": "false"]).includesMetadata)
    }

    @Test("a table's option replaces its connection's, under an alias too") func overrides() throws {
        let connection = StatementOptions.source(["offset": "earliest", "fetch.min.bytes": "1", "group_id": "a"])
        let table = try table(
            ["source.offset": "latest", "fetch.min.bytes": "2", "source.group_id": "b"], over: connection)
        let source = try source(table)
        #expect(source.start == .latest)
        #expect(source.properties == ["fetch.min.bytes": "2"])
        #expect(source.groupID == "b")
        #expect(table.needsOwnMembers)
        #expect(table.options.map(\.key) == ["group_id", "offset", "connector", "fetch.min.bytes"])
    }

    @Test("what hangs on a replaced option isn't inherited") func governors() throws {
        let timed = StatementOptions.source(["offset": "timestamp", "timestamp": "0"])
        #expect(try source(table(["offset": "latest"], over: timed)).start == .latest)
        #expect(try source(table(["topics": "a,b"])).subscription == .topics(["a", "b"]))
        #expect(try source(table(["topic_pattern": "a.*"])).subscription == .pattern("a.*"))
        let listed = StatementOptions.source(["topic": "", "topics": "a,b"])
        #expect(try source(table(["topic": "c"], over: listed)).subscription == .topics(["c"]))
        let dlq = StatementOptions.source(["bad_data": "dlq", "dlq_topic": "d", "max_errors_per_batch": "3"])
        #expect(try source(table(["bad_data": "fail"], over: dlq)).badData == .fail)
        let unstructured = StatementOptions.source(["json.unstructured": "true"])
        #expect(try source(table(["format": "raw"], over: unstructured)).format == .raw)
    }

    @Test("what only says how records are decoded shares the connection's members") func members() throws {
        #expect(try !table(["json.unstructured": "true", "bad_data": "skip"]).needsOwnMembers)
        #expect(try !table(["format": "raw"]).needsOwnMembers)
        #expect(try !table(["topic": "events"]).needsOwnMembers)
        #expect(try table(["topic": "others"]).needsOwnMembers)
        #expect(try table(["batch_size": "1"]).needsOwnMembers)
    }

    @Test("a table keeps its connection's generated group") func groups() throws {
        let connection = try ConnectionOptions(connector: "kafka", options: StatementOptions.source().options)
        let table = try TableOptions(
            options: [SQL.Option("connector", "shop"), SQL.Option("format", "raw")], over: connection)
        #expect(try source(table).groupID == connection.generatedGroupID)
    }

    @Test("a table can't turn a source into a sink") func types() throws {
        let error = #expect(throws: ConfigurationError.self) { try table(["type": "sink"]) }
        #expect(error?.option == "type")
        _ = try table(["type": "source"])
    }

    @Test("a table's wrong option is refused like a connection's") func wrong() throws {
        #expect(throws: ConfigurationError.self) { try table(["batch_size": "0"]) }
        #expect(throws: ConfigurationError.self) { try table(["timestamp": "0"]) }
        let twice = #expect(throws: ConfigurationError.self) { try table(["connector": "other"]) }
        #expect(twice?.code == .duplicateOption)
        let misspelt = #expect(throws: ConfigurationError.self) { try table(["include_metdata": "true"]) }
        #expect(misspelt?.suggestion == "include_metadata")
        #expect(throws: ConfigurationError.self) { try TableOptions.connector(of: []) }
    }

    @Test("an impulse's table takes an impulse's options") func impulse() throws {
        let connection = try ConnectionOptions(connector: "impulse", options: [SQL.Option("event_rate", "10")])
        let table = try TableOptions(
            options: [SQL.Option("connector", "i"), SQL.Option("message_count", "5")], over: connection)
        #expect(table.configuration == .impulse(ImpulseConfiguration(eventRate: 10, messageCount: 5)))
        #expect(throws: ConfigurationError.self) {
            try TableOptions(options: [SQL.Option("connector", "i"), SQL.Option("format", "json")], over: connection)
        }
    }
}
