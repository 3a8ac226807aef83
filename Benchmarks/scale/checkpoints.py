"""A checkpoint store with 10 to 10,000 partitions. Needs no broker."""
from harness import lines, median, say

NAME = "checkpoints"


def measure(bench):
    rows = []
    for partitions in (10, 100, 1000, 10_000):
        results = []
        for run in range(bench.runs):
            results.append(lines(bench.laminar, "checkpoints", partitions)[-1])
            say(f"  {run + 1}/{bench.runs}: {results[-1]}")
        rows.append({name: median([one[name] for one in results]) for name in results[0]})
    return rows


def table(rows):
    sizes = (1, 10, 100, 1000)
    yield ("| partitions in the store | first claim of all | claim again | a commit of "
           + " | of ".join(f"{size:,}" for size in sizes) + " | of all | file and WAL |")
    yield "|--:|" + "--:|" * 8
    for row in rows:
        cells = [row["claim_ms"], row["claim_again_ms"]] + [row.get(f"commit_{size}_ms") for size in sizes] + [row["commit_all_ms"]]
        yield (f"| {row['partitions']:,.0f} | " + " | ".join("" if cell is None else f"{cell:,.2f} ms" for cell in cells)
               + f" | {row['bytes'] / 2**20:.1f} MB |")
