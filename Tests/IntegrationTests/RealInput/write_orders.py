"""Writes orders FIRST up to COUNT of mixed shapes over four partitions: write_orders.py SERVERS TOPIC FIRST COUNT.

Order i is a function of i alone, which ForeignOrder.swift computes as well.
"""
import json
import sys

from confluent_kafka import Producer, TIMESTAMP_CREATE_TIME

servers, topic, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
names = ["Anna", "Zoë", "李雷", 'Q"uote', "back\\slash", "tab\tline\n", "🙂", ""]


def order(i):
    fields = {"id": i * 1_000_000_007 % (1 << 62)}
    if i % 5:
        fields["name"] = names[i % len(names)]
    if i % 3:
        fields["amount"] = i / 8 if i % 6 else None
    fields["price"] = f"@{i}.{i % 10000:04d}@"
    fields["at"] = f"2024-06-{1 + i % 28:02d}T{i % 24:02d}:{i % 60:02d}:{i % 60:02d}.{i % 1000000:06d}Z"
    fields["active"] = i % 2 == 0
    fields["tags"] = [f"t{n}" for n in range(i % 4)]
    fields["address"] = {"city": names[(i + 3) % len(names)], "zip": None if i % 7 == 0 else f"{i % 100000:05d}"}
    fields["unknown"] = {"deep": [[i], {"x": [True, None, 1e-7]}]}
    if i % 4 == 1:
        fields = dict(reversed(fields.items()))
    text = json.dumps(fields, ensure_ascii=i % 2 == 0, separators=(", ", ": ") if i % 3 == 0 else (",", ":"))
    # An exact decimal has no type in Python's JSON.
    return text.replace('"@', "").replace('@"', "").encode()


producer = Producer({"bootstrap.servers": servers, "linger.ms": 20, "queue.buffering.max.messages": 300000})
for i in range(first, first + count):
    key = None if i % 9 == 0 else b"" if i % 9 == 1 else f"key-{i}".encode()
    headers = [("n", str(i).encode()), ("n", b""), ("none", None), ("raw", bytes([255, i % 256]))][: i % 5]
    value = None if i % 997 == 0 else order(i)
    producer.produce(topic, value, key, i % 4, timestamp=1_700_000_000_000 + i, headers=headers)
    if i % 10000 == 0:
        producer.poll(0)
left = producer.flush(120)
print(f"written {count - left}")
