#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// The mock's per-broker faults come by a variadic function, which Swift doesn't import.
static inline rd_kafka_resp_err_t laminar_mock_push_fault(rd_kafka_mock_cluster_t *cluster, int32_t broker,
                                                          int16_t request, rd_kafka_resp_err_t error, int delay_ms) {
    return rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, request, 1, error, delay_ms);
}
