import LaminarEcosystem
import Testing

@Suite struct TraitsTests {
    @Test("the traits that are on are known ones, once each") func names() {
        let known: Set<String> = [
            "SwiftLog", "SwiftMetrics", "SwiftTracing", "ServiceLifecycle", "GRDB", "SwiftProtobuf",
        ]
        #expect(Set(EcosystemTraits.enabled).isSubset(of: known))
        #expect(Set(EcosystemTraits.enabled).count == EcosystemTraits.enabled.count)
    }
}
