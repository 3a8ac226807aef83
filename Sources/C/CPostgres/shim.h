#pragma once
#include <libpq-fe.h>

// Character macros, as the integers that PQresultErrorField takes.
static const int laminar_pg_sqlstate = PG_DIAG_SQLSTATE;
static const int laminar_pg_message = PG_DIAG_MESSAGE_PRIMARY;
