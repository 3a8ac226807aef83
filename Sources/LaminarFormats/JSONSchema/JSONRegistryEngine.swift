/// JSON whose payloads name their writer's schema: fields match columns by name, whatever the schema says, and with
/// `json.validate` a record must satisfy it.
final class JSONRegistryEngine: WriterEngine {
    private let engine: JSONEngine
    private let validator: JSONSchemaValidator?
    private var programs: [JSONSchemaProgram] = []
    private var writerCount = 0
    private var selected: Int?
    private var refusal: DecodeFailure?

    init(_ engine: JSONEngine, validates: Bool) {
        self.engine = engine
        validator = validates ? JSONSchemaValidator() : nil
    }

    var rows: RowStore { engine.rows }

    var failure: DecodeFailure? { refusal ?? engine.failure }

    func addWriter(_ schema: PublishedSchema, message: MessageChoice) throws(FormatError) -> Int {
        try JSONSchemaSource.check(schema.language)
        if validator != nil { programs.append(try JSONSchemaCompiler.compile(schema)) }
        writerCount += 1
        return writerCount - 1
    }

    func selectWriter(_ number: Int) {
        precondition(number >= 0 && number < writerCount, "a number that addWriter gave")
        selected = number
    }

    func append(_ payloads: UnsafeBufferPointer<PayloadSlice>, from start: Int) -> Int? {
        refusal = nil
        guard let validator else { return engine.append(payloads, from: start) }
        for index in start..<payloads.count {
            if payloads[index].start != nil {
                guard let selected else {
                    refusal = DecodeFailure(
                        .schema, "the record's writer wasn't told, and json.validate needs its schema")
                    return index
                }
                if let failure = validator.failure(of: payloads[index].bytes, programs[selected]) {
                    refusal = failure
                    return index
                }
            }
            let upToThis = UnsafeBufferPointer(start: payloads.baseAddress, count: index + 1)
            if let bad = engine.append(upToThis, from: index) { return bad }
        }
        return nil
    }
}
