"""What the scale scripts share: Apache Kafka, processes that answer in lines of JSON, and what the kernel says of a process.

Standard library only.
"""
import json
import os
import queue
import statistics
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCHMARKS = os.path.dirname(HERE)
PROJECT = os.path.dirname(BENCHMARKS)
CACHE = os.path.join(PROJECT, ".cache", "bench")
PYTHON = os.environ.get("LAMINAR_PYTHON", os.path.join(PROJECT, ".cache", "venv", "bin", "python"))
TICKS = os.sysconf("SC_CLK_TCK")


def say(text):
    print(text, file=sys.stderr, flush=True)


def lines(*words, timeout=600):
    """Runs a program to its end and returns its lines of JSON."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise RuntimeError(f"{words[:3]}: status {done.returncode}\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def median(values):
    return statistics.median(values)


class Kafka:
    """Apache Kafka in processes of its own, which end with this one."""

    def __init__(self, heap="1g", in_memory=False):
        """in_memory: the log's folder is, where the system has such a place: a broker syncs several files of each partition."""
        self.environment = dict(os.environ, HEAP=heap)
        if in_memory and os.path.isdir("/dev/shm"):
            self.environment["TMPDIR"] = "/dev/shm"

    def __enter__(self):
        self.keeper = subprocess.Popen(
            ["bash", os.path.join(PROJECT, "scripts", "kafka"), "serve", "1"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=self.environment)
        for line in self.keeper.stdout:
            words = line.split()
            if words[0] == "node":
                self.servers = words[3]
            elif words[0] == "folder":
                self.folder = words[1]
            elif words[0] == "ready":
                with open(os.path.join(self.folder, "node1", "pid")) as file:
                    self.pid = int(file.read())
                return self
            elif words[0] in ("failed", "unavailable"):
                sys.exit(f"Kafka: {line}")
        sys.exit("Kafka did not start")

    def __exit__(self, *_):
        self.keeper.stdin.close()
        self.keeper.wait(60)

    def usage(self):
        """CPU seconds so far, resident MB, open files."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        cpu = (int(fields[11]) + int(fields[12])) / TICKS
        with open(f"/proc/{self.pid}/statm") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        return cpu, resident, len(os.listdir(f"/proc/{self.pid}/fd"))

    def topics(self, names, partitions, empty=False):
        """Makes topics, with a record in each partition."""
        more = ["--empty"] if empty else []
        return lines(PYTHON, os.path.join(HERE, "topics.py"), *more, self.servers, partitions, *names)[-1]


class Member:
    """A process that tells of its partitions, and is told `go`, `tell` and `stop`."""

    def __init__(self, *words):
        self.started = time.time()
        self.process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.partitions = 0
        self.changed = self.started
        self.told = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            if not line.startswith("{"):
                continue
            news = json.loads(line)
            if news["event"] == "told":
                self.told.put(news)
            elif "partitions" in news:
                self.partitions, self.changed = news["partitions"], news["at"]
            elif news["event"] == "trouble":
                say(f"    trouble: {news['text']}")

    def say(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def tell(self):
        self.say("tell")
        return self.told.get(timeout=60)

    def stop(self):
        """Asks it to end, without waiting."""
        self.stopped = time.time()
        self.say("stop")

    def end(self):
        if self.process.poll() is None:
            try:
                self.stop()
            except OSError:
                pass
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def wait(condition, seconds, what):
    deadline = time.time() + seconds
    while not condition():
        if time.time() > deadline:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.01)


class Bench:
    """The programs, and how often each thing is measured."""

    def __init__(self, quick, sizes=()):
        self.quick = quick
        self.sizes = list(sizes)
        self.runs = 1 if quick else 3
        self.records = 2_000_000 if quick else 20_000_000

    def build(self):
        os.makedirs(CACHE, exist_ok=True)
        package = ["--package-path", BENCHMARKS, "-c", "release", "--product", "ScaleBench"]
        if not os.environ.get("LAMINAR_BUILT"):
            say("building Laminar's side (release)")
            # SwiftPM doesn't notice new files of a package beside this one while this manifest is as it was.
            os.utime(os.path.join(BENCHMARKS, "Package.swift"))
            done = subprocess.run(["swift", "build", *package], capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stdout[-4000:] + done.stderr[-2000:])
        self.laminar = os.path.join(BENCHMARKS, ".build", "release", "ScaleBench")
        self.c = os.path.join(CACHE, "consume")
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "rdkafka"], capture_output=True, text=True, check=True)
        source = os.path.join(BENCHMARKS, "peers", "consume.c")
        subprocess.run(["cc", "-O2", "-o", self.c, source, *flags.stdout.split()], check=True)
        self.orders = os.path.join(CACHE, "orders-200000.bin")
        if not os.path.exists(self.orders):
            script = os.path.join(BENCHMARKS, "data", "orders.py")
            subprocess.run([sys.executable, script, self.orders + ".part", "200000"], check=True)
            os.replace(self.orders + ".part", self.orders)

    def member(self, kind, kafka, topics, group, *more):
        return Member(self.laminar, "source", kind, kafka.servers, ",".join(topics), group, *more)

    def fill(self, kafka, topic, partitions, records):
        """Writes order events of 250 bytes, evenly over the partitions."""
        kafka.topics([topic], partitions, empty=True)
        say(f"  filling {topic} with {records:,} records")
        lines(self.c, "fill", kafka.servers, topic, partitions, records, self.orders)
