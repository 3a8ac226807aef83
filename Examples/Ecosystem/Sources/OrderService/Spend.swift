import Foundation
import LaminarKafka

/// What each customer spends, kept by a pipeline in SQL over the same topic.
enum Spend {
    static func prepare(_ laminar: Laminar, _ orders: Orders) async throws {
        guard let schema = Bundle.module.path(forResource: "order", ofType: "proto") else {
            throw CocoaError(.fileNoSuchFile)
        }
        try await laminar.execute(
            """
            CREATE CONNECTION shop TO kafka (
                bootstrap_servers = '\(orders.servers)', topic = '\(orders.topic)', group_id = 'spend',
                type = 'source', format = 'protobuf', 'protobuf.schema' = '\(schema)',
                'protobuf.message' = 'shop.v1.Order', 'commit.interval.ms' = '500');
            CREATE TABLE orders (id BIGINT, customer TEXT, cents BIGINT) WITH (connector = 'shop');
            CREATE PIPELINE spend AS
                SELECT customer, COUNT(*) AS orders, SUM(cents) AS cents FROM orders GROUP BY customer;
            """)
    }
}
