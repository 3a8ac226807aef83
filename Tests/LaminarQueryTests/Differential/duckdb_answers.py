# Answers queries with DuckDB: a JSON document {"tables": [...], "queries": [...]} on stdin, one line of JSON per query.
import datetime, decimal, duckdb, json, sys

request = json.load(sys.stdin)
connection = duckdb.connect()
# PostgreSQL's order of NULLs and its division of integers.
connection.execute("SET default_null_order = 'nulls_last_on_asc_first_on_desc'")
connection.execute("SET integer_division = true")
connection.execute("SET threads = 1")
for statement in request["tables"]:
    connection.execute(statement)


def cell(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "b:true" if value else "b:false"
    if isinstance(value, (int, float, decimal.Decimal)):
        return "n:" + (repr(value) if isinstance(value, float) else str(value))
    if isinstance(value, datetime.datetime):
        return "t:" + value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return "d:" + value.isoformat()
    return "x:" + str(value)


for query in request["queries"]:
    try:
        rows = connection.execute(query).fetchall()
        answer = {"rows": [[cell(value) for value in row] for row in rows]}
    except Exception as error:
        answer = {"error": str(error).split("\n")[0]}
    print(json.dumps(answer, ensure_ascii=True))
