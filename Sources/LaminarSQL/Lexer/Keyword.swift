/// The words that the grammar knows, whether or not they may be names as well.
enum Keyword: String, CaseIterable {
    // Reserved.
    case all, and, any, array, `as`, asc, between, `case`, cast, check, collate, constraint, create, cross
    case currentDate = "current_date"
    case currentTime = "current_time"
    case currentTimestamp = "current_timestamp"
    case `default`, desc, distinct, `else`, end, except, `false`, fetch, `for`, foreign, from, full, group, having
    case ilike, `in`, inner, intersect, into, `is`, isnull, join, lateral, leading, left, like, limit, localtime
    case localtimestamp, natural, not, notnull, null, on, or, order, outer, primary, references, right, select
    case similar, some, tablesample, then, trailing, `true`, union, unique, using, variadic, when, `where`, window
    case asymmetric, symmetric, values, with

    // Free for names.
    case offset, partition, key, value, connection, connections, table, tables, pipeline, pipelines
    case replace, `if`, exists, to, drop, start, stop, show, describe, explain, insert, recursive, materialized
    case metadata, watermark, by, nulls, first, last, next, row, rows, only, ties, over, filter, range, groups
    case unbounded, preceding, following, current, exclude, others, no, interval, extract, position, substring, trim
    case both, overlay, placing, escape, unknown, at, time, zone, local, without, within
    case ignore, respect, grouping, sets, rollup, cube, update, delete, analyze, conflict, returning, overriding
    case generated, comment, virtual, partitioned, overwrite, view, source, sink, stream, temporary, temp

    // Types, free for names as well.
    case boolean, bool, tinyint, smallint, int2, int, integer, int4, bigint, int8, real, float4, float, float8
    case double, precision, decimal, dec, numeric, text, string, varchar, nvarchar, char, character, varying, bpchar
    case bytea, bytes, binary, varbinary, blob, date, timestamp, timestamptz, uuid, json, jsonb, `struct`, map

    /// As it is written in messages and by the printer.
    var sql: String { rawValue.uppercased() }

    /// The keyword that a word in lower case is.
    static func named(_ word: String) -> Keyword? { byName[word] }

    /// Whether a name needs quotes because it is a keyword that begins or continues something.
    static func isReserved(_ word: String) -> Bool { byName[word]?.isReserved ?? false }

    var isReserved: Bool { Keyword.reserved.contains(self) }

    private static let byName = Dictionary(uniqueKeysWithValues: Keyword.allCases.map { ($0.rawValue, $0) })

    private static let reserved: Set<Keyword> = [
        .all, .and, .any, .array, .as, .asc, .between, .case, .cast, .check, .collate, .constraint, .create, .cross,
        .currentDate, .currentTime, .currentTimestamp, .default, .desc, .distinct, .else, .end, .except, .false,
        .fetch, .for, .foreign, .from, .full, .group, .having, .ilike, .in, .inner, .intersect, .into, .is, .isnull,
        .join, .lateral, .leading, .left, .like, .limit, .localtime, .localtimestamp, .natural, .not, .notnull, .null,
        .on, .or, .order, .outer, .primary, .references, .right, .select, .similar, .some, .tablesample, .then,
        .asymmetric, .symmetric, .values, .trailing, .true, .union, .unique, .using, .variadic, .when, .where, .window,
        .with,
    ]
}
