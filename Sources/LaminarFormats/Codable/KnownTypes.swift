#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The types that Laminar's decoders read in ways of their own, by identity.
///
/// Kept in each decoder: asking for the metadata of `[String]` at every value costs a look-up in the runtime's table, which
/// was a tenth of `decode json codable`.
struct KnownTypes {
    let strings = ObjectIdentifier([String].self)
    let int64s = ObjectIdentifier([Int64].self)
    let ints = ObjectIdentifier([Int].self)
    let doubles = ObjectIdentifier([Double].self)
    let bytes = ObjectIdentifier([UInt8].self)
    let string = ObjectIdentifier(String.self)
    let date = ObjectIdentifier(Date.self)
    let uuid = ObjectIdentifier(UUID.self)
    let data = ObjectIdentifier(Data.self)
    let url = ObjectIdentifier(URL.self)
    let decimal = ObjectIdentifier(Decimal.self)
    let timestamp = ObjectIdentifier(Timestamp.self)
    let exactDecimal = ObjectIdentifier(ExactDecimal.self)
    let calendarDate = ObjectIdentifier(CalendarDate.self)
    let timeOfDay = ObjectIdentifier(TimeOfDay.self)
    let interval = ObjectIdentifier(CalendarInterval.self)
}
