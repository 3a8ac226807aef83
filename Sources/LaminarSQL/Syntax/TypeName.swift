extension SQL {
    /// A type as it is declared in DDL or in CAST.
    ///
    /// Synonyms are folded while parsing: STRING, VARCHAR(n), CHAR(n) are `text`; BYTES is `bytea`; INTEGER is `int`;
    /// TINYINT is `smallint`; FLOAT is `double`, FLOAT(24) and less is `real`; NUMERIC is `decimal`; JSONB is `json`.
    public indirect enum TypeName: Hashable, Sendable {
        /// TRUE, FALSE.
        case boolean
        /// 16-bit integer.
        case smallint
        /// 32-bit integer.
        case int
        /// 64-bit integer.
        case bigint
        /// 32-bit floating point.
        case real
        /// 64-bit floating point.
        case double
        /// Exact number; precision 1 to 38, scale 0 to precision.
        case decimal(precision: Int?, scale: Int?)
        /// Text.
        case text
        /// Bytes.
        case bytea
        /// Calendar date.
        case date
        /// Time of day.
        case time
        /// Instant in UTC; precision 0 to 9 digits of a second.
        case timestamp(precision: Int?)
        /// TIMESTAMP WITH TIME ZONE: an instant as well.
        case timestamptz
        /// Span of time.
        case interval
        /// 128-bit identifier.
        case uuid
        /// JSON document.
        case json
        /// `T[]`.
        case array(TypeName)
        /// `STRUCT<a T, …>`.
        case structure([StructField])
        /// `MAP<TEXT, T>`; the keys are always text.
        case map(TypeName)
    }

    /// One field of a `STRUCT<…>`.
    public struct StructField: Hashable, Sendable {
        /// The field's name.
        public let name: Identifier
        /// The field's type.
        public let type: TypeName
        /// Whether it was declared NOT NULL.
        public let isNotNull: Bool

        /// A field of a STRUCT.
        public init(name: Identifier, type: TypeName, isNotNull: Bool = false) {
            self.name = name
            self.type = type
            self.isNotNull = isNotNull
        }
    }
}
