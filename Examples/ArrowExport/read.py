"""Loads the shared library and reads its batches with pyarrow: python read.py libArrowExport.so"""
import ctypes
import datetime
import decimal
import gc
import sys

import pyarrow as pa

library = ctypes.CDLL(sys.argv[1])
library.laminar_batch_decode.restype = ctypes.c_void_p
library.laminar_batch_decode.argtypes = [ctypes.c_char_p, ctypes.c_ssize_t]
library.laminar_batch_export.argtypes = [ctypes.c_void_p] * 3
library.laminar_batch_stream.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_bool, ctypes.c_void_p]
library.laminar_batch_address.restype = ctypes.c_void_p
library.laminar_batch_address.argtypes = [ctypes.c_void_p, ctypes.c_ssize_t]
library.laminar_batch_free.argtypes = [ctypes.c_void_p]
library.laminar_batches_alive.restype = ctypes.c_ssize_t

# The structs' sizes by the specification.
ARRAY, SCHEMA, STREAM = 80, 72, 40


def decode(lines):
    text = "\n".join(lines).encode()
    handle = library.laminar_batch_decode(text, len(text))
    assert handle, "the payloads can't be decoded"
    return handle


def take(handle):
    array, schema = ctypes.create_string_buffer(ARRAY), ctypes.create_string_buffer(SCHEMA)
    assert library.laminar_batch_export(handle, ctypes.addressof(array), ctypes.addressof(schema)) == 0
    batch = pa.RecordBatch._import_from_c(ctypes.addressof(array), ctypes.addressof(schema))
    batch.validate(full=True)
    return batch


full = (
    '{"flag":true,"small":-3,"number":7,"id":9007199254740993,"half":0.25,"amount":1.5,'
    '"price":1234567890123456789012345678901234.5678,"name":"Kraków","bytes":"AQL/","day":"2024-02-29",'
    '"time":"01:02:03.5","at":"2024-06-01T12:00:00.000001Z","span":"P14M3DT4S",'
    '"key":"123e4567-e89b-12d3-a456-426614174000","document":{"a": [1]},"tags":["x",null,""],'
    '"lines":[{"sku":"s","quantity":2},null,{"sku":null}],"counts":{"a":1,"b":null}}'
)
expected = {
    "flag": True, "small": -3, "number": 7, "id": 9007199254740993, "half": 0.25, "amount": 1.5,
    "price": decimal.Decimal("1234567890123456789012345678901234.5678"), "name": "Kraków", "bytes": b"\x01\x02\xff",
    "day": datetime.date(2024, 2, 29), "time": datetime.time(1, 2, 3, 500000),
    "at": datetime.datetime(2024, 6, 1, 12, 0, 0, 1, datetime.timezone.utc), "span": (14, 3, 4_000_000_000),
    "key": "123e4567-e89b-12d3-a456-426614174000", "document": '{"a": [1]}', "tags": ["x", None, ""],
    "lines": [{"sku": "s", "quantity": 2}, None, {"sku": None, "quantity": None}], "counts": [("a", 1), ("b", None)],
}
nothing = {name: None for name in expected} | {"id": 2}


def plain(row):
    row = dict(row)
    row["key"] = row["key"] and str(row["key"])
    row["span"] = row["span"] and tuple(row["span"])
    return row


handle = decode([full, '{"id":2}', full])
batch = take(handle)
assert [plain(row) for row in batch.to_pylist()] == [expected, nothing, expected], batch.to_pylist()
assert batch.schema.field("id").nullable is False and batch.schema.field("name").nullable is True
kinds = {
    "flag": pa.bool_(), "small": pa.int16(), "number": pa.int32(), "id": pa.int64(), "half": pa.float32(),
    "amount": pa.float64(), "price": pa.decimal128(38, 4), "name": pa.string(), "bytes": pa.binary(),
    "day": pa.date32(), "time": pa.time64("us"), "at": pa.timestamp("us", "UTC"), "span": pa.month_day_nano_interval(),
    "key": pa.uuid(), "document": pa.json_(), "tags": pa.list_(pa.string()),
    "lines": pa.list_(pa.struct([("sku", pa.string()), ("quantity", pa.int32())])),
    "counts": pa.map_(pa.string(), pa.int64()),
}
assert {field.name: field.type for field in batch.schema} == kinds, batch.schema

# The same memory on both sides, but for the interval, whose unit is another.
for place, name in enumerate(expected):
    column = batch.column(place)
    column = column.storage if isinstance(column, pa.ExtensionArray) else column
    buffers = column.buffers()
    own = 2 if name in ("name", "bytes", "document") else 1
    same = buffers[own].address == library.laminar_batch_address(handle, place)
    assert same == (name != "span"), name

# The columns live while any of their receivers does, and no longer.
assert library.laminar_batches_alive() == 1
library.laminar_batch_free(handle)
assert library.laminar_batches_alive() == 1
flag, tail = batch.column(0), batch.slice(1)
del batch, column, buffers
gc.collect()
assert library.laminar_batches_alive() == 1
assert flag.to_pylist() == [True, None, True] and plain(tail.to_pylist()[1]) == expected
del tail
gc.collect()
assert library.laminar_batches_alive() == 1
del flag
gc.collect()
assert library.laminar_batches_alive() == 0

# Batches without rows, and large ones.
empty = decode([])
assert take(empty).num_rows == 0 and take(empty).schema.names == list(expected)
library.laminar_batch_free(empty)
large = decode(['{"id":%d,"name":"n%d","tags":["%d"]}' % (i, i, i) for i in range(100_000)])
batch = take(large)
assert batch.column("id").to_pylist() == list(range(100_000))
assert batch.column("name").to_pylist() == [f"n{i}" for i in range(100_000)]
assert batch.slice(99_998).column("tags").to_pylist() == [["99998"], ["99999"]]
assert batch.column("amount").null_count == 100_000
del batch


# Several batches, and an error, as a stream.
def open_stream(handle, times, fails):
    stream = ctypes.create_string_buffer(STREAM)
    library.laminar_batch_stream(handle, times, fails, ctypes.addressof(stream))
    return pa.RecordBatchReader._import_from_c(ctypes.addressof(stream))


table = open_stream(large, 3, False).read_all()
table.validate(full=True)
assert table.num_rows == 300_000
reader = open_stream(large, 1, True)
assert reader.read_next_batch().num_rows == 100_000
try:
    reader.read_next_batch()
    raise AssertionError("the stream's error is missing")
except (pa.ArrowException, OSError) as error:
    assert "The source was closed." in str(error), error
library.laminar_batch_free(large)
del reader, table
gc.collect()
pa.default_memory_pool().release_unused()
assert library.laminar_batches_alive() == 0, library.laminar_batches_alive()
print("ok")
