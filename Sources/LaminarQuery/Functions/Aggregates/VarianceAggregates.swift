import LaminarStore

/// VARIANCE, STDDEV and their like over one number: the sum of squared distances, kept up to date row by row.
///
/// - Note: B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", 1962.
final class Variance: SQLiteAggregate {
    private var count = 0.0
    private var mean = 0.0
    private var squares = 0.0
    private let isSample: Bool
    private let isRoot: Bool

    init(isSample: Bool, isRoot: Bool) {
        self.isSample = isSample
        self.isRoot = isRoot
    }

    func add(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) { return }
        let value = arguments.double(0)
        count += 1
        let distance = value - mean
        mean += distance / count
        squares += distance * (value - mean)
    }

    func remove(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) { return }
        let value = arguments.double(0)
        count -= 1
        guard count > 0 else {
            mean = 0
            squares = 0
            return
        }
        let distance = value - mean
        mean -= distance / count
        squares = max(squares - distance * (value - mean), 0)
    }

    func finish(_ result: SQLiteResult) throws {
        let divisor = isSample ? count - 1 : count
        guard divisor > 0 else { return result.setNull() }
        let variance = squares / divisor
        try result.set(checked: isRoot ? variance.squareRoot() : variance)
    }
}

/// CORR, COVAR_POP and COVAR_SAMP over pairs without NULL.
final class Covariance: SQLiteAggregate {
    enum Measure: Sendable { case correlation, population, sample }

    private var count = 0.0
    private var means = (y: 0.0, x: 0.0)
    private var squares = (y: 0.0, x: 0.0)
    private var products = 0.0
    private let measure: Measure

    init(_ measure: Measure) { self.measure = measure }

    func add(_ arguments: SQLiteArguments) {
        if arguments.isNull(0) || arguments.isNull(1) { return }
        let (y, x) = (arguments.double(0), arguments.double(1))
        count += 1
        let distance = (y: y - means.y, x: x - means.x)
        means.y += distance.y / count
        means.x += distance.x / count
        squares.y += distance.y * (y - means.y)
        squares.x += distance.x * (x - means.x)
        products += distance.y * (x - means.x)
    }

    func finish(_ result: SQLiteResult) throws {
        switch measure {
        case .population where count > 0: try result.set(checked: products / count)
        case .sample where count > 1: try result.set(checked: products / (count - 1))
        case .correlation where squares.x > 0 && squares.y > 0:
            try result.set(checked: products / (squares.x * squares.y).squareRoot())
        default: result.setNull()
        }
    }
}
