import LaminarAWS
import LaminarCore
import LaminarHTTP
import LaminarRegistry

extension SchemaRegistryConfiguration {
    /// How payloads name their schemas.
    var framing: PayloadFraming {
        switch self {
        case .confluent: .confluent
        case .glue: .glue
        }
    }
}
