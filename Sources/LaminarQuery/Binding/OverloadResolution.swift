import LaminarFormats

/// Which overload of a function a call means, as PostgreSQL chooses it (its manual, "Functions" in "Type Conversion").
struct OverloadResolution {
    enum Outcome {
        /// The place of the overload.
        case chosen(Int)
        /// None takes these arguments.
        case none
        /// Several do, and none does better.
        case ambiguous
    }

    /// Each overload's parameters, already as many as there are arguments.
    let candidates: [(place: Int, parameters: [ParameterType])]
    /// nil for a literal of no type.
    let arguments: [ColumnType?]
    /// Whether a conversion without CAST exists.
    let isImplicit: (ColumnType?, TypeKind) -> Bool

    /// - Parameter isOperator: a literal of no type beside another operand is first taken to be of that one's type.
    func outcome(isOperator: Bool) -> Outcome {
        if let exact = exact(arguments) { return .chosen(exact) }
        if isOperator, arguments.count == 2, let known = arguments[0] ?? arguments[1] {
            if arguments.contains(where: { $0 == nil }), let exact = exact([known, known]) { return .chosen(exact) }
        }
        var left = candidates.filter { accepts($0.parameters, isOperator) }
        if left.isEmpty { return .none }
        left = best(left) { exactCount($0) }
        left = best(left) { exactCount($0) + preferredCount($0) }
        if left.count > 1 { left = byLiterals(left) }
        if left.count > 1 { left = byUniformType(left) }
        return left.count == 1 ? .chosen(left[0].place) : .ambiguous
    }

    private typealias Candidate = (place: Int, parameters: [ParameterType])

    private func exact(_ types: [ColumnType?]) -> Int? {
        candidates.first { candidate in
            zip(candidate.parameters, types).allSatisfy { parameter, type in
                if case .kind(let kind) = parameter { type?.kind == kind } else { false }
            }
        }?.place
    }

    private func accepts(_ parameters: [ParameterType], _ isOperator: Bool) -> Bool {
        zip(parameters, arguments).allSatisfy { parameter, type in
            switch parameter {
            case .kind(let kind): isImplicit(type, kind)
            case .any, .element: true
            // `||` joins an array with elements, not with its text.
            case .castToText: !isOperator || type?.kind != .array
            case .array: type == nil || type?.kind == .array
            }
        }
    }

    private func best(_ candidates: [Candidate], by score: (Candidate) -> Int) -> [Candidate] {
        let highest = candidates.map(score).max() ?? 0
        return candidates.filter { score($0) == highest }
    }

    private func exactCount(_ candidate: Candidate) -> Int {
        zip(candidate.parameters, arguments).count { parameter, type in
            switch parameter {
            case .kind(let kind): type?.kind == kind
            case .array: type?.kind == .array
            case .any, .element, .castToText: false
            }
        }
    }

    /// Places where a conversion is needed and leads to the category's preferred type.
    private func preferredCount(_ candidate: Candidate) -> Int {
        zip(candidate.parameters, arguments).count { parameter, type in
            guard case .kind(let kind) = parameter, let type, type.kind != kind else { return false }
            return kind.isPreferred && kind.category == type.kind.category
        }
    }

    /// Literals of no type are texts where an overload takes that, else of the category that all overloads agree on.
    private func byLiterals(_ candidates: [Candidate]) -> [Candidate] {
        var left = candidates
        for (place, type) in arguments.enumerated() where type == nil {
            let kinds = left.map { kind($0.parameters[place]) }
            if kinds.contains(where: { $0 == .text }) {
                left = left.filter { kind($0.parameters[place]) == .text }
                continue
            }
            let categories = Set(kinds.map { $0?.category })
            guard categories.count == 1, kinds.contains(where: { $0?.isPreferred ?? false }) else { continue }
            left = left.filter { kind($0.parameters[place])?.isPreferred ?? false }
        }
        return left.isEmpty ? candidates : left
    }

    private func kind(_ parameter: ParameterType) -> TypeKind? {
        switch parameter {
        case .kind(let kind): kind
        case .castToText, .any, .element, .array: nil
        }
    }

    /// Where all known arguments are of one type, the literals are taken to be of that too.
    private func byUniformType(_ candidates: [Candidate]) -> [Candidate] {
        let known = Set(arguments.compactMap { $0?.kind })
        guard known.count == 1, let kind = known.first, arguments.contains(where: { $0 == nil }) else {
            return candidates
        }
        let left = candidates.filter { candidate in
            zip(candidate.parameters, arguments).allSatisfy { parameter, type in
                type != nil || parameter == .kind(kind)
            }
        }
        return left.isEmpty ? candidates : left
    }
}

extension TypeKind {
    /// Types that stand in for each other.
    enum Category { case boolean, number, text, time, span, other }

    var category: Category {
        switch self {
        case .boolean: .boolean
        case .smallint, .int, .bigint, .real, .double, .decimal: .number
        case .text: .text
        case .date, .time, .timestamp: .time
        case .interval: .span
        case .bytea, .uuid, .json, .array, .structure, .map: .other
        }
    }

    /// The type of its category that is chosen where several would do.
    var isPreferred: Bool {
        switch self {
        case .boolean, .double, .text, .timestamp, .interval: true
        default: false
        }
    }
}
