import LaminarCore
package import LaminarFormats
package import LaminarQuery
import Synchronization

/// A Kafka table as one query reads it: a bounded snapshot, from the connection's `offset` to the ends at the query's
/// beginning, without a group and without a commit.
///
///     let table = try laminar.queryTable("orders")
///     let supply = try table.scan(ScanRequest(columns: [0, 3], bounds: ScanBounds(partitions: [0]), limit: 10))
///     while let batch = try supply.next() { … }        // blocks: for a thread of one's own
///
/// Make one for each query: its scans all end where the first of them found the ends. Only the columns that are asked for are
/// decoded, and where none of them comes from the payload (or none is asked for at all, by COUNT(*)) payloads aren't looked
/// at: a record that can't be decoded is then a row like any other, and a registry isn't asked. Tombstones are rows in `raw`
/// only, whatever is asked for.
///
/// A record that can't be decoded follows `bad_data`, but for `dlq`, which is `skip` here: a query writes nothing.
package final class KafkaTable: QueryTable {
    package let schema: RowSchema
    /// The table's name.
    package let name: String
    let connection: String
    let configuration: KafkaSourceConfiguration
    let format: any RecordFormat
    private let formatOptions: [String: String]
    private let horizon = SnapshotHorizon()
    private let meter: QueryMeter
    /// Whether its scans go on past the ends, with records as they come.
    let isFollowed: Bool
    private let secrets: any SecretProvider
    let log: any LogSink
    private let ledger: SourceLedger

    /// - Parameters:
    ///   - isFollowed: whether its scans go on past the ends.
    ///   - meter: hears how far they have come.
    ///   - errorLog: where bad records and what ended a scan are remembered; nil for nowhere.
    /// - Throws: ``LaminarError`` for a table that can't be read: a sink's, or one of a format without a decoder.
    init(
        _ resolved: ResolvedTable, isFollowed: Bool = false, meter: QueryMeter = QueryMeter(),
        secrets: any SecretProvider, log: any LogSink, errorLog: ErrorLog? = nil
    ) throws(LaminarError) {
        (configuration, format) = try resolved.readable()
        name = resolved.name
        connection = resolved.connection
        schema = resolved.schema
        formatOptions = resolved.formatOptions
        self.isFollowed = isFollowed
        self.meter = meter
        self.secrets = secrets
        self.log = log
        ledger = SourceLedger(source: resolved.connection, shared: errorLog)
    }

    /// What a person should know before the rows come.
    package var notices: [String] {
        var notices: [String] = []
        if configuration.start == .latest, !isFollowed {
            notices.append(
                "Table \(name) has offset = 'latest', where a query ends, too: it has no rows. Set offset = 'earliest' in "
                    + "its connection.")
        }
        if configuration.badData.deadLetterTopic != nil {
            notices.append(
                "Table \(name) has bad_data = 'dlq': a query passes over records that can't be decoded and writes nothing "
                    + "to the dead letter topic.")
        }
        return notices
    }

    /// What all scans of this query have counted: records, tombstones, what was passed over.
    package var counters: SourceCounters { ledger.counters }

    package func scan(_ request: ScanRequest) throws -> any BatchSupply {
        if request.bounds.isEmpty { return NoRows() }
        let feed = ScanFeed(table: name, ledger: ledger, log: log)
        let content = try content(of: request)
        let options = options(content, limit: request.limit)
        var range = range(request)
        if !isFollowed { range.meter = meter.begin() }
        Task.detached { [range] in await feed.start(options, range, content) }
        return KafkaScan(feed, limit: request.limit)
    }

    /// What a scan is made of, for EXPLAIN.
    func plan(of request: ScanRequest) throws -> (SourceOptions, SnapshotRange) {
        (options(try content(of: request), limit: request.limit), range(request))
    }

    private func range(_ request: ScanRequest) -> SnapshotRange {
        SnapshotRange(bounds: request.bounds, horizon: horizon, limit: request.limit)
    }

    /// What becomes of the records.
    private func content(of request: ScanRequest) throws -> ScanContent {
        let wanted = try schema.projecting(request.columns)
        let decoder = try format.makeDecoder(schema: wanted, options: formatOptions)
        try MetadataColumns.check(decoder)
        return ScanContent(
            format: format, schema: wanted, options: formatOptions, readsPayload: !decoder.payloadColumns.isEmpty,
            decodesTombstones: decoder.decodesTombstones)
    }

    private func options(_ content: ScanContent, limit: Int?) -> SourceOptions {
        var configuration = configuration
        if case .deadLetter(_, let limit, _) = configuration.badData {
            configuration.badData = .skip(maxErrorsPerBatch: limit)
        }
        // A limit of errors counts by the batches that were asked for.
        let isCounted = configuration.badData.maxErrorsPerBatch ?? 0 > 0
        configuration.batch = .init(
            records: isCounted ? configuration.batch.records : max(configuration.batch.records, Self.batchRecords),
            bytes: min(configuration.batch.bytes, Self.batchBytes))
        // What is on the way beside the rows that are wanted was fetched for nothing.
        if let limit, limit <= Self.batchRecords {
            if !isCounted { configuration.batch.records = max(1, limit) }
            configuration.batch.bytes = min(configuration.batch.bytes, Self.fewBytes)
        }
        if !content.readsPayload { configuration.schemaRegistry = nil }
        return SourceOptions(
            configuration: configuration, acknowledgement: .automatic, extent: isFollowed ? .everything : .snapshot,
            drainTimeout: .zero,
            name: connection, secrets: secrets, log: log)
    }

    /// Enough that what a batch costs is little beside its rows.
    private static let batchRecords = 4096
    /// Few enough that what is read ahead stays small: four batches are on the way at most.
    private static let batchBytes = 4 << 20
    /// The same where LIMIT wants few rows.
    private static let fewBytes = 256 << 10
}

/// What a scan brings that can bring nothing: nobody is asked.
private final class NoRows: BatchSupply {
    func next() -> RecordBatch? { nil }
    func cancel() {}
}

/// What one scan makes of records.
struct ScanContent: Sendable {
    let format: any RecordFormat
    /// The columns that are asked for.
    let schema: RowSchema
    let options: [String: String]
    /// Whether any column comes from the payload.
    let readsPayload: Bool
    let decodesTombstones: Bool

    func makeDecoder(_ schemas: WriterSchemas?) throws -> any BatchContentDecoder<Row> {
        guard readsPayload else { return EnvelopeDecoder(schema, decodesTombstones: decodesTombstones) }
        return RowContentDecoder(try ColumnDecoder(format, schema: schema, options: options, schemas))
    }
}

extension Laminar {
    /// A Kafka table for one query.
    ///
    /// - Throws: ``LaminarError`` with code `unknownName`, and where the table can't be read.
    package func queryTable(_ name: String) throws -> KafkaTable {
        try queryTable(name, isFollowed: false, QueryMeter())
    }

    fileprivate func queryTable(_ name: String, isFollowed: Bool, _ meter: QueryMeter) throws -> KafkaTable {
        try KafkaTable(
            resolveTable(name), isFollowed: isFollowed, meter: meter, secrets: secrets, log: log, errorLog: errorLog)
    }
}

/// The Kafka tables of one query: a table that stands there several times is the same one, with the same rows.
package final class KafkaTables: Sendable {
    private let laminar: Laminar
    private let isFollowed: Bool
    private let tables = Mutex<[String: KafkaTable]>([:])
    /// How far their scans have come.
    let meter = QueryMeter()

    /// - Parameter isFollowed: whether scans go on past the ends, with records as they come.
    package init(_ laminar: Laminar, isFollowed: Bool = false) {
        self.laminar = laminar
        self.isFollowed = isFollowed
    }

    /// - Throws: ``LaminarError`` with code `unknownName`, and where the table can't be read.
    package func table(named name: String) throws -> KafkaTable {
        if let known = tables.withLock({ $0[name] }) { return known }
        let table = try laminar.queryTable(name, isFollowed: isFollowed, meter)
        return tables.withLock { tables in
            if let known = tables[name] { return known }
            tables[name] = table
            return table
        }
    }
}
