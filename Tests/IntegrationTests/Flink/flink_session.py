"""Apache Flink in this process, told what to do line by line: `{"mode": "batch", "sql": ["…"]}` on standard input, one JSON
answer a line on standard output: `{"rows": […]}`, `{"error": "…"}`. The connectors are the jars of the folder in argv[1].
With `"new": true` a request begins with an empty catalog.

Values come as Python has them, bytes in hexadecimal, decimals as text, dates and times as Flink writes them.
With `"limit": n` a query in streaming mode ends after n rows; there a row has its kind (+I, -U, +U, -D) in front.
"""
import decimal
import json
import pathlib
import re
import sys

from pyflink.table import EnvironmentSettings, TableEnvironment

JARS = ";".join(jar.as_uri() for jar in sorted(pathlib.Path(sys.argv[1]).resolve().glob("*.jar")))
CLOCK = re.compile(r"^((?:\d{4,}-\d\d-\d\d )?\d\d:\d\d:\d\d)(\.\d*?)0*$")
environments = {}


def environment(mode):
    if mode not in environments:
        settings = EnvironmentSettings.in_batch_mode() if mode == "batch" else EnvironmentSettings.in_streaming_mode()
        environments[mode] = TableEnvironment.create(settings)
        environments[mode].get_config().set("pipeline.jars", JARS)
        environments[mode].get_config().set("parallelism.default", "1")
    return environments[mode]


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, str):
        # Times have as many digits as their type; what they say is the same without the last zeros.
        clock = CLOCK.match(value)
        return clock.group(1) + clock.group(2).rstrip(".") if clock else value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def query(env, statement):
    """The query's result, and the places of columns that are JSON in it: what Python's bridge can't carry (instants,
    intervals) comes as text, and rows, maps and arrays as JSON.
    """
    table = env.sql_query(statement)
    schema = table.get_schema()
    kinds = [type(kind).__name__ for kind in schema.get_field_data_types()]
    odd = ("Timestamp", "LocalZoned", "DayTime", "YearMonth", "Interval", "Variant", "Date", "Time", "Zoned")
    nested = ("Row", "Map", "Array", "ListView", "Multiset")
    if not any(kind.startswith(odd + nested) for kind in kinds):
        return env.execute_sql(statement), set()
    view = f"laminar_result_{len(env.list_temporary_views())}"
    env.create_temporary_view(view, table)
    items = [f"JSON_STRING(`{name}`) AS `{name}`" if kind.startswith(nested) else
             f"CAST(`{name}` AS STRING) AS `{name}`" if kind.startswith(odd) else f"`{name}`"
             for name, kind in zip(schema.get_field_names(), kinds)]
    places = {place for place, kind in enumerate(kinds) if kind.startswith(nested)}
    return env.execute_sql(f"SELECT {', '.join(items)} FROM {view}"), places


def run(request):
    if request.get("new"):
        environments.clear()
    env = environment(request.get("mode", "batch"))
    rows = []
    for statement in request["sql"]:
        word = statement.lstrip().split(None, 1)[0].upper()
        if word == "SET":
            key, value = (part.strip().strip("'") for part in statement.lstrip()[3:].split("=", 1))
            env.get_config().set(key, value)
            continue
        result, nested = query(env, statement) if word in ("SELECT", "WITH") else (env.execute_sql(statement), set())
        if word in ("SELECT", "WITH", "SHOW", "DESCRIBE", "EXPLAIN", "VALUES"):
            with result.collect() as found:
                for row in found:
                    values = [json.loads(value) if place in nested and value is not None else plain(value)
                              for place, value in enumerate(row)]
                    rows.append(values if request.get("mode", "batch") == "batch"
                                else [str(row.get_row_kind())] + values)
                    if len(rows) == request.get("limit"):
                        break
            if result.get_job_client() and len(rows) == request.get("limit"):
                result.get_job_client().cancel()
        elif word in ("INSERT", "EXECUTE") and request.get("wait", True):
            result.wait()
    return {"rows": rows}


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    if not line.strip():
        continue
    try:
        answer = run(json.loads(line))
    except Exception as error:  # noqa: BLE001 (the test is told, whatever it was)
        text = str(error)
        causes = [part.strip() for part in text.split("\n") if "Caused by" in part or "Exception" in part]
        answer = {"error": " | ".join(causes[:6]) or text[:2000], "text": text[:6000]}
    print(json.dumps(answer), flush=True)
