/// The profiles of both shared files, each a set of settings.
///
/// A profile that is in both has the settings of both, the credentials file's first. Where they are: `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/config` and `~/.aws/credentials`.
struct SharedProfiles: Equatable {
    private let profiles: [String: [String: String]]
    /// Which files were looked at, for errors.
    let places: String

    init(config: SharedFile, credentials: SharedFile, places: String = "the shared files") {
        var profiles: [String: [String: String]] = [:]
        // `[profile default]` counts before `[default]`: sorted, it comes later.
        for (section, settings) in config.sections.sorted(by: { $0.key < $1.key }) {
            guard let name = Self.profile(inConfig: section) else { continue }
            profiles[name, default: [:]].merge(settings) { $1 }
        }
        for (name, settings) in credentials.sections { profiles[name, default: [:]].merge(settings) { $1 } }
        self.profiles = profiles
        self.places = places
    }

    /// - Throws: ``AWSError`` with code `configuration` for a file that is there and can't be read.
    init(reading surroundings: AWSSurroundings) throws(AWSError) {
        let config = try Self.read("AWS_CONFIG_FILE", else: "config", surroundings)
        let credentials = try Self.read("AWS_SHARED_CREDENTIALS_FILE", else: "credentials", surroundings)
        self.init(
            config: config.file, credentials: credentials.file, places: "\(config.place) and \(credentials.place)")
    }

    /// The settings of a profile, nil where neither file has it.
    func settings(of profile: String) -> [String: String]? { profiles[profile] }

    private static func profile(inConfig section: String) -> String? {
        if section == "default" { return section }
        return section.hasPrefix("profile ") ? String(section.dropFirst("profile ".count)) : nil
    }

    private static func read(
        _ variable: String, else name: String, _ surroundings: AWSSurroundings
    ) throws(AWSError) -> (file: SharedFile, place: String) {
        let home = surroundings.variable("HOME")
        let path: String
        if let chosen = surroundings.variable(variable) {
            path = chosen.hasPrefix("~/") ? (home ?? "~") + chosen.dropFirst() : chosen
        } else if let home {
            path = "\(home)/.aws/\(name)"
        } else {
            return (SharedFile(parsing: []), "no \(name) file (neither \(variable) nor HOME is set)")
        }
        return (SharedFile(parsing: try surroundings.file(path, SharedFile.limit) ?? []), path)
    }
}
