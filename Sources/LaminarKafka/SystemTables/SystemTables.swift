internal import LaminarCore
package import LaminarFormats
package import LaminarSQL
package import LaminarQuery

extension Laminar {
    /// A table of `system`, for one query; nil where there is none of that name.
    ///
    /// - Parameter name: without `system.`, in lower case.
    package func systemTable(named name: String) -> (any NoticedTable)? {
        systemRows(named: name).map { ProvidedTable($0) }
    }

    /// The same by a name of two parts; nil where it isn't one of `system`.
    package func systemTable(named name: SQL.ObjectName) -> (any NoticedTable)? {
        guard name.parts.count == 2, name.parts[0].name == "system" else { return nil }
        return systemTable(named: name.parts[1].name)
    }

    /// Its rows by themselves.
    package func systemRows(named name: String) -> (any RowProvider)? {
        switch name {
        case "connections": ConnectionRows(laminar: self)
        case "kafka_consumer_groups": ConsumerGroupRows(laminar: self)
        case "kafka_brokers": BrokerRows(laminar: self)
        case "kafka_partitions": PartitionRows(laminar: self)
        case "kafka_errors": ErrorRows(laminar: self)
        case "pipelines": PipelineStandingRows(laminar: self)
        default: nil
        }
    }

    /// The functions that stand where a table can.
    package static let rowFunctionNames = ["test_connection"]

    /// A function that stands where a table can: `FROM test_connection('shop')`; nil where there is none of that name.
    ///
    /// - Parameter arguments: constants.
    /// - Throws: ``LaminarError`` with code `unknownName` or `wrongKind` for what it can't be asked.
    package func rowFunction(named name: String, arguments: [Value]) throws -> (any NoticedTable)? {
        guard name == "test_connection" else { return nil }
        guard arguments.count == 1, case .text(let connection) = arguments[0] else {
            throw LaminarError(
                code: .wrongKind,
                message: "test_connection takes the name of a connection as a text: SELECT test_connection('shop').")
        }
        guard let target = try testTarget(connection) else {
            throw LaminarError(
                code: .wrongKind,
                message:
                    "Connection \(connection) is an impulse, which connects to nothing: there is nothing to test.")
        }
        return ProvidedTable(ConnectionTestRow(target: target, secrets: secrets, log: log))
    }

    private func testTarget(_ connection: String) throws -> ConnectionTest.Target? {
        switch try resolveConnection(connection) {
        case .kafkaSource(let source): .source(source)
        case .kafkaSink(let sink): .sink(sink)
        case .impulse: nil
        }
    }
}

/// The one row of `test_connection('n')`.
private struct ConnectionTestRow: RowProvider {
    let target: ConnectionTest.Target
    let secrets: any SecretProvider
    let log: any LogSink

    var schema: RowSchema { SystemSchemas.connectionTest }

    func rows() async throws -> ProvidedRows {
        let report = await ConnectionTest(target: target, secrets: secrets, log: log).run()
        let milliseconds = (report.latency / .milliseconds(1)).rounded(.up)
        return ProvidedRows([
            [
                .boolean(report.isOK), .text(report.stage.rawValue), .text(report.message),
                .bigint(Int64(exactly: milliseconds) ?? 0),
            ]
        ])
    }
}
