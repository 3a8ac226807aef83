"""1, 10 and 50 pipelines on one table, each with sums of its own."""
import tempfile

from harness import Kafka, lines, median, say

NAME = "pipelines"
PARTITIONS = 4


def measure(bench):
    rows = []
    records = 100_000 if bench.quick else 400_000
    with Kafka() as kafka:
        bench.fill(kafka, "scale", PARTITIONS, records)
        found = {1: [], 10: [], 50: []}
        for run in range(bench.runs):
            for pipelines, results in found.items():
                with tempfile.TemporaryDirectory() as folder:
                    results.append(lines(bench.laminar, "pipelines", kafka.servers, "scale", records, pipelines, folder)[-1])
                say(f"  {pipelines} pipelines {run + 1}/{bench.runs}: {results[-1]}")
        for pipelines, results in found.items():
            rows.append({name: median([one[name] for one in results]) for name in results[0]})
    return rows


def table(rows):
    yield "| pipelines | to make them | first checkpoint of all | records/s | CPU µs a record | of that a pipeline | peak MB |"
    yield "|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        used = row["used"] / row["records"] * 1e6
        yield (f"| {row['pipelines']:.0f} | {row['made_s']:.2f} s | {row['first_s']:.1f} s | "
               f"{row['records'] / row['seconds']:,.0f} | {used:.2f} | {used / row['pipelines']:.2f} | {row['peak_mb']:.0f} |")
