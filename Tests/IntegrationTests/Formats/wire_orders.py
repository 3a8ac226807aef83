"""Orders on the wire by serializers that nobody here wrote: wire_orders.py write|read FORMAT SERVERS REGISTRY TOPIC COUNT [NAME=VALUE…]

FORMAT is avro, protobuf, json (Confluent's serializers) or glue_avro, glue_avro_zlib, glue_json, glue_json_zlib (AWS Glue's
codec; needs key=… and secret=…). Prints a line of JSON a
record, in the form in which Laminar prints a row: what was written, or what was read.
"""
import base64
import datetime
import decimal
import json
import os
import subprocess
import sys
import tempfile
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.serialization import MessageField, SerializationContext

action, form, servers, registry, topic, count = sys.argv[1:7]
settings = dict(argument.split("=", 1) for argument in sys.argv[7:])
count = int(count)
context = SerializationContext(topic, MessageField.VALUE)
names = ["Anna", "Zoë", "李雷", 'Q"uote', "🙂", ""]
states = ["NEW", "PAID", "SENT"]
UTC = datetime.timezone.utc

AVRO = {
    "type": "record", "name": "Order", "namespace": "com.example",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "name", "type": ["null", "string"], "default": None},
        {"name": "amount", "type": "double"},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 4}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "uid", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "active", "type": "boolean"},
        {"name": "raw", "type": "bytes"},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": states}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "address", "type": ["null", {"type": "record", "name": "Address", "fields": [
            {"name": "city", "type": "string"}, {"name": "zip", "type": ["null", "string"], "default": None}]}]},
        {"name": "counts", "type": {"type": "map", "values": "long"}},
    ],
}
# The second writer's schema: another field in the middle, and one that the first has is gone.
AVRO_NEXT = {**AVRO, "fields": AVRO["fields"][:2] + [{"name": "extra", "type": ["null", "string"], "default": None}]
             + [field for field in AVRO["fields"][2:] if field["name"] != "amount"]
             + [{"name": "amount", "type": "double", "default": -1.0}]}
PROTOBUF = """
syntax = "proto3";
package com.example;
import "google/protobuf/timestamp.proto";
message Envelope { int32 unused = 1; }
message Order {
  enum State { NEW = 0; PAID = 1; SENT = 2; }
  message Address { string city = 1; optional string zip = 2; }
  int64 id = 1;
  optional string name = 2;
  double amount = 3;
  google.protobuf.Timestamp at = 5;
  bool active = 8;
  bytes raw = 9;
  State state = 10;
  repeated string tags = 11;
  Address address = 12;
  map<string, int64> counts = 13;
}
"""
JSON_SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
    "properties": {
        "id": {"type": "integer"}, "name": {"type": ["string", "null"]}, "amount": {"type": "number"},
        "at": {"type": "string", "format": "date-time"}, "active": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "address": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}},
    },
    "required": ["id", "amount", "active"],
}


def order(i):
    """Order i, with all fields; a format leaves out what it has no field for."""
    return {
        "id": i * 1_000_000_007 % (1 << 62),
        "name": names[i % len(names)] if i % 5 else None,
        "amount": i / 8,
        "price": decimal.Decimal(i * 7919 % 10**11).scaleb(-4),
        "at": datetime.datetime(2024, 6, 1 + i % 28, i % 24, i % 60, i % 60, i % 1_000_000, tzinfo=UTC),
        "day": datetime.date(2024, 1 + i % 12, 1 + i % 28),
        "uid": uuid.UUID(int=i * 0x1234567890ABCDEF1234567),
        "active": i % 2 == 0,
        "raw": bytes([255, i % 256, 0]),
        "state": states[i % 3],
        "tags": [f"t{n}" for n in range(i % 4)],
        "address": None if i % 7 == 0 else {"city": names[(i + 3) % len(names)], "zip": f"{i % 100000:05d}" if i % 3 else None},
        "counts": {f"k{n}": n * i for n in range(i % 3)},
    }


class Exact(float):
    """A decimal that JSON prints with all of its digits."""

    def __init__(self, value):
        self.text = str(value)

    def __repr__(self):
        return self.text


def shown(value):
    """A value as Laminar prints it."""
    if isinstance(value, decimal.Decimal):
        return Exact(value)
    if isinstance(value, datetime.datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: shown(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(member) for member in value]
    return value


def emit(value):
    # float.__repr__ is what the encoder uses for floats, so decimals are put in by hand.
    def text(value):
        if isinstance(value, Exact):
            return value.text
        if isinstance(value, dict):
            return "{" + ",".join(f"{json.dumps(name)}:{text(member)}" for name, member in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(text, value)) + "]"
        return json.dumps(value)

    print(text(shown(value)))


def client():
    return SchemaRegistryClient({"url": registry, **{name: value for name, value in settings.items() if "." in name}})


def message_class():
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "order.proto"), "w") as file:
            file.write(PROTOBUF)
        subprocess.run(["protoc", "-I", folder, "--include_imports", "--descriptor_set_out", folder + "/set", "order.proto"],
                       check=True)
        with open(folder + "/set", "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("com.example.Order"))


def protobuf_fields(fields):
    from google.protobuf import timestamp_pb2

    kept = {name: fields[name] for name in
            ("id", "name", "amount", "active", "raw", "state", "tags", "address", "counts") if fields[name] is not None}
    if "address" in kept:
        kept["address"] = {name: value for name, value in kept["address"].items() if value is not None}
    seconds = (fields["at"] - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(seconds=1)
    return kept, int(seconds), fields["at"].microsecond * 1000


def protobuf_shown(message):
    fields = {name: getattr(message, name) for name in ("id", "amount", "active", "raw")}
    fields["name"] = message.name if message.HasField("name") else None
    fields["state"] = states[message.state]
    fields["tags"] = list(message.tags)
    fields["counts"] = dict(message.counts)
    fields["address"] = None
    if message.HasField("address"):
        address = message.address
        fields["address"] = {"city": address.city, "zip": address.zip if address.HasField("zip") else None}
    fields["at"] = datetime.datetime.fromtimestamp(message.at.seconds, UTC) + datetime.timedelta(
        microseconds=message.at.nanos // 1000)
    return fields


def without(fields, *names):
    return {name: value for name, value in fields.items() if name not in names}


def json_order(i):
    """Order i as JSON has it, and what a reader must see."""
    fields = without(order(i), "price", "day", "uid", "raw", "state", "counts")
    if fields["address"] is None:
        sent = without(fields, "address")
    else:
        sent = {**fields, "address": {k: v for k, v in fields["address"].items() if v is not None}}
    return {**sent, "at": shown(fields["at"])}, fields


def writer():
    """A function from a number to (bytes, what a reader must see)."""
    if form == "avro":
        from confluent_kafka.schema_registry.avro import AvroSerializer

        first = AvroSerializer(client(), json.dumps(AVRO))
        second = AvroSerializer(client(), json.dumps(AVRO_NEXT))

        def write(i):
            fields = order(i)
            # Two writers, one after the other and then turn by turn.
            use_second = i >= count // 2 and i % 2 == 1
            given = {**fields, "extra": "x"} if use_second else fields
            return (second if use_second else first)({**given, "uid": str(fields["uid"])}, context), fields

        return write
    if form == "protobuf":
        from confluent_kafka.schema_registry.protobuf import ProtobufSerializer

        Order = message_class()
        serialize = ProtobufSerializer(Order, client(), {"use.deprecated.format": False})

        def write(i):
            fields = order(i)
            kept, seconds, nanos = protobuf_fields(fields)
            message = Order(**{name: value for name, value in kept.items() if name != "at"})
            message.at.seconds, message.at.nanos = seconds, nanos
            return serialize(message, context), without(fields, "price", "day", "uid")

        return write
    if form == "json":
        from confluent_kafka.schema_registry.json_schema import JSONSerializer

        serialize = JSONSerializer(json.dumps(JSON_SCHEMA), client())

        def write(i):
            sent, fields = json_order(i)
            return serialize(sent, context), fields

        return write
    return glue_writer()


def glue_client():
    """The codec's client of the registry `orders`, which is made where it isn't there."""
    import boto3
    from aws_schema_registry import SchemaRegistryClient as GlueClient

    service = boto3.client("glue", region_name="eu-central-1", endpoint_url=registry, aws_access_key_id=settings["key"],
                           aws_secret_access_key=settings["secret"])
    try:
        service.create_registry(RegistryName="orders")
    except service.exceptions.AlreadyExistsException:
        pass
    return GlueClient(service, registry_name="orders")


def glue_writer():
    """Schemas have their topic's name, as AWS's codec for Java names them."""
    from aws_schema_registry.avro import AvroSchema
    from aws_schema_registry.codec import encode
    from aws_schema_registry.jsonschema import JsonSchema

    glue = glue_client()
    is_json = form.startswith("glue_json")
    schema = JsonSchema(JSON_SCHEMA) if is_json else AvroSchema(json.dumps(AVRO))
    version = glue.get_or_register_schema_version(str(schema), topic, schema.data_format).version_id

    def write(i):
        sent, fields = json_order(i) if is_json else (order(i), order(i))
        if not is_json:
            sent["uid"] = str(sent["uid"])
        return encode(schema.write(sent), version, form.endswith("_zlib")), fields

    return write


def reader():
    """A function from bytes to what they say."""
    if form == "avro":
        from confluent_kafka.schema_registry.avro import AvroDeserializer

        read = AvroDeserializer(client())
        return lambda data: read(data, context)
    if form == "protobuf":
        # The sink's own schema, whatever it is: read by the registry's text, compiled by protoc.
        from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

        def compiled(text):
            with tempfile.TemporaryDirectory() as folder:
                with open(folder + "/sink.proto", "w") as file:
                    file.write(text)
                subprocess.run(["protoc", "-I", folder, "--include_imports", "--descriptor_set_out", folder + "/set",
                                "sink.proto"], check=True)
                with open(folder + "/set", "rb") as file:
                    return descriptor_pb2.FileDescriptorSet.FromString(file.read())

        def read(data):
            assert data[0] == 0 and data[5] == 0
            if not classes:
                text = client().get_schema(int.from_bytes(data[1:5], "big")).schema_str
                pool = descriptor_pool.DescriptorPool()
                files = compiled(text).file
                for file in files:
                    pool.Add(file)
                main = files[-1]
                name = (main.package + "." if main.package else "") + main.message_type[0].name
                classes.append(message_factory.GetMessageClass(pool.FindMessageTypeByName(name)))
            return json_format.MessageToDict(classes[0].FromString(data[6:]), preserving_proto_field_name=True)

        classes = []
        return read
    if form == "json":
        from confluent_kafka.schema_registry.json_schema import JSONDeserializer

        registry_client = client()
        read = JSONDeserializer(None, schema_registry_client=registry_client)
        return lambda data: read(data, context)
    from aws_schema_registry import KafkaDeserializer

    glue = KafkaDeserializer(glue_client())

    def read_glue(data):
        assert data[1] == (5 if form.endswith("_zlib") else 0), "not packed as it was to be"
        return glue.deserialize(topic, data).data

    return read_glue


if action == "write":
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 20})
    write = writer()
    for i in range(count):
        data, fields = write(i)
        producer.produce(topic, data, str(i).encode(), i % int(settings.get("partitions", 1)))
        emit(fields)
    sys.exit(producer.flush(60))
else:
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "reader", "enable.auto.commit": False,
                         "isolation.level": "read_committed"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    read = reader()
    seen = 0
    while seen < count:
        message = consumer.poll(20)
        if message is None:
            sys.exit(f"only {seen} of {count} came")
        if message.error():
            sys.exit(str(message.error()))
        emit(read(message.value()))
        seen += 1
