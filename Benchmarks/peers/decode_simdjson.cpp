// The peer of `decode json columns`: simdjson's on-demand reader over the file that data/orders.py writes, to the same
// eight columns.
//
//   g++ -O3 -march=native -std=c++17 decode_simdjson.cpp -lsimdjson -o decode_simdjson && ./decode_simdjson FILE [ROUNDS]
//
// -march=native lets simdjson use the widest instructions of this machine; Laminar is compiled for the baseline (SSE2).
// The payloads lie in one buffer, so that simdjson has its padding without a copy. Prints the same lines as DecodeBench:
// "run-time plan" learns fields and types from a table at run time, in the expected order first, as a general decoder
// must, and has the unwanted fields in it too, as if it had learned their places; "hard-coded" knows them at compile
// time. Neither checks what it skips; both check UTF-8.
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace simdjson;

struct Slice { const char *start; size_t count; };
enum Kind { SKIP, BIGINT, TEXT, DOUBLE, TIMESTAMP, BOOLEAN, OBJECT };

struct Column {
    std::vector<int64_t> ints;
    std::vector<double> doubles;
    std::vector<int32_t> offsets;
    std::vector<char> bytes;
    std::vector<uint8_t> flags;
};

struct Batch {
    std::vector<Column> columns{8};
    void clear() {
        for (auto &c : columns) {
            c.ints.clear(); c.doubles.clear(); c.offsets.clear(); c.bytes.clear(); c.flags.clear();
        }
    }
};

struct Field { std::string name; Kind kind; int column; std::vector<Field> fields; };

static int64_t days(int y, int m, int d) {
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int64_t)era * 146097 + doe - 719468;
}

// RFC 3339 with Z, the last day remembered.
struct Clock {
    char day[10] = {0};
    int64_t midnight = 0;
    bool read(std::string_view s, int64_t &out) {
        if (s.size() < 20 || s.back() != 'Z') return false;
        unsigned bad = 0;
        auto digit = [&](size_t i) { unsigned v = (unsigned)s[i] - '0'; bad |= v > 9; return (int)v; };
        if (memcmp(day, s.data(), 10) != 0) {
            int y = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
            int m = digit(5) * 10 + digit(6), d = digit(8) * 10 + digit(9);
            if (bad || m < 1 || m > 12 || d < 1 || d > 31 || s[4] != '-' || s[7] != '-') return false;
            memcpy(day, s.data(), 10);
            midnight = days(y, m, d) * 86400000000;
        }
        int h = digit(11) * 10 + digit(12), mi = digit(14) * 10 + digit(15), se = digit(17) * 10 + digit(18);
        if (bad || h > 23 || mi > 59 || se > 60 || s[13] != ':' || s[16] != ':') return false;
        int64_t us = 0;
        size_t i = 19;
        if (s[i] == '.') {
            int k = 0;
            for (i++; i < s.size() - 1; i++) { int v = digit(i); if (k < 6) { us = us * 10 + v; k++; } }
            for (; k < 6; k++) us *= 10;
        }
        if (bad) return false;
        out = midnight + ((int64_t)(h * 60 + mi) * 60 + se) * 1000000 + us;
        return true;
    }
};

static inline bool put(Column &c, Kind kind, ondemand::value &v, Clock &clock) {
    switch (kind) {
    case BIGINT: { int64_t x; if (v.get_int64().get(x)) return false; c.ints.push_back(x); return true; }
    case DOUBLE: { double x; if (v.get_double().get(x)) return false; c.doubles.push_back(x); return true; }
    case BOOLEAN: { bool x; if (v.get_bool().get(x)) return false; c.flags.push_back(x); return true; }
    case TEXT: {
        std::string_view s;
        if (v.get_string().get(s)) return false;
        c.bytes.insert(c.bytes.end(), s.begin(), s.end());
        c.offsets.push_back((int32_t)c.bytes.size());
        return true;
    }
    case TIMESTAMP: {
        std::string_view s;
        int64_t x;
        if (v.get_string().get(s) || !clock.read(s, x)) return false;
        c.ints.push_back(x);
        return true;
    }
    default: return false;
    }
}

// Fields in any order; the one that is expected next is compared first.
static bool object(ondemand::object &o, const std::vector<Field> &plan, Batch &batch, Clock &clock) {
    size_t expected = 0;
    for (auto f : o) {
        ondemand::raw_json_string key;
        if (f.key().get(key)) return false;
        const Field *hit = nullptr;
        for (size_t i = 0; i < plan.size(); i++) {
            size_t at = expected + i < plan.size() ? expected + i : expected + i - plan.size();
            if (key.unsafe_is_equal(plan[at].name)) { hit = &plan[at]; expected = at + 1; break; }
        }
        if (!hit || hit->kind == SKIP) continue;
        ondemand::value v;
        if (f.value().get(v)) return false;
        if (hit->kind == OBJECT) {
            ondemand::object inner;
            if (v.get_object().get(inner) || !object(inner, hit->fields, batch, clock)) return false;
        } else if (!put(batch.columns[hit->column], hit->kind, v, clock)) {
            return false;
        }
    }
    return true;
}

static bool planned(ondemand::parser &parser, Slice s, const std::vector<Field> &plan, Batch &batch, Clock &clock) {
    ondemand::document doc;
    if (parser.iterate(s.start, s.count, s.count + SIMDJSON_PADDING).get(doc)) return false;
    ondemand::object o;
    return !doc.get_object().get(o) && object(o, plan, batch, clock);
}

static bool hardcoded(ondemand::parser &parser, Slice s, Batch &batch, Clock &clock) {
    ondemand::document doc;
    if (parser.iterate(s.start, s.count, s.count + SIMDJSON_PADDING).get(doc)) return false;
    ondemand::object o;
    if (doc.get_object().get(o)) return false;
    auto &c = batch.columns;
    auto one = [&](const char *name, Kind kind, int column) {
        ondemand::value v;
        return !o.find_field(name).get(v) && put(c[column], kind, v, clock);
    };
    if (!one("id", BIGINT, 0) || !one("user_id", BIGINT, 1) || !one("name", TEXT, 2) || !one("amount", DOUBLE, 3)
        || !one("currency", TEXT, 4) || !one("ts", TIMESTAMP, 5) || !one("active", BOOLEAN, 6)) return false;
    ondemand::object a;
    ondemand::value v;
    if (o.find_field("address").get_object().get(a) || a.find_field("city").get(v)) return false;
    return put(c[7], TEXT, v, clock);
}

static double cpu() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    if (argc < 2) { fprintf(stderr, "usage: decode_simdjson FILE [ROUNDS]\n"); return 2; }
    int rounds = argc > 2 ? std::max(atoi(argv[2]), 1) : 5;
    FILE *file = fopen(argv[1], "rb");
    if (!file) { perror(argv[1]); return 1; }
    std::vector<char> data;
    char chunk[1 << 16];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;) data.insert(data.end(), chunk, chunk + n);
    fclose(file);
    size_t size = data.size();
    data.resize(size + SIMDJSON_PADDING);
    std::vector<Slice> slices;
    for (size_t at = 0; at + 4 <= size;) {
        uint32_t n;
        memcpy(&n, &data[at], 4);
        slices.push_back({&data[at + 4], n});
        at += 4 + n;
    }
    std::vector<Field> plan = {
        {"id", BIGINT, 0, {}}, {"user_id", BIGINT, 1, {}}, {"name", TEXT, 2, {}}, {"amount", DOUBLE, 3, {}},
        {"currency", TEXT, 4, {}}, {"ts", TIMESTAMP, 5, {}}, {"active", BOOLEAN, 6, {}},
        {"tags", SKIP, 0, {}}, {"address", OBJECT, 0, {{"street", SKIP, 0, {}}, {"city", TEXT, 7, {}}, {"zip", SKIP, 0, {}}}}};
    ondemand::parser parser;
    Batch batch;
    Clock clock;
    auto run = [&](const char *name, std::function<bool(Slice)> decode) {
        std::vector<double> seconds;
        int64_t check = 0;
        for (int r = 0; r < rounds; r++) {
            check = 0;
            double start = cpu();
            for (size_t i = 0; i < slices.size(); i++) {
                if (!decode(slices[i])) { fprintf(stderr, "record %zu can't be decoded\n", i); exit(1); }
                if (i % 1000 == 999 || i + 1 == slices.size()) {
                    for (auto x : batch.columns[0].ints) check += x;
                    for (auto x : batch.columns[1].ints) check += x;
                    batch.clear();
                }
            }
            seconds.push_back(cpu() - start);
        }
        std::sort(seconds.begin(), seconds.end());
        double median = seconds[rounds / 2];
        printf("{\"case\": \"%s\", \"rate\": %.0f, \"cpu_seconds\": %f, \"records\": %zu, \"check\": %lld}\n", name,
            (double)slices.size() / median, median, slices.size(), (long long)check);
    };
    run("peer simdjson, run-time plan", [&](Slice s) { return planned(parser, s, plan, batch, clock); });
    run("peer simdjson, hard-coded", [&](Slice s) { return hardcoded(parser, s, batch, clock); });
}
