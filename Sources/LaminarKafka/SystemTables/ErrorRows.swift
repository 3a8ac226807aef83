internal import LaminarFormats

/// `system.kafka_errors`: the last 1,000 errors of this process's sources, oldest first.
struct ErrorRows: RowProvider {
    let laminar: Laminar

    var schema: RowSchema { SystemSchemas.errors }

    func rows() async throws -> ProvidedRows {
        ProvidedRows(
            laminar.errors.map { error in
                [
                    .timestamp(error.time), .text(error.source), .text(error.outcome.rawValue), .text(error.reason),
                    .init(error.topic), .init(error.partition), .init(error.offset), .text(error.message),
                ]
            })
    }
}
