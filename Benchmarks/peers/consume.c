// The C peer: what plain librdkafka does, with nothing on top.
//
//   cc -O2 -Wall consume.c -lrdkafka -o consume
//   consume fill    SERVERS TOPIC PARTITIONS COUNT FILE [NAME=VALUE …]   writes FILE's records, over and over
//   consume read    SERVERS TOPIC PARTITIONS COUNT      [NAME=VALUE …]   rd_kafka_consume_batch_queue, 1000 at a time
//   consume ping    SERVERS TOPIC COUNT MICROSECONDS                     a record with the time in it, every so often
//   consume latency SERVERS TOPIC COUNT                                  how old such records are when they are in hand
//
// FILE is what data/orders.py writes: records behind their length (uint32). NAME=VALUE is any property of librdkafka.
// Prints one JSON object. Seconds and CPU seconds count from the first record, so that joining, metadata and the first
// fetch are nobody's.
#include <librdkafka/rdkafka.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 1000 };

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static int64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static double peak_megabytes(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024.0;
}

struct setting { const char *name, *value; };

static rd_kafka_t *client(rd_kafka_type_t type, const char *servers, const struct setting *settings, char **extra,
                          void (*report)(rd_kafka_t *, const rd_kafka_message_t *, void *)) {
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (rd_kafka_conf_set(conf, "bootstrap.servers", servers, error, sizeof error)) die("%s", error);
    for (; settings->name; settings++)
        if (rd_kafka_conf_set(conf, settings->name, settings->value, error, sizeof error)) die("%s", error);
    for (; extra && *extra; extra++) {
        char *value = strchr(*extra, '=');
        if (!value) die("%s isn't NAME=VALUE", *extra);
        *value++ = 0;
        if (rd_kafka_conf_set(conf, *extra, value, error, sizeof error)) die("%s", error);
    }
    if (report) rd_kafka_conf_set_dr_msg_cb(conf, report);
    rd_kafka_t *made = rd_kafka_new(type, conf, error, sizeof error);
    if (!made) die("%s", error);
    return made;
}

static long delivered, lost;

static void report(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk, (void)opaque;
    if (message->err) lost++;
    else delivered++;
}

static char *contents(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) die("%s can't be read", path);
    fseek(file, 0, SEEK_END);
    *size = ftell(file);
    rewind(file);
    char *data = malloc(*size);
    if (!data || fread(data, 1, *size, file) != *size) die("%s can't be read", path);
    fclose(file);
    return data;
}

static int fill(char **v) {
    static const struct setting settings[] = {{"linger.ms", "20"},
                                              {"batch.size", "1000000"},
                                              {"queue.buffering.max.messages", "200000"},
                                              {"queue.buffering.max.kbytes", "262144"},
                                              {NULL, NULL}};
    long partitions = atol(v[2]), count = atol(v[3]), bytes = 0;
    size_t size, at = 0;
    char *data = contents(v[4], &size);
    rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, v[0], settings, v + 5, report);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, v[1], NULL);
    for (long i = 0; i < count; i++) {
        uint32_t length;
        if (at + 4 > size) at = 0;
        memcpy(&length, data + at, 4);
        while (rd_kafka_produce(topic, i % partitions, RD_KAFKA_MSG_F_COPY, data + at + 4, length, NULL, 0, NULL)) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("%s", rd_kafka_err2str(rd_kafka_last_error()));
            rd_kafka_poll(rk, 5);
        }
        bytes += length;
        at += 4 + length;
        if (i % 1024 == 0) rd_kafka_poll(rk, 0);
    }
    rd_kafka_flush(rk, 300000);
    if (lost || delivered != count) die("%ld of %ld records were not delivered", count - delivered, count);
    printf("{\"records\": %ld, \"bytes\": %ld}\n", count, bytes);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(rk);
    free(data);
    return 0;
}

static rd_kafka_t *reader(const char *servers, const char *topic, long partitions, int64_t offset, char **extra) {
    static const struct setting settings[] = {{"group.id", "benchmark"},       {"enable.auto.commit", "false"},
                                              {"fetch.wait.max.ms", "100"},    {"queued.min.messages", "200000"},
                                              {"auto.offset.reset", "earliest"}, {NULL, NULL}};
    rd_kafka_t *rk = client(RD_KAFKA_CONSUMER, servers, settings, extra, NULL);
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int p = 0; p < partitions; p++) rd_kafka_topic_partition_list_add(list, topic, p)->offset = offset;
    if (rd_kafka_assign(rk, list)) die("the partitions could not be assigned");
    rd_kafka_topic_partition_list_destroy(list);
    return rk;
}

static int consume(char **v) {
    long count = atol(v[3]), got = 0, bytes = 0;
    rd_kafka_t *rk = reader(v[0], v[1], atol(v[2]), RD_KAFKA_OFFSET_BEGINNING, v + 4);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
    rd_kafka_message_t *messages[BATCH];
    int64_t started = 0, last = nanoseconds();
    double cpu = 0;
    while (got < count) {
        ssize_t n = rd_kafka_consume_batch_queue(queue, 500, messages, BATCH);
        if (n > 0 && !started) {
            started = nanoseconds();
            cpu = cpu_seconds();
        }
        for (ssize_t i = 0; i < n; i++) {
            if (messages[i]->err) die("%s", rd_kafka_message_errstr(messages[i]));
            got++;
            bytes += messages[i]->len;
            rd_kafka_message_destroy(messages[i]);
        }
        if (n > 0) last = nanoseconds();
        else if (nanoseconds() - last > 20000000000LL) die("nothing came for 20 s, after %ld records", got);
    }
    double seconds = (nanoseconds() - started) * 1e-9;
    printf("{\"records\": %ld, \"bytes\": %ld, \"seconds\": %.4f, \"cpu\": %.4f, \"peak_mb\": %.1f}\n", got, bytes,
           seconds, cpu_seconds() - cpu, peak_megabytes());
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    return 0;
}

static int ping(char **v) {
    static const struct setting settings[] = {{"linger.ms", "0"}, {NULL, NULL}};
    long count = atol(v[2]), pause = atol(v[3]);
    rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, v[0], settings, NULL, report);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, v[1], NULL);
    for (long i = 0; i < count; i++) {
        int64_t now = nanoseconds();
        if (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, &now, sizeof now, NULL, 0, NULL)) die("a record was refused");
        rd_kafka_poll(rk, 0);
        usleep(pause);
    }
    rd_kafka_flush(rk, 30000);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(rk);
    return lost != 0;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int latency(char **v) {
    long count = atol(v[2]), got = 0;
    double *ages = calloc(count, sizeof *ages);
    rd_kafka_t *rk = reader(v[0], v[1], 1, RD_KAFKA_OFFSET_END, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
    rd_kafka_message_t *messages[BATCH];
    while (got < count) {
        ssize_t n = rd_kafka_consume_batch_queue(queue, 20000, messages, 1);
        if (n <= 0) die("nothing came for 20 s");
        for (ssize_t i = 0; i < n; i++) {
            if (messages[i]->err) die("%s", rd_kafka_message_errstr(messages[i]));
            int64_t sent;
            memcpy(&sent, messages[i]->payload, sizeof sent);
            if (got < count) ages[got++] = (nanoseconds() - sent) * 1e-6;
            rd_kafka_message_destroy(messages[i]);
        }
    }
    qsort(ages, count, sizeof *ages, ascending);
    printf("{\"records\": %ld, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n", count, ages[count / 2], ages[count * 99 / 100]);
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    free(ages);
    return 0;
}

int main(int c, char **v) {
    if (c >= 7 && !strcmp(v[1], "fill")) return fill(v + 2);
    if (c >= 6 && !strcmp(v[1], "read")) return consume(v + 2);
    if (c >= 6 && !strcmp(v[1], "ping")) return ping(v + 2);
    if (c >= 5 && !strcmp(v[1], "latency")) return latency(v + 2);
    die("usage: consume fill|read|ping|latency SERVERS TOPIC …; the head of consume.c says what");
    return 2;
}
