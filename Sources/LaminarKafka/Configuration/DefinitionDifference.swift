/// One option in which two definitions differ, for the error of a CREATE that meets another definition.
public struct DefinitionDifference: Sendable, Hashable, CustomStringConvertible {
    /// The option's name.
    public let key: String
    /// What is kept, secrets redacted; nil where the option isn't there.
    public let old: String?
    /// What was written now, secrets redacted; nil where the option isn't there.
    public let new: String?

    /// `batch_size: 1000 → 500`.
    public var description: String {
        switch (old, new) {
        case (let old?, let new?): "\(key): '\(old)' → '\(new)'"
        case (nil, let new?): "\(key): added, '\(new)'"
        case (let old?, nil): "\(key): taken out, was '\(old)'"
        case (nil, nil): key
        }
    }
}

extension ConnectionOptions {
    /// What differs between two definitions, in the order of the reference; empty = they are the same.
    ///
    /// An option that is written with its default is the same as one that is left out, except where writing it means
    /// something by itself (`batch_timeout_ms`).
    public static func differences(
        from old: [NormalisedOption], to new: [NormalisedOption]
    ) -> [DefinitionDifference] {
        let before = Dictionary(old.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let keys = Set(before.keys).union(after.keys).sorted { left, right in
            (OptionCatalog.order[left] ?? .max, left) < (OptionCatalog.order[right] ?? .max, right)
        }
        return keys.compactMap { key in
            let fallback = key == "batch_timeout_ms" ? nil : OptionCatalog.byName[key]?.defaultText
            guard (before[key]?.value ?? fallback) != (after[key]?.value ?? fallback) else { return nil }
            return DefinitionDifference(key: key, old: before[key]?.shownValue, new: after[key]?.shownValue)
        }
    }
}
