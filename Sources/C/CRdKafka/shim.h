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

#ifdef __GLIBC__
#include <spawn.h>

// Not in Swift's Glibc module either: a program that is started with these actions inherits its three streams and nothing else.
static inline void laminar_inherit_streams_only(posix_spawn_file_actions_t *actions) {
    extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
    posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
#endif

// rd_kafka_producev is variadic. Copies key and value; takes the headers over unless it fails.
static inline rd_kafka_resp_err_t laminar_produce(rd_kafka_t *client, const char *topic, int32_t partition,
                                                  const void *key, size_t key_length, const void *value,
                                                  size_t value_length, int64_t timestamp, rd_kafka_headers_t *headers,
                                                  void *opaque) {
    return rd_kafka_producev(client, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_length),
                             RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_TIMESTAMP(timestamp),
                             RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

// The same to a topic that is known already.
static inline rd_kafka_resp_err_t laminar_produce_to(rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition,
                                                     const void *key, size_t key_length, const void *value,
                                                     size_t value_length, int64_t timestamp,
                                                     rd_kafka_headers_t *headers, void *opaque) {
    return rd_kafka_producev(client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                             RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_length),
                             RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_TIMESTAMP(timestamp),
                             RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

// For most records: now, without headers. The error must be asked for on the thread that produced.
static inline rd_kafka_resp_err_t laminar_produce_plain(rd_kafka_topic_t *topic, int32_t partition, const void *key,
                                                        size_t key_length, const void *value, size_t value_length,
                                                        void *opaque) {
    if (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, (void *)value, value_length, key, key_length, opaque) == 0)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    return rd_kafka_last_error();
}

#include <dlfcn.h>

// rd_kafka_sasl_set_credentials came with librdkafka 2.0, so it is looked for where the program runs. 0: taken, 1: refused,
// -1: this library doesn't have it.
static inline int laminar_set_credentials(rd_kafka_t *client, const char *user, const char *password) {
#ifdef __APPLE__
    void *found = dlsym(RTLD_DEFAULT, "rd_kafka_sasl_set_credentials");
#else
    void *found = dlsym((void *)0, "rd_kafka_sasl_set_credentials");
#endif
    if (!found) return -1;
    rd_kafka_error_t *error = ((rd_kafka_error_t * (*)(rd_kafka_t *, const char *, const char *)) found)(client, user, password);
    if (!error) return 0;
    rd_kafka_error_destroy(error);
    return 1;
}
