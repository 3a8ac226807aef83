#!/usr/bin/env python3
"""The Python peer of the queries: confluent-kafka at the settings that are best for it, orjson, DuckDB over the rows.

    query.py average SERVERS TOPIC PARTITIONS COUNT        the same SELECT as QueryBench's
    query.py bytes SERVERS TOPIC PARTITION FIRST LAST      bytes of the keys and values between two offsets

Prints one JSON object; seconds count from before the first contact to the last row.
"""
import json
import sys
import time

import confluent_kafka
import duckdb
import orjson
import pyarrow


def consumer(servers):
    return confluent_kafka.Consumer({
        "bootstrap.servers": servers,
        "group.id": "benchmark",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 100,
        "queued.min.messages": 1_000_000,
        "fetch.queue.backoff.ms": 10,
    })


def average(servers, topic, partitions, count):
    started = time.monotonic()
    source = consumer(servers)
    source.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING) for p in range(int(partitions))])
    amounts, currencies = [], []
    loads = orjson.loads
    got = 0
    while got < int(count):
        messages = source.consume(num_messages=10_000, timeout=20)
        if not messages:
            sys.exit(f"nothing came for 20 s, after {got} records")
        for message in messages:
            order = loads(message.value())
            amounts.append(order["amount"])
            currencies.append(order["currency"])
        got += len(messages)
    orders = pyarrow.table({"amount": amounts, "currency": currencies})
    rows = duckdb.query("SELECT COUNT(*) AS records, currency, AVG(amount) FROM orders WHERE amount > 1000 GROUP BY currency").fetchall()
    seconds = time.monotonic() - started
    print(json.dumps({"records": got, "groups": len(rows), "passed": sum(row[0] for row in rows), "seconds": round(seconds, 4)}))
    source.close()
    return orders


def size(servers, topic, partition, first, last):
    source = consumer(servers)
    source.assign([confluent_kafka.TopicPartition(topic, int(partition), int(first))])
    total = got = 0
    while True:
        messages = source.consume(num_messages=1000, timeout=20)
        if not messages:
            sys.exit(f"nothing came for 20 s, after {got} records")
        for message in messages:
            if message.offset() > int(last):
                print(json.dumps({"records": got, "bytes": total}))
                source.close()
                return
            got += 1
            total += len(message.value()) + len(message.key() or b"")


if __name__ == "__main__":
    {"average": average, "bytes": size}[sys.argv[1]](*sys.argv[2:])
