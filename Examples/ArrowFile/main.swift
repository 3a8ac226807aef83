import Foundation
import LaminarKafka

// A table's rows as a file that pyarrow, Polars, DuckDB and others open: python -c
// "import pyarrow as pa; print(pa.ipc.open_stream('orders.arrows').read_all())"
let laminar = try await Laminar(database: .inMemory)
try await laminar.execute(
    """
    CREATE CONNECTION shop TO kafka (
        bootstrap_servers = 'localhost:9092', topic = 'orders', type = 'source', format = 'json');
    CREATE TABLE orders (id BIGINT NOT NULL, amount DECIMAL(10, 2), tags TEXT[]) WITH (connector = 'shop');
    """)

guard FileManager.default.createFile(atPath: "orders.arrows", contents: nil),
    let file = FileHandle(forWritingAtPath: "orders.arrows")
else { throw CocoaError(.fileWriteUnknown) }

var writer: ArrowStreamWriter?
for try await batch in try laminar.rows("orders", extent: .snapshot).batches {
    guard let columns = batch.columns else { continue }
    if writer == nil {
        writer = ArrowStreamWriter(schema: columns.schema) { try file.write(contentsOf: Data($0)) }
    }
    try writer?.write(columns)
}
try writer?.finish()
try file.close()
await laminar.shutdown()
