// The peer of `decode protobuf columns`: C++ protobuf's generated code parses the file that data/orders_protobuf.py writes
// into one message that is used again, so that its strings keep their memory.
//
//   protoc --cpp_out=. order.proto && g++ -O3 -march=native decode_protobuf.cpp order.pb.cc -lprotobuf -o decode_protobuf
//   ./decode_protobuf FILE [ROUNDS]        prints one JSON object, as DecodeBench does
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "order.pb.h"

struct Slice { const char *start; uint32_t count; };

static double cpu() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (!file) return 2;
    fseek(file, 0, SEEK_END);
    std::vector<char> data(ftell(file));
    rewind(file);
    if (fread(data.data(), 1, data.size(), file) != data.size()) return 2;
    fclose(file);
    std::vector<Slice> slices;
    for (size_t at = 0; at + 4 <= data.size();) {
        uint32_t count;
        memcpy(&count, &data[at], 4);
        slices.push_back({&data[at + 4], count});
        at += 4 + count;
    }
    int rounds = argc > 2 ? atoi(argv[2]) : 5;
    std::vector<double> seconds;
    int64_t check = 0;
    for (int round = 0; round < rounds; round++) {
        check = 0;
        bench::Order order;
        double start = cpu();
        for (auto &slice : slices) {
            if (!order.ParseFromArray(slice.start, (int)slice.count)) return 1;
            check += order.id() + order.user_id();
        }
        seconds.push_back(cpu() - start);
    }
    std::sort(seconds.begin(), seconds.end());
    double median = seconds[rounds / 2];
    printf("{\"case\": \"C++ protobuf\", \"rate\": %.0f, \"cpu_seconds\": %f, \"records\": %zu, \"check\": %lld}\n",
           slices.size() / median, median, slices.size(), (long long)check);
}
