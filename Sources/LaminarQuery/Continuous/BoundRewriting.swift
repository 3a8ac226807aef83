extension BoundExpression {
    /// The same with parts exchanged: `transform` sees each expression from the outside inwards, and what it returns takes
    /// the expression's place; nil looks into the operands. Subqueries stay as they are.
    ///
    /// - Throws: what `transform` throws.
    func rewritten(_ transform: (BoundExpression) throws -> BoundExpression?) throws -> BoundExpression {
        if let other = try transform(self) { return other }
        return try mappingChildren { try $0.rewritten(transform) }
    }
}
