"""Throughput and memory of 1, 2 and 4 processes of one group on one topic."""
import contextlib
import time
import uuid

from harness import Kafka, median, say, wait

NAME = "groups"
PARTITIONS = 8
KINDS = {
    "raw": "payloads, not decoded",
    "columns": "JSON into eight typed columns",
    "waiting": "a destination that takes 5 ms a batch",
}


def once(bench, kafka, kind, processes, window):
    """Each process has its share before it hears `go`; counted is a window in which all of them are at work."""
    group = f"scale-{uuid.uuid4()}"
    with contextlib.ExitStack() as stack:
        members = [stack.enter_context(bench.member(kind, kafka, ["scale"], group)) for _ in range(processes)]
        share = PARTITIONS // processes
        wait(lambda: all(member.partitions == share for member in members), 60, f"{processes} members with {share} each")
        for member in members:
            member.say("go")
        time.sleep(0.5)
        before = [member.tell() for member in members]
        time.sleep(window)
        after = [member.tell() for member in members]
        for member in members:
            member.stop()
    seconds = median([b["at"] - a["at"] for a, b in zip(before, after)])
    records = sum(b["records"] - a["records"] for a, b in zip(before, after))
    if sum(one["records"] for one in after) >= bench.records:
        raise RuntimeError("the topic ended before the window did: more --records")
    cpu = sum(b["cpu"] - a["cpu"] for a, b in zip(before, after))
    return {"rate": records / seconds, "cpu_per_million": cpu / records * 1e6, "cores": cpu / seconds,
            "peak_mb": max(one["peak_mb"] for one in after)}


def measure(bench):
    rows = []
    with Kafka() as kafka:
        bench.fill(kafka, "scale", PARTITIONS, bench.records)
        for kind, what in KINDS.items():
            found = {1: [], 2: [], 4: []}
            for run in range(bench.runs):
                for processes, results in found.items():
                    results.append(once(bench, kafka, kind, processes, 0.4 if bench.quick else 2.5))
                    say(f"  {kind} {processes} processes {run + 1}/{bench.runs}: {results[-1]}")
            for processes, results in found.items():
                rows.append({"kind": kind, "what": what, "processes": processes}
                            | {name: median([result[name] for result in results]) for name in results[0]})
    return rows


def table(rows):
    yield "| what a process does | processes | records/s | against one | CPU s per million | cores busy | MB each |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        one = next(other for other in rows if other["kind"] == row["kind"] and other["processes"] == 1)
        yield (f"| {row['what']} | {row['processes']} | {row['rate']:,.0f} | {row['rate'] / one['rate']:.2f} × | "
               f"{row['cpu_per_million']:.2f} | {row['cores']:.1f} | {row['peak_mb']:.0f} |")
