"""What a record costs when 1, 5 or 20 million wait."""
from harness import Kafka, lines, median, say

NAME = "backlog"
PARTITIONS = 8
SIDES = {"raw": "payloads", "sqlite": "payloads, a checkpoint into SQLite for each 10,000"}


def runs(bench):
    return min(bench.runs, 2)


def measure(bench):
    rows = []
    with Kafka() as kafka:
        bench.fill(kafka, "scale", PARTITIONS, bench.records)
        sizes = [bench.records * part // 20 for part in (1, 5, 20)]
        for side, what in SIDES.items():
            found = {size: [] for size in sizes}
            for run in range(runs(bench)):
                for size, results in found.items():
                    first = (bench.records - size) // PARTITIONS
                    results.append(lines(bench.laminar, "backlog", side, kafka.servers, "scale", PARTITIONS, first, size)[-1])
                    say(f"  {side} {size:,} {run + 1}: {results[-1]}")
            for size, results in found.items():
                rows.append({
                    "what": what, "records": size,
                    "rate": median([one["records"] / one["seconds"] for one in results]),
                    "cpu_us": median([one["used"] / one["records"] * 1e6 for one in results]),
                    "peak_mb": median([one["peak_mb"] for one in results])})
    return rows


def table(rows):
    yield "| what | records that wait | records/s | CPU µs a record | peak MB |"
    yield "|---|--:|--:|--:|--:|"
    for row in rows:
        yield f"| {row['what']} | {row['records']:,} | {row['rate']:,.0f} | {row['cpu_us']:.2f} | {row['peak_mb']:.0f} |"
