extension Printer {
    mutating func type(_ type: SQL.TypeName) {
        switch type {
        case .boolean: put("BOOLEAN")
        case .smallint: put("SMALLINT")
        case .int: put("INT")
        case .bigint: put("BIGINT")
        case .real: put("REAL")
        case .double: put("DOUBLE")
        case .decimal(nil, _): put("DECIMAL")
        case .decimal(let precision?, nil): put("DECIMAL(\(precision))")
        case .decimal(let precision?, let scale?): put("DECIMAL(\(precision), \(scale))")
        case .text: put("TEXT")
        case .bytea: put("BYTEA")
        case .date: put("DATE")
        case .time: put("TIME")
        case .timestamp(nil): put("TIMESTAMP")
        case .timestamp(let precision?): put("TIMESTAMP(\(precision))")
        case .timestamptz: put("TIMESTAMPTZ")
        case .interval: put("INTERVAL")
        case .uuid: put("UUID")
        case .json: put("JSON")
        case .array(let element):
            self.type(element)
            put("[]")
        case .structure(let fields):
            put("STRUCT<")
            list(fields) { $0.field($1) }
            put(">")
        case .map(let value):
            put("MAP<TEXT, ")
            self.type(value)
            put(">")
        }
    }

    private mutating func field(_ field: SQL.StructField) {
        name(field.name)
        put(" ")
        type(field.type)
        if field.isNotNull { put(" NOT NULL") }
    }
}
