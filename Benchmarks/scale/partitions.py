"""A source with 10 to 10,000 partitions: start, memory, CPU when idle, rebalance; beside plain librdkafka."""
import contextlib
import os
import tempfile
import time
import uuid

from harness import HERE, PYTHON, Kafka, Member, lines, say, wait

NAME = "partitions"
# How long a member is waited for.
SECONDS = 120


def topics(partitions):
    """Topics of at most 1,000."""
    count = max(1, partitions // 1000)
    return [f"scale-{partitions}-{number}" for number in range(count)], partitions // count


def plain(kafka, topics, group):
    """The command of a member that is nothing but librdkafka."""
    return [PYTHON, os.path.join(HERE, "plain.py"), kafka.servers, ",".join(topics), group]


def idle(member, kafka, seconds):
    """CPU seconds a second, of the member and of the broker, while nothing comes."""
    (before, broker), began = (member.tell(), kafka.usage()[0]), time.time()
    time.sleep(seconds)
    after, now = member.tell(), kafka.usage()[0]
    took = time.time() - began
    return (after["cpu"] - before["cpu"]) / took, (now - broker) / took, after


def life(start, kafka, partitions, seconds):
    """One member comes, reads what there is, stands idle; a second one comes and goes."""
    row = {}
    with start() as first:
        wait(lambda: first.partitions == partitions, SECONDS, "the first member's partitions")
        row["start_s"] = first.changed - first.started
        wait(lambda: first.tell()["records"] >= partitions, SECONDS, "a record of each partition")
        row["read_s"] = time.time() - first.started
        time.sleep(6)
        row["idle"], row["broker_idle"], told = idle(first, kafka, seconds)
        row["peak_mb"] = told["peak_mb"]
        with start() as second:
            try:
                wait(lambda: second.partitions == partitions // 2 == first.partitions, SECONDS, "a half each")
            except RuntimeError as late:
                say(f"    {late}")
                return row | {"join_s": None, "leave_s": None}
            row["join_s"] = max(first.changed, second.changed) - second.started
            second.stop()
            wait(lambda: first.partitions == partitions, SECONDS, "all of them again")
            row["leave_s"] = first.changed - second.stopped
    return row


def fleet(start, partitions, processes):
    """Several processes begin at once; then another one comes."""
    with contextlib.ExitStack() as stack:
        members = [stack.enter_context(start()) for _ in range(processes)]
        share = partitions // processes
        wait(lambda: all(member.partitions == share for member in members), SECONDS, f"{share} each")
        row = {"fleet": processes, "fleet_start_s": max(member.changed for member in members) - members[0].started}
        late = stack.enter_context(start())
        share = partitions // (processes + 1)
        try:
            wait(lambda: late.partitions >= share and late.partitions + sum(member.partitions for member in members) == partitions,
                 SECONDS, "a share for the one that came")
            row["fleet_join_s"] = max(member.changed for member in members + [late]) - late.started
        except RuntimeError as problem:
            say(f"    {problem}")
            row["fleet_join_s"] = None
        for member in members + [late]:
            member.stop()
    return row


def runs(_):
    return 1


def measure(bench):
    rows = []
    for partitions in bench.sizes or [10, 100, 1000] + ([] if bench.quick else [10_000]):
        with Kafka(heap="2g", in_memory=True) as kafka, tempfile.TemporaryDirectory() as folder:
            names, each = topics(partitions)
            made = kafka.topics(names, each)["made_s"]
            # A broker's first group makes the topic of its offsets, and its code is slow until it is warm.
            with Member(*plain(kafka, names, f"scale-{uuid.uuid4()}")) as warm:
                wait(lambda: warm.partitions == partitions, SECONDS, "partitions")
                time.sleep(2 if bench.quick else 10)
            _, resident, files = kafka.usage()
            seconds = 3 if bench.quick else 10
            row = {"partitions": partitions, "made_s": made, "broker_mb": resident, "broker_files": files}
            group = f"scale-{uuid.uuid4()}"
            ours = life(lambda: bench.member("raw", kafka, names, group), kafka, partitions, seconds)
            row["laminar"] = ours
            say(f"  {partitions} partitions: {row}")
            group = f"scale-{uuid.uuid4()}"
            row["quiet"] = life(
                lambda: bench.member("raw", kafka, names, group, "statistics.interval.ms=0"), kafka, partitions, seconds)
            say(f"  without statistics: {row['quiet']}")
            group = f"scale-{uuid.uuid4()}"
            row["plain"] = life(lambda: Member(*plain(kafka, names, group)), kafka, partitions, seconds)
            say(f"  plain librdkafka: {row['plain']}")
            group, store = f"scale-{uuid.uuid4()}", os.path.join(folder, "positions.db")
            lines(bench.laminar, "positions", store, group, ",".join(names), each)
            with bench.member("raw", kafka, names, group, store) as member:
                wait(lambda: member.partitions == partitions, SECONDS, "partitions with checkpoints")
                row["checkpointed_start_s"] = member.changed - member.started
            say(f"  from a checkpoint store: {row['checkpointed_start_s']:.2f} s")
            if partitions >= 10_000:
                group = f"scale-{uuid.uuid4()}"
                row |= fleet(lambda: bench.member("raw", kafka, names, group), partitions, 10)
                say(f"  ten processes: {row['fleet_start_s']:.1f} s, an eleventh {row['fleet_join_s']} s")
            rows.append(row)
    return rows


def table(rows):
    yield ("| partitions | start | from checkpoints | all read | MB | idle CPU | second comes | second leaves | "
           "broker: MB | files | idle CPU |")
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        for side, name in (
                ("laminar", f"**{row['partitions']:,}**"), ("quiet", "without statistics"), ("plain", "plain librdkafka")):
            one, ours = row[side], side == "laminar"
            cells = [name, seconds(one["start_s"]), seconds(row["checkpointed_start_s"]) if ours else "", seconds(one["read_s"]),
                     f"{one['peak_mb']:.0f}", f"{one['idle']:.1%}", seconds(one["join_s"]), seconds(one["leave_s"]),
                     f"{row['broker_mb']:,.0f}" if ours else "", f"{row['broker_files']:,}" if ours else "",
                     f"{one['broker_idle']:.0%}"]
            yield "| " + " | ".join(cells) + " |"
        if "fleet" in row:
            cells = [f"{row['fleet']} processes", seconds(row["fleet_start_s"]), "", "", "", "", seconds(row["fleet_join_s"])]
            yield "| " + " | ".join(cells + [""] * 4) + " |"


def seconds(value):
    return f"over {SECONDS} s" if value is None else f"{value:.1f} s"
