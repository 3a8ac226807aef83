/// A type that reads itself from a row: the fast way beside `Decodable`, written by hand or by `laminar generate swift`.
///
///     struct Order: RowDecodable {
///         let id: Int64
///         let amount: Double?
///         init(row: Row) throws {
///             id = try row["id", as: Int64.self]
///             amount = try row["amount", as: Double?.self]
///         }
///     }
public protocol RowDecodable {
    /// Reads the row's columns, by name or by number.
    ///
    /// - Throws: ``DecodeFailure``, or an error of the type's own.
    init(row: Row) throws
}
