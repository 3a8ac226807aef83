#!/usr/bin/env python3
"""Writes order events of about 250 bytes as JSON, each behind its length (uint32, little endian).

    orders.py FILE [COUNT] [avro]   the same bytes at every run; COUNT is 200000 by default; as Avro data with fastavro

Shape: integers, text with escapes and without, floating point of 2 to 17 digits, a timestamp, a boolean, an array and a
nested object. One record in twenty has its non-ASCII text as \\u escapes; one in ten has an escape in the name.
"""
import datetime
import io
import json
import random
import struct
import sys

FIRST = "Anna Ben Carlos Dmitri Elena Farid Greta Hiro Ines Jürgen Kateřina Łukasz Mária Nguyễn Óscar Priya Søren Tomáš Ümit Zoë 李雷 山田 Иван Ольга".split()
LAST = "Smith Müller García Kowalski Nakamura Petrović O'Neil Johansson Rossi Dubois Андреев Λάμπρου Yılmaz Chen Fernandez van-der-Berg Núñez".split()
CURRENCIES = "USD EUR GBP JPY CHF SEK NOK PLN CZK INR BRL MXN".split()
TAGS = "new vip promo-2024 express gift returning mobile web fragile bulk eu-west backorder b2b".split()
STREETS = "Main St,Oak Avenue,Hauptstraße,Rue de la Paix,Calle Mayor,Via Roma,Elm Street,Długa,Market Square,King's Road,Sunset Blvd".split(",")
CITIES = "Berlin,London,Paris,Madrid,München,São Paulo,New York,Kraków,Tokyo,Zürich,Göteborg,Praha,İstanbul,Chicago,San Francisco".split(",")
EPOCH = 1_700_000_000_000_000


AVRO = {
    "type": "record", "name": "Order", "namespace": "ev", "fields": [
        {"name": "id", "type": "long"}, {"name": "user_id", "type": "long"}, {"name": "name", "type": ["null", "string"]},
        {"name": "amount", "type": "double"}, {"name": "currency", "type": "string"},
        {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}}, {"name": "active", "type": "boolean"},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "address", "type": {"type": "record", "name": "Address", "fields": [
            {"name": "street", "type": "string"}, {"name": "city", "type": ["null", "string"]},
            {"name": "zip", "type": "string"}]}}]}


def order(number, rng):
    name = rng.choice(FIRST) + " " + rng.choice(LAST)
    if rng.random() < 0.10:
        name = name[:14] + rng.choice([' "Q"', " \\x", "\tz", "\n"])
    while len(name) < 10:
        name += rng.choice("abcxyz")
    amount = round(rng.uniform(0.5, 5000), 2) if rng.random() < 0.9 else rng.uniform(0, 1e6)
    micros = EPOCH + number * 1_337_003 + rng.randint(0, 999_999)
    moment = datetime.datetime.fromtimestamp(micros // 1_000_000, datetime.timezone.utc)
    return {
        "id": number * 7 + 1_000_000_000,
        "user_id": rng.randint(10**6, 10**9),
        "name": name[:20],
        "amount": amount,
        "currency": rng.choice(CURRENCIES),
        "ts": moment.strftime("%Y-%m-%dT%H:%M:%S") + ".%06dZ" % (micros % 1_000_000),
        "active": rng.random() < 0.7,
        "tags": rng.sample(TAGS, rng.choice([2, 3])),
        "address": {
            "street": "%d %s" % (rng.randint(1, 999), rng.choice(STREETS)),
            "city": rng.choice(CITIES),
            "zip": "%05d" % rng.randint(10000, 99999),
        },
    }


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    rng = random.Random(20240601)
    if "avro" in sys.argv[3:]:
        return write_avro(sys.argv[1], count, rng)
    with open(sys.argv[1], "wb") as out:
        for number in range(count):
            record = order(number, rng)
            text = json.dumps(record, separators=(",", ":"), ensure_ascii=rng.random() < 0.05).encode()
            out.write(struct.pack("<I", len(text)) + text)


def write_avro(path, count, rng):
    import fastavro

    schema = fastavro.parse_schema(AVRO)
    with open(path, "wb") as out:
        for number in range(count):
            record = order(number, rng)
            record["ts"] = datetime.datetime.fromisoformat(record["ts"].replace("Z", "+00:00"))
            body = io.BytesIO()
            fastavro.schemaless_writer(body, schema, record)
            out.write(struct.pack("<I", len(body.getvalue())) + body.getvalue())


if __name__ == "__main__":
    main()
