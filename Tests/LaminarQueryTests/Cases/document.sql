-- The SELECTs of kafka-source-connector.md.
CREATE TABLE events_with_metadata (id BIGINT, message TEXT, _kafka_topic TEXT, _kafka_partition INT, _kafka_offset BIGINT, _kafka_timestamp TIMESTAMP, _kafka_key BYTEA, _kafka_headers JSON);
INSERT INTO events_with_metadata VALUES
    (1, 'first', 'events', 0, 10, '2024-06-01T11:30:10Z', NULL, NULL),
    (2, 'second', 'events', 0, 11, '2024-06-01T11:30:50Z', '\x6b', '[]'),
    (3, 'third', 'events', 1, 7, '2024-06-01T10:00:00Z', NULL, NULL);
CREATE TABLE events (id BIGINT, name TEXT, timestamp TIMESTAMP, metadata JSON);
INSERT INTO events VALUES (1, 'a', '2024-01-01T00:00:00Z', '{}'), (2, 'b', NULL, NULL), (NULL, 'c', NULL, NULL);

--- a query with metadata
SELECT
    id,
    message,
    _kafka_partition,
    _kafka_offset,
    _kafka_timestamp
FROM events_with_metadata
WHERE _kafka_partition = 0
->
id BIGINT | message TEXT | _kafka_partition INT | _kafka_offset BIGINT | _kafka_timestamp TIMESTAMP
1 | first | 0 | 10 | 2024-06-01T11:30:10.000000Z
2 | second | 0 | 11 | 2024-06-01T11:30:50.000000Z

--- the two pipelines that share a group see all rows between them
SELECT (SELECT count(*) FROM (SELECT * FROM events WHERE MOD(hash(id), 2) = 0) x) + (SELECT count(*) FROM (SELECT * FROM events WHERE MOD(hash(id), 2) = 1) y) AS n
->
n BIGINT
3

--- consumer lag
SELECT
    _kafka_partition,
    MAX(_kafka_offset) as latest_offset,
    COUNT(*) as messages_processed,
    MAX(_kafka_timestamp) as latest_message_time
FROM events_with_metadata
GROUP BY _kafka_partition
->
_kafka_partition INT | latest_offset BIGINT | messages_processed BIGINT | latest_message_time TIMESTAMP
0 | 11 | 2 | 2024-06-01T11:30:50.000000Z
1 | 7 | 1 | 2024-06-01T10:00:00.000000Z

--- consumption rate
WITH consumption_stats AS (
    SELECT
        DATE_TRUNC('minute', _kafka_timestamp) as minute,
        COUNT(*) as messages,
        AVG(EXTRACT(EPOCH FROM (NOW() - _kafka_timestamp))) as lag_seconds
    FROM events_with_metadata
    WHERE _kafka_timestamp > NOW() - INTERVAL '1 hour'
    GROUP BY DATE_TRUNC('minute', _kafka_timestamp)
)
SELECT minute, messages, round(lag_seconds, 3) AS lag FROM consumption_stats
ORDER BY minute DESC
->
minute TIMESTAMP | messages BIGINT | lag DECIMAL(38, 3)
2024-06-01T11:30:00.000000Z | 2 | 1770.000
