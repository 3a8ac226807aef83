public import LaminarFormats

/// How payloads name their writer's schema.
public enum PayloadFraming: Sendable, Hashable {
    /// `00 | id | …`, or a GUID in a header ("Schema Registry › Formats, serializers › Wire format").
    case confluent
    /// `03 | 00 or 05 | uuid | …` (AWS Glue Schema Registry's serializers).
    case glue
}

/// A payload without its frame.
public struct PayloadFrame {
    /// Who wrote it.
    public let writer: WriterMark
    /// What the schema describes; inflated already.
    public let body: PayloadSlice
    /// Whether it was packed.
    public let isCompressed: Bool
}
