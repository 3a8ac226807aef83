#!/usr/bin/env python3
"""The Python peer: confluent-kafka at the settings that are best for it.

    consume.py SERVERS TOPIC PARTITIONS COUNT [json]

`json` decodes every value by orjson. Prints one JSON object; seconds and CPU seconds count from the first record.
Measured on the way to these settings: one message at a time (poll) reaches a quarter; the default
fetch.queue.backoff.ms of 1000 reaches an eighth.
"""
import json
import resource
import sys
import time

import confluent_kafka
import orjson


def main():
    servers, topic, partitions, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    decodes = "json" in sys.argv[5:]
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": servers,
        "group.id": "benchmark",
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 100,
        "queued.min.messages": 1_000_000,
        "fetch.queue.backoff.ms": 10,
    })
    consumer.assign([confluent_kafka.TopicPartition(topic, p, confluent_kafka.OFFSET_BEGINNING) for p in range(partitions)])
    got = size = 0
    started = cpu = None
    loads = orjson.loads
    while got < count:
        messages = consumer.consume(num_messages=10_000, timeout=20)
        if not messages:
            sys.exit(f"nothing came for 20 s, after {got} records")
        if started is None:
            started, cpu = time.monotonic(), time.process_time()
        for message in messages:
            if message.error():
                sys.exit(str(message.error()))
            value = message.value()
            size += len(value)
            if decodes:
                loads(value)
        got += len(messages)
    seconds, used = time.monotonic() - started, time.process_time() - cpu
    print(json.dumps({
        "records": got, "bytes": size, "seconds": round(seconds, 4), "cpu": round(used, 4),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))
    consumer.close()


main()
