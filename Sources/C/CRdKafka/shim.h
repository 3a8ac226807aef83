#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// The mock's per-broker faults come by a variadic function, which Swift doesn't import.
static inline rd_kafka_resp_err_t laminar_mock_push_fault(rd_kafka_mock_cluster_t *cluster, int32_t broker,
                                                          int16_t request, rd_kafka_resp_err_t error, int delay_ms) {
    return rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, request, 1, error, delay_ms);
}

#include <pthread.h>
#include <string.h>

// Not in Swift's Glibc module.
static inline void laminar_name_thread(const char *name) {
    char shown[16] = {0};
    strncpy(shown, name, sizeof shown - 1);
#ifdef __APPLE__
    pthread_setname_np(shown);
#else
    extern int pthread_setname_np(pthread_t, const char *);
    pthread_setname_np(pthread_self(), shown);
#endif
}
