// libavro's generic reader over the order events that data/orders.py FILE COUNT avro writes: every datum is read, and the two
// numbers are added up, as DecodeBench does it.
//
//   decode_avro FILE ROUNDS
#include <avro.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char schema_text[] =
    "{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"user_id\",\"type\":\"long\"},"
    "{\"name\":\"name\",\"type\":[\"null\",\"string\"]},{\"name\":\"amount\",\"type\":\"double\"},{\"name\":\"currency\",\"type\":\"string\"},"
    "{\"name\":\"ts\",\"type\":\"long\"},{\"name\":\"active\",\"type\":\"boolean\"},"
    "{\"name\":\"tags\",\"type\":{\"type\":\"array\",\"items\":\"string\"}},"
    "{\"name\":\"address\",\"type\":{\"type\":\"record\",\"name\":\"Address\",\"fields\":[{\"name\":\"street\",\"type\":\"string\"},"
    "{\"name\":\"city\",\"type\":[\"null\",\"string\"]},{\"name\":\"zip\",\"type\":\"string\"}]}}]}";

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return 1;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *data = malloc(size);
    if (fread(data, 1, size, file) != (size_t)size) return 1;
    fclose(file);
    avro_schema_t schema;
    if (avro_schema_from_json_length(schema_text, sizeof schema_text - 1, &schema)) return 1;
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    avro_value_t value, child;
    avro_generic_value_new(iface, &value);
    avro_reader_t reader = avro_reader_memory("", 0);
    int rounds = atoi(argv[2]);
    double *times = calloc(rounds, sizeof *times);
    long records = 0;
    uint64_t check = 0;
    for (int round = 0; round < rounds; round++) {
        double start = seconds();
        records = 0;
        check = 0;
        for (long at = 0; at + 4 <= size;) {
            uint32_t count;
            memcpy(&count, data + at, 4);
            avro_reader_memory_set_source(reader, data + at + 4, count);
            avro_value_reset(&value);
            if (avro_value_read(reader, &value)) return 1;
            for (int field = 0; field < 2; field++) {
                int64_t number = 0;
                avro_value_get_by_index(&value, field, &child, NULL);
                avro_value_get_long(&child, &number);
                check += (uint64_t)number;
            }
            at += 4 + count;
            records++;
        }
        times[round] = seconds() - start;
    }
    qsort(times, rounds, sizeof *times, compare);
    printf("{\"case\": \"libavro\", \"rate\": %.0f, \"records\": %ld, \"check\": %llu}\n", records / times[rounds / 2], records,
           (unsigned long long)check);
    return 0;
}
