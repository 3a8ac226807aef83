"""Makes topics, with a record in each partition: topics.py [--empty] SERVERS PARTITIONS TOPIC…  (confluent-kafka)"""
import json
import sys
import time

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

arguments = sys.argv[1:]
empty = arguments[0] == "--empty"
servers, partitions, *topics = arguments[1:] if empty else arguments
partitions = int(partitions)
began = time.time()
admin = AdminClient({"bootstrap.servers": servers})
for topic in topics:
    for future in admin.create_topics([NewTopic(topic, partitions, 1)], operation_timeout=60, request_timeout=120).values():
        future.result(120)
made = time.time() - began
failed = []
if not empty:
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 50, "message.timeout.ms": 300000,
                         "topic.metadata.propagation.max.ms": 300000})
    for topic in topics:
        for partition in range(partitions):
            producer.produce(topic, b"x", partition=partition, on_delivery=lambda error, _: failed.append(error) if error else None)
        producer.poll(0)
    if producer.flush(300) or failed:
        sys.exit(f"not all records were delivered: {failed[:1]}")
print(json.dumps({"topics": len(topics), "made_s": made}))
