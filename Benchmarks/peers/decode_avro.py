#!/usr/bin/env python3
"""fastavro over the order events that data/orders.py FILE COUNT avro writes.

    decode_avro.py FILE ROUNDS
"""
import importlib.util
import io
import json
import os
import statistics
import struct
import sys
import time

import fastavro

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "orders.py")
spec = importlib.util.spec_from_file_location("orders", place)
orders = importlib.util.module_from_spec(spec)
spec.loader.exec_module(orders)

schema = fastavro.parse_schema(orders.AVRO)
data = open(sys.argv[1], "rb").read()
payloads, at = [], 0
while at + 4 <= len(data):
    (count,) = struct.unpack_from("<I", data, at)
    payloads.append(data[at + 4 : at + 4 + count])
    at += 4 + count
times = []
for _ in range(int(sys.argv[2])):
    start = time.thread_time()
    check = 0
    for payload in payloads:
        record = fastavro.schemaless_reader(io.BytesIO(payload), schema)
        check += record["id"] + record["user_id"]
    times.append(time.thread_time() - start)
print(json.dumps({"case": "fastavro", "rate": int(len(payloads) / statistics.median(times)), "records": len(payloads), "check": check}))
