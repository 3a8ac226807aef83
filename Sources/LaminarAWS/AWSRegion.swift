/// A region, and the domain of its services.
struct AWSRegion: Equatable {
    /// `eu-west-1`.
    let name: String

    /// - Throws: ``AWSError`` with code `configuration` where it can't be a part of a host's name.
    init(_ name: String) throws(AWSError) {
        let isLabel = name.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
        guard isLabel, (1...63).contains(name.utf8.count) else {
            throw AWSError(
                .configuration, "An AWS region has small letters, digits and hyphens, like eu-west-1; set the region.")
        }
        self.name = name
    }

    /// The domain of the partition's services. Source: "AWS service endpoints" and botocore's `partitions.json`.
    var domain: String {
        switch name {
        case let name where name.hasPrefix("cn-"): "amazonaws.com.cn"
        case let name where name.hasPrefix("us-iso-"): "c2s.ic.gov"
        case let name where name.hasPrefix("us-isob-"): "sc2s.sgov.gov"
        default: "amazonaws.com"
        }
    }
}
