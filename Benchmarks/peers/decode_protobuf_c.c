// The peer of `decode protobuf columns`: protobuf-c's generated descriptors, unpacked with an allocator that only counts
// up and starts again for every message, the fastest way to use it.
//
//   protoc-c --c_out=. order.proto && cc -O3 -march=native decode_protobuf_c.c order.pb-c.c -lprotobuf-c -o decode_protobuf_c
//   ./decode_protobuf_c FILE [ROUNDS]      prints one JSON object, as DecodeBench does
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "order.pb-c.h"

static char arena[1 << 20];
static size_t used;

static void *take(void *data, size_t size) {
    (void)data;
    size_t at = used;
    used += (size + 15) & ~(size_t)15;
    return used <= sizeof arena ? arena + at : NULL;
}

static void leave(void *data, void *pointer) { (void)data; (void)pointer; }

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return 2;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file), count = 0;
    rewind(file);
    uint8_t *data = malloc(size);
    if (!data || fread(data, 1, size, file) != size) return 2;
    fclose(file);
    int rounds = argc > 2 ? atoi(argv[2]) : 5;
    double seconds[64];
    if (rounds < 1 || rounds > 64) return 2;
    long long check = 0;
    ProtobufCAllocator allocator = {take, leave, NULL};
    for (int round = 0; round < rounds; round++) {
        check = 0;
        count = 0;
        double start = cpu();
        for (size_t at = 0; at + 4 <= size; count++) {
            uint32_t length;
            memcpy(&length, data + at, 4);
            used = 0;
            Bench__Order *order = bench__order__unpack(&allocator, length, data + at + 4);
            if (!order) return 1;
            check += order->id + order->user_id;
            at += 4 + length;
        }
        seconds[round] = cpu() - start;
    }
    qsort(seconds, (size_t)rounds, sizeof *seconds, by_size);
    double median = seconds[rounds / 2];
    printf("{\"case\": \"protobuf-c\", \"rate\": %.0f, \"cpu_seconds\": %f, \"records\": %zu, \"check\": %lld}\n",
           (double)count / median, median, count, check);
}
