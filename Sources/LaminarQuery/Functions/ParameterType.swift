package import LaminarFormats

/// What a function takes at one place.
package enum ParameterType: Sendable, Hashable {
    /// A value of this kind; DECIMAL of any precision and scale.
    case kind(TypeKind)
    /// A value of any type.
    case any
    /// A value of any type, the same one at every such place: the binder finds the common type.
    case element
    /// An array of any type; of ``element``'s type where the function has one.
    case array
    /// A value of any type that the binder casts to TEXT first, whatever it is.
    case castToText
}

/// An argument as the binder knows it.
package struct FunctionArgument: Sendable {
    /// Its type after conversion to the parameter's.
    package var type: ColumnType
    /// Its value where it is written out (a literal, a parameter); nil where only the rows know it.
    package var constant: Value?

    package init(_ type: ColumnType, constant: Value? = nil) {
        self.type = type
        self.constant = constant
    }
}

/// How the type of a call follows from its arguments.
package enum ResultRule: Sendable {
    /// Always this one.
    case type(ColumnType)
    /// The type of this argument.
    case argument(Int)
    /// An array of the type of this argument.
    case arrayOfArgument(Int)
    /// Computed from the arguments: a DECIMAL's scale.
    case computed(@Sendable ([FunctionArgument]) -> ColumnType)

    package func type(for arguments: [FunctionArgument]) -> ColumnType {
        switch self {
        case .type(let type): type
        case .argument(let index): arguments.indices.contains(index) ? arguments[index].type : .text
        case .arrayOfArgument(let index): .array(arguments.indices.contains(index) ? arguments[index].type : .text)
        case .computed(let rule): rule(arguments)
        }
    }
}
