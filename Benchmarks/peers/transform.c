// The C peer of `exactly-once kafka`: what plain librdkafka does, with nothing on top.
//
//   cc -O2 -Wall transform.c -lrdkafka -o transform
//   transform exactly_once|at_least_once SERVERS INPUT OUTPUT COUNT [NAME=VALUE …]
//
// Reads INPUT as the only member of a group, puts a mark before each payload and writes it to OUTPUT. exactly_once
// commits outputs and offsets in a transaction every 100 ms; at_least_once flushes and commits offsets every 100 ms.
// NAME=VALUE is any property of the producer. Prints one JSON object; the clock runs from the first message to the commit
// of the last offset.
#include <librdkafka/rdkafka.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 1000, MOST_PARTITIONS = 64 };

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static int64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char error[512];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error)) die("%s", error);
}

static void check(rd_kafka_error_t *error) {
    if (error) die("%s", rd_kafka_error_string(error));
}

static long delivered, lost;

static void report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk, (void)opaque;
    if (message->err) lost++;
    else delivered++;
}

static int64_t next[MOST_PARTITIONS];
static int dirty[MOST_PARTITIONS];

static void commit(rd_kafka_t *consumer, rd_kafka_t *producer, const char *topic, int is_transactional) {
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(MOST_PARTITIONS);
    for (int p = 0; p < MOST_PARTITIONS; p++) {
        if (dirty[p]) rd_kafka_topic_partition_list_add(offsets, topic, p)->offset = next[p];
        dirty[p] = 0;
    }
    if (is_transactional) {
        rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
        check(rd_kafka_send_offsets_to_transaction(producer, offsets, group, -1));
        rd_kafka_consumer_group_metadata_destroy(group);
        check(rd_kafka_commit_transaction(producer, -1));
        check(rd_kafka_begin_transaction(producer));
    } else if (offsets->cnt) {
        if (rd_kafka_flush(producer, 60000) || lost) die("%ld records were lost", lost);
        if (rd_kafka_commit(consumer, offsets, 0)) die("the offsets were not committed");
    }
    rd_kafka_topic_partition_list_destroy(offsets);
}

int main(int c, char **v) {
    if (c < 6) die("usage: transform exactly_once|at_least_once SERVERS INPUT OUTPUT COUNT [NAME=VALUE …]");
    int is_transactional = !strcmp(v[1], "exactly_once");
    long count = atol(v[5]), got = 0;
    char error[512], group[64];
    snprintf(group, sizeof group, "bench-c-%d-%lld", getpid(), (long long)nanoseconds(CLOCK_REALTIME));

    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", v[2]);
    set(conf, "group.id", group);
    set(conf, "enable.auto.commit", "false");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "isolation.level", "read_committed");
    set(conf, "fetch.wait.max.ms", "100");
    set(conf, "queued.min.messages", "200000");
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!consumer) die("%s", error);
    rd_kafka_poll_set_consumer(consumer);

    conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", v[2]);
    set(conf, "enable.idempotence", "true");
    set(conf, "linger.ms", "5");
    if (is_transactional) set(conf, "transactional.id", group);
    for (char **extra = v + 6; *extra; extra++) {
        char *value = strchr(*extra, '=');
        if (!value) die("%s isn't NAME=VALUE", *extra);
        *value++ = 0;
        set(conf, *extra, value);
    }
    rd_kafka_conf_set_dr_msg_cb(conf, report);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (!producer) die("%s", error);
    if (is_transactional) {
        check(rd_kafka_init_transactions(producer, 60000));
        check(rd_kafka_begin_transaction(producer));
    }
    rd_kafka_topic_t *output = rd_kafka_topic_new(producer, v[4], NULL);

    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, v[3], RD_KAFKA_PARTITION_UA);
    if (rd_kafka_subscribe(consumer, topics)) die("not subscribed");
    rd_kafka_topic_partition_list_destroy(topics);

    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_message_t *messages[BATCH];
    int64_t started = 0, cpu = 0, due = 0, last = nanoseconds(CLOCK_MONOTONIC);
    size_t room = 0;
    char *bytes = NULL;
    while (got < count) {
        ssize_t n = rd_kafka_consume_batch_queue(queue, 100, messages, BATCH);
        int64_t now = nanoseconds(CLOCK_MONOTONIC);
        if (n > 0) last = now;
        else if (now - last > 30000000000LL) die("nothing came for 30 s, after %ld records", got);
        if (n > 0 && !started) {
            started = now;
            due = started + 100000000LL;
            cpu = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
        }
        for (ssize_t i = 0; i < n; i++) {
            rd_kafka_message_t *message = messages[i];
            if (message->err) die("%s", rd_kafka_message_errstr(message));
            if (message->partition >= MOST_PARTITIONS) die("too many partitions");
            if (message->len + 1 > room) bytes = realloc(bytes, room = 2 * (message->len + 1));
            bytes[0] = '>';
            memcpy(bytes + 1, message->payload, message->len);
            while (rd_kafka_produce(output, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, bytes, message->len + 1, NULL, 0, NULL)) {
                if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("%s", rd_kafka_err2str(rd_kafka_last_error()));
                rd_kafka_poll(producer, 5);
            }
            next[message->partition] = message->offset + 1;
            dirty[message->partition] = 1;
            got++;
            rd_kafka_message_destroy(message);
        }
        rd_kafka_poll(producer, 0);
        if (started && (got >= count || nanoseconds(CLOCK_MONOTONIC) >= due)) {
            commit(consumer, producer, v[3], is_transactional);
            due = nanoseconds(CLOCK_MONOTONIC) + 100000000LL;
        }
    }
    printf("{\"records\": %ld, \"seconds\": %.4f, \"cpu\": %.4f}\n", got,
           (nanoseconds(CLOCK_MONOTONIC) - started) * 1e-9, (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e-9);
    fflush(stdout);
    // Leaving the group and destroying the clients is nobody's time.
    _exit(0);
}
