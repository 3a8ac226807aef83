/// One place of a schema, compiled: what a value must be. Other places are told by their number in the program.
///
/// Kept apart by the kind of value that keywords are about, so that what is no object costs nothing for `properties`.
final class JSONSchemaRule: Sendable {
    /// The schema `false`.
    let isNever: Bool
    let types: JSONSchemaTypes
    /// All of which must allow the value: `enum`, `const`.
    let choices: [JSONSchemaChoices]
    let number: Number?
    let text: Text?
    let array: Array?
    let object: Object?
    let combination: Combination?

    init(
        isNever: Bool = false, types: JSONSchemaTypes = .all, choices: [JSONSchemaChoices] = [],
        number: Number? = nil, text: Text? = nil, array: Array? = nil, object: Object? = nil,
        combination: Combination? = nil
    ) {
        self.isNever = isNever
        self.types = types
        self.choices = choices
        self.number = number
        self.text = text
        self.array = array
        self.object = object
        self.combination = combination
    }

    /// Numbers as they are written in the schema.
    final class Number: Sendable {
        let bounds: [(keyword: String, limit: [UInt8], isUpper: Bool, isExclusive: Bool)]
        let divisor: [UInt8]?

        init(bounds: [(keyword: String, limit: [UInt8], isUpper: Bool, isExclusive: Bool)], divisor: [UInt8]?) {
            self.bounds = bounds
            self.divisor = divisor
        }
    }

    /// Lengths in code points.
    final class Text: Sendable {
        let least: Int
        let most: Int
        let pattern: LinearPattern?

        init(least: Int, most: Int, pattern: LinearPattern?) {
            self.least = least
            self.most = most
            self.pattern = pattern
        }
    }

    final class Array: Sendable {
        let least: Int
        let most: Int
        let isUnique: Bool
        let prefix: [Int]
        /// Of the elements after the prefix; which keyword it comes from, for the schema `false`.
        let rest: Int?
        let restKeyword: String
        let contains: Int?
        let leastContained: Int
        let mostContained: Int

        init(
            least: Int, most: Int, isUnique: Bool, prefix: [Int], rest: Int?, restKeyword: String, contains: Int?,
            leastContained: Int, mostContained: Int
        ) {
            self.least = least
            self.most = most
            self.isUnique = isUnique
            self.prefix = prefix
            self.rest = rest
            self.restKeyword = restKeyword
            self.contains = contains
            self.leastContained = leastContained
            self.mostContained = mostContained
        }
    }

    final class Object: Sendable {
        let least: Int
        let most: Int
        /// All names that the keywords below speak of; places in the arrays.
        let names: JSONSchemaNames
        /// By name; nil where `properties` hasn't that one.
        let properties: [Int?]
        let required: [Int]
        /// If the name is there, the others must be too.
        let dependentNames: [(keyword: String, name: Int, needed: [Int])]
        /// If the name is there, the object must satisfy the rule.
        let dependentRules: [(name: Int, rule: Int)]
        let patterns: [(pattern: LinearPattern, rule: Int)]
        let additional: Int?
        let propertyNames: Int?

        init(
            least: Int, most: Int, names: JSONSchemaNames, properties: [Int?], required: [Int],
            dependentNames: [(keyword: String, name: Int, needed: [Int])], dependentRules: [(name: Int, rule: Int)],
            patterns: [(pattern: LinearPattern, rule: Int)], additional: Int?, propertyNames: Int?
        ) {
            self.least = least
            self.most = most
            self.names = names
            self.properties = properties
            self.required = required
            self.dependentNames = dependentNames
            self.dependentRules = dependentRules
            self.patterns = patterns
            self.additional = additional
            self.propertyNames = propertyNames
        }
    }

    /// Rules for the same value.
    final class Combination: Sendable {
        /// `$ref` and `allOf`.
        let all: [Int]
        let any: [Int]
        let one: [Int]
        let none: Int?
        let condition: Int?
        let then: Int?
        let otherwise: Int?

        init(
            all: [Int], any: [Int], one: [Int], none: Int?, condition: Int?, then: Int?, otherwise: Int?
        ) {
            self.all = all
            self.any = any
            self.one = one
            self.none = none
            self.condition = condition
            self.then = then
            self.otherwise = otherwise
        }

        var isEmpty: Bool { all.isEmpty && any.isEmpty && one.isEmpty && none == nil && condition == nil }
    }
}

/// The types that `type` allows. A number without a fraction is an integer, however it is written.
struct JSONSchemaTypes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let null = JSONSchemaTypes(rawValue: 1)
    static let boolean = JSONSchemaTypes(rawValue: 2)
    static let integer = JSONSchemaTypes(rawValue: 4)
    static let fraction = JSONSchemaTypes(rawValue: 8)
    static let string = JSONSchemaTypes(rawValue: 16)
    static let array = JSONSchemaTypes(rawValue: 32)
    static let object = JSONSchemaTypes(rawValue: 64)
    static let number: JSONSchemaTypes = [.integer, .fraction]
    static let all = JSONSchemaTypes(rawValue: 127)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// By the name that schemas have for it.
    init?(_ name: String) {
        switch name {
        case "null": self = .null
        case "boolean": self = .boolean
        case "integer": self = .integer
        case "number": self = .number
        case "string": self = .string
        case "array": self = .array
        case "object": self = .object
        default: return nil
        }
    }
}

/// What `enum` or `const` allows.
struct JSONSchemaChoices: Sendable {
    let keyword: String
    /// Those that are strings, which most are.
    let strings: JSONSchemaNames
    let others: [JSONConstant]
}

/// A value of a schema that values of payloads are compared with.
indirect enum JSONConstant: Sendable {
    case null
    case boolean(Bool)
    case number([UInt8])
    case string([UInt8])
    case array([JSONConstant])
    /// Values by the names' places.
    case object(JSONSchemaNames, [JSONConstant])
}

/// A schema, ready to check payloads with.
struct JSONSchemaProgram: Sendable {
    let rules: [JSONSchemaRule]
    /// The number of the schema as a whole.
    let root: Int
}
