#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift can't import: SQLite copies the value.
static inline int laminar_sqlite3_bind_text(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    return sqlite3_bind_text(statement, index, count > 0 ? (const char *)bytes : "", count, SQLITE_TRANSIENT);
}

static inline int laminar_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline void laminar_sqlite3_result_text(sqlite3_context *context, const void *bytes, sqlite3_uint64 count) {
    sqlite3_result_text64(context, count > 0 ? (const char *)bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline void laminar_sqlite3_result_blob(sqlite3_context *context, const void *bytes, sqlite3_uint64 count) {
    if (count == 0) {
        sqlite3_result_zeroblob(context, 0);
    } else {
        sqlite3_result_blob64(context, bytes, count, SQLITE_TRANSIENT);
    }
}

// sqlite3_mprintf is variadic, and the error of a virtual table has to come from it.
static inline void laminar_sqlite3_set_error(sqlite3_vtab *table, const char *message) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", message);
}

// sqlite3_db_config is variadic: without it a file can make us run SQL functions from its own schema.
static inline int laminar_sqlite3_harden(sqlite3 *connection) {
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
