#!/usr/bin/env python3
"""Writes the order events of orders.py as Protobuf messages (order.proto), each behind its length (uint32, little endian).

    orders_protobuf.py JSON_FILE FILE

Standard library only, so that no library's encoder is needed for the data.
"""
import datetime
import json
import struct
import sys


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(number, value):
    data = value.encode()
    return varint(number << 3 | 2) + varint(len(data)) + data if data else b""


def order(record):
    moment = datetime.datetime.strptime(record["ts"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
    address = record["address"]
    inner = text(1, address["street"]) + text(2, address["city"]) + text(3, address["zip"])
    return b"".join([
        b"\x08" + varint(record["id"]), b"\x10" + varint(record["user_id"]), text(3, record["name"]),
        b"\x21" + struct.pack("<d", record["amount"]), text(5, record["currency"]), b"\x30" + varint(micros),
        b"\x38\x01" if record["active"] else b"", *(text(8, tag) for tag in record["tags"]),
        b"\x4a" + varint(len(inner)) + inner,
    ])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as out:
        while head := source.read(4):
            payload = order(json.loads(source.read(struct.unpack("<I", head)[0])))
            out.write(struct.pack("<I", len(payload)) + payload)


main()
