"""Avro of every type that is nullable, by Confluent's serializer: avro_nulls.py SERVERS REGISTRY TOPIC

All fields, none, and each of them missing in one record. Prints a line for each record.
"""
import datetime
import decimal
import json
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

servers, registry, topic = sys.argv[1:4]
UTC = datetime.timezone.utc
FIELDS = {
    "ok": ("boolean", True),
    "n": ("int", -7),
    "big": ("long", 9007199254740993),
    "r": ("float", 1.25),
    "x": ("double", 0.1),
    "d": ({"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 5}, decimal.Decimal("123456789012345.67891")),
    "name": ("string", "Zoë 李雷 🙂"),
    "raw": ("bytes", b"\x00\x01\xff"),
    "day": ({"type": "int", "logicalType": "date"}, datetime.date(2024, 2, 29)),
    "clock": ({"type": "int", "logicalType": "time-millis"}, datetime.time(10, 20, 30, 125000)),
    "at": ({"type": "long", "logicalType": "timestamp-micros"}, datetime.datetime(2024, 1, 1, 10, 20, 30, 123456, UTC)),
    "uid": ({"type": "string", "logicalType": "uuid"}, "3b5b0ab0-1b7c-4a5e-9d7e-0a1b2c3d4e5f"),
    "tags": ({"type": "array", "items": ["null", "string"]}, ["a", None, ""]),
    "counts": ({"type": "map", "values": ["null", "long"]}, {"a": 1, "b": None}),
    "place": ({"type": "record", "name": "Place", "fields": [
        {"name": "city", "type": "string"}, {"name": "zip", "type": ["null", "string"], "default": None}]},
        {"city": "Bonn", "zip": None}),
}
SCHEMA = {"type": "record", "name": "Nullable", "namespace": "com.example", "fields": [
    {"name": name, "type": ["null", kind], "default": None} for name, (kind, _) in FIELDS.items()]}

client = SchemaRegistryClient({"url": registry})
serialize = AvroSerializer(client, json.dumps(SCHEMA))
producer = Producer({"bootstrap.servers": servers})
whole = {name: value for name, (_, value) in FIELDS.items()}
records = [whole, dict.fromkeys(whole)] + [{**whole, missing: None} for missing in whole]
for record in records:
    producer.produce(topic, serialize(record, SerializationContext(topic, MessageField.VALUE)))
    print(len(record))
if producer.flush(60):
    sys.exit("not all records were delivered")
