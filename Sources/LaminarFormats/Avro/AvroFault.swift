/// Why and where a datum stopped being readable, noted by the reader without a byte of it.
struct AvroFault {
    enum Reason: Int32 {
        case endsEarly, varint, length, count, blockSize, branch, symbol, boolean, utf8, int, range, digits, timeOfDay,
            uuid, json, notNull, unresolved, unknownSymbol, depth, amplified, tooLarge, trailing
    }

    var reason = Reason.endsEarly
    /// Which operation, for its field.
    var operation = 0
    /// In bytes from the datum's start.
    var offset = 0
    /// Steps that a datum may still take without reading a byte for each of them.
    var budget = 0
    /// The JSON text that is being written.
    var text: [UInt8] = []

    func failure(path: String, before: Int) -> DecodeFailure {
        let (code, message) = explanation
        return DecodeFailure(code, message, path: path, offset: offset + before)
    }

    private var explanation: (DecodeFailure.Code, String) {
        switch reason {
        case .endsEarly: (.syntax, "the Avro datum ends in the middle of a value")
        case .varint: (.syntax, "an Avro number has more than ten bytes or more than 64 bits")
        case .length: (.syntax, "an Avro length is negative or reaches past the end of the datum")
        case .count: (.syntax, "an Avro block has more items than there are bytes left")
        case .blockSize: (.syntax, "the size in bytes of an Avro block isn't its items'")
        case .branch: (.syntax, "an Avro union has no branch of that number")
        case .symbol: (.syntax, "an Avro enum has no symbol of that number")
        case .boolean: (.syntax, "an Avro boolean is neither 0 nor 1")
        case .utf8: (.encoding, "the text isn't UTF-8")
        case .int: (.range, "an Avro int has more than 32 bits")
        case .range: (.range, "the number doesn't fit into the column")
        case .digits: (.range, "the number has more digits than the column keeps")
        case .timeOfDay: (.range, "the time isn't within a day")
        case .uuid: (.range, "the text isn't a UUID")
        case .json: (.range, "the text isn't JSON")
        case .notNull: (.missing, "the value is null, and the column is NOT NULL")
        case .unresolved: (.type, "the writer's type of this value can't be read as the reader's")
        case .unknownSymbol: (.type, "the enum's symbol isn't one that the reader knows, and there is no default")
        case .depth: (.depth, "the Avro datum is nested deeper than \(AvroReader.depthLimit) levels")
        case .amplified: (.tooLarge, "the Avro datum has more items without bytes than are accepted")
        case .tooLarge: (.tooLarge, "a column of one batch holds at most 2 GiB: make the batches smaller")
        case .trailing: (.syntax, "there is more after the Avro datum")
        }
    }
}
