"""Plain librdkafka as a member of a group: plain.py SERVERS TOPIC[,TOPIC…] GROUP  (confluent-kafka)

Tells of its partitions, and of itself when it is told `tell`, as ScaleBench does; `stop` ends it.
"""
import json
import resource
import sys
import threading
import time

from confluent_kafka import Consumer

servers, topics, group = sys.argv[1:4]
owned, records, ending = set(), 0, threading.Event()


def tell(**members):
    members |= {"at": time.time(), "cpu": time.process_time(),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(members), flush=True)


def assigned(_, partitions):
    owned.update((partition.topic, partition.partition) for partition in partitions)
    tell(event="assigned", partitions=len(owned))


def revoked(_, partitions):
    owned.difference_update((partition.topic, partition.partition) for partition in partitions)
    tell(event="revoked", partitions=len(owned))


def listen():
    for line in sys.stdin:
        if line.strip() == "tell":
            tell(event="told", records=records)
        elif line.strip() == "stop":
            break
    ending.set()


consumer = Consumer({
    "bootstrap.servers": servers, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
    "partition.assignment.strategy": "cooperative-sticky"})
consumer.subscribe(topics.split(","), on_assign=assigned, on_revoke=revoked)
threading.Thread(target=listen, daemon=True).start()
while not ending.is_set():
    records += len(consumer.consume(1000, 0.5))
consumer.close()
