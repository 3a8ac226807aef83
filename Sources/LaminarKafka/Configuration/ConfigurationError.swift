public import LaminarSQL

/// Why a configuration can't be used: an option that is unknown, wrong, missing, or at odds with another one.
///
///     do {
///         try configuration.validate()
///     } catch {
///         print(error.option ?? "", error.message, error.suggestion ?? "")
///     }
///
/// The message names the option and the cure. It never holds the value of an option that may carry a secret.
public struct ConfigurationError: Error, Sendable, Hashable {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as it is printed.
        public let description: String
        private init(_ description: String) { self.description = description }

        /// No option has that name.
        public static let unknownOption = Code("unknown option")
        /// An option is there twice, once perhaps under another name.
        public static let duplicateOption = Code("duplicate option")
        /// An option that must be there isn't.
        public static let missingOption = Code("missing option")
        /// The value isn't what the option takes.
        public static let invalidValue = Code("invalid value")
        /// The value is of the right kind, and too large or too small.
        public static let outOfRange = Code("out of range")
        /// Two options contradict each other.
        public static let conflict = Code("conflict")
        /// The option has no meaning here: a source's on a sink, a format's with another format.
        public static let notApplicable = Code("not applicable")
        /// The property belongs to Laminar, or would weaken what it promises.
        public static let denied = Code("denied")
        /// Laminar, or the librdkafka that is loaded, doesn't have it.
        public static let unsupported = Code("unsupported")
        /// A password is written out where only a reference to it may stand.
        public static let literalSecret = Code("literal secret")
        /// A `${secret:name}` that isn't closed, or names nothing.
        public static let malformedSecret = Code("malformed secret")
        /// A file that an option names can't be read.
        public static let unreadableFile = Code("unreadable file")
        /// No connector has that name.
        public static let unknownConnector = Code("unknown connector")
    }

    /// What went wrong.
    public let code: Code
    /// The option's name as the reference lists it; nil where the error isn't about one option.
    public let option: String?
    /// One or two sentences for a person: what, where and the cure.
    public let message: String
    /// The name or value that was probably meant.
    public let suggestion: String?
    /// Where the option stands in the statement; nil when the configuration was built in code.
    public private(set) var position: SQL.Position?

    /// Makes an error; `message` must not hold a secret.
    public init(
        code: Code, option: String? = nil, message: String, suggestion: String? = nil, position: SQL.Position? = nil
    ) {
        self.code = code
        self.option = option
        self.message = message
        self.suggestion = suggestion
        self.position = position
    }

    /// The same error at a place of a statement; a place that it has already wins.
    func at(_ position: SQL.Position?) -> ConfigurationError {
        var error = self
        error.position = self.position ?? position
        return error
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// The message, and the suggestion where there is one.
    public var description: String {
        guard let suggestion else { return message }
        return "\(message) Did you mean '\(suggestion)'?"
    }
}

/// What a configuration is allowed to say and a person should know all the same: PLAIN without TLS, a certificate
/// that isn't checked, a file that isn't there yet.
public struct ConfigurationNotice: Sendable, Hashable, CustomStringConvertible {
    /// The option's name as the reference lists it.
    public let option: String
    /// One or two sentences for a person.
    public let message: String

    /// Makes a notice; `message` must not hold a secret.
    public init(option: String, message: String) {
        self.option = option
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
