#pragma once
// 16-byte scans for the readers of text: SSE2 on x86-64 and NEON on arm64, which every such processor has, and plain C
// elsewhere. Nothing here reads or writes outside of the bytes that its arguments name.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(LAMINAR_PORTABLE_SCAN) && defined(__SSE2__)
#define LAMINAR_SCAN_SSE2 1
#include <emmintrin.h>
#elif !defined(LAMINAR_PORTABLE_SCAN) && defined(__ARM_NEON) && defined(__aarch64__)
#define LAMINAR_SCAN_NEON 1
#include <arm_neon.h>
#endif

#define LAMINAR_INLINE static inline __attribute__((always_inline))

#if LAMINAR_SCAN_SSE2

LAMINAR_INLINE uint32_t laminar_special_sse2(__m128i v) {
    __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
    __m128i escape = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, escape), control));
}

#elif LAMINAR_SCAN_NEON

// Four bits a byte, lowest first: NEON's stand-in for a byte mask.
LAMINAR_INLINE uint64_t laminar_nibbles_neon(uint8x16_t v) {
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(v), 4)), 0);
}

LAMINAR_INLINE uint64_t laminar_special_neon(uint8x16_t v) {
    uint8x16_t quote = vceqq_u8(v, vdupq_n_u8('"'));
    uint8x16_t escape = vceqq_u8(v, vdupq_n_u8('\\'));
    uint8x16_t control = vcltq_u8(v, vdupq_n_u8(0x20));
    return laminar_nibbles_neon(vorrq_u8(vorrq_u8(quote, escape), control));
}

#endif

// How many of the 16 bytes at `source` come before the first quote, backslash or control character. `*high` gets a bit
// for each of these that isn't ASCII: it is only compared with zero.
LAMINAR_INLINE uint32_t laminar_plain16(const void *source, uint64_t *high) {
#if LAMINAR_SCAN_SSE2
    __m128i v = _mm_loadu_si128((const __m128i *)source);
    uint32_t plain = (uint32_t)__builtin_ctz(laminar_special_sse2(v) | 0x10000u);
    *high |= (uint32_t)_mm_movemask_epi8(v) & ((1u << plain) - 1u);
    return plain;
#elif LAMINAR_SCAN_NEON
    uint8x16_t v = vld1q_u8((const uint8_t *)source);
    uint64_t special = laminar_special_neon(v);
    uint64_t signs = laminar_nibbles_neon(vcgeq_u8(v, vdupq_n_u8(0x80)));
    if (special == 0) { *high |= signs; return 16; }
    uint32_t bit = (uint32_t)__builtin_ctzll(special);
    *high |= signs & ((1ull << bit) - 1ull);
    return bit >> 2;
#else
    const uint8_t *bytes = (const uint8_t *)source;
    uint32_t plain = 0;
    while (plain < 16 && bytes[plain] >= 0x20 && bytes[plain] != '"' && bytes[plain] != '\\') {
        *high |= bytes[plain] & 0x80u;
        plain++;
    }
    return plain;
#endif
}

// The same, and the 16 bytes are copied to `target`, those after the first special one too.
LAMINAR_INLINE uint32_t laminar_copy_plain16(const void *source, void *target, uint64_t *high) {
#if LAMINAR_SCAN_SSE2
    __m128i v = _mm_loadu_si128((const __m128i *)source);
    _mm_storeu_si128((__m128i *)target, v);
    uint32_t plain = (uint32_t)__builtin_ctz(laminar_special_sse2(v) | 0x10000u);
    *high |= (uint32_t)_mm_movemask_epi8(v) & ((1u << plain) - 1u);
    return plain;
#else
    memcpy(target, source, 16);
    return laminar_plain16(source, high);
#endif
}

// Whether all 16 bytes are ASCII.
LAMINAR_INLINE int laminar_is_ascii16(const void *source) {
#if LAMINAR_SCAN_SSE2
    return _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)source)) == 0;
#elif LAMINAR_SCAN_NEON
    return vmaxvq_u8(vld1q_u8((const uint8_t *)source)) < 0x80;
#else
    uint64_t halves[2];
    memcpy(halves, source, 16);
    return ((halves[0] | halves[1]) & 0x8080808080808080ull) == 0;
#endif
}

LAMINAR_INLINE uint64_t laminar_load8(const void *source) {
    uint64_t value;
    memcpy(&value, source, 8);
    return value;
}

LAMINAR_INLINE uint32_t laminar_load4(const void *source) {
    uint32_t value;
    memcpy(&value, source, 4);
    return value;
}

// Whether all `count` bytes are ASCII. What is shorter than a vector is read as two words that overlap: no loop, and
// nothing outside of the bytes.
LAMINAR_INLINE int laminar_is_ascii(const uint8_t *source, size_t count) {
    const uint64_t signs = 0x8080808080808080ull;
    if (count < 16) {
        if (count >= 8) return ((laminar_load8(source) | laminar_load8(source + count - 8)) & signs) == 0;
        if (count >= 4) {
            return ((laminar_load4(source) | laminar_load4(source + count - 4)) & (uint32_t)signs) == 0;
        }
        if (count == 0) return 1;
        return ((source[0] | source[count >> 1] | source[count - 1]) & 0x80) == 0;
    }
    const uint8_t *last = source + count - 16;
    for (; source < last; source += 16) {
        if (!laminar_is_ascii16(source)) return 0;
    }
    return laminar_is_ascii16(last);
}

// Copies the 32 bytes at `source`; whether the first `count` of them, up to 32, are ASCII.
LAMINAR_INLINE int laminar_move_ascii32(const uint8_t *source, void *target, size_t count) {
#if LAMINAR_SCAN_SSE2
    __m128i low = _mm_loadu_si128((const __m128i *)source);
    __m128i high = _mm_loadu_si128((const __m128i *)(source + 16));
    _mm_storeu_si128((__m128i *)target, low);
    _mm_storeu_si128((__m128i *)((uint8_t *)target + 16), high);
    uint64_t signs = (uint32_t)_mm_movemask_epi8(low) | (uint64_t)(uint32_t)_mm_movemask_epi8(high) << 16;
    return (signs & (((uint64_t)1 << count) - 1)) == 0;
#else
    memcpy(target, source, 32);
    return laminar_is_ascii(source, count);
#endif
}

// Copies `count` bytes, up to 16, and writes 16; whether they are ASCII. Eight bytes before `source` are read, and none
// after the last one.
LAMINAR_INLINE int laminar_move_ascii16(const uint8_t *source, void *target, size_t count) {
#if LAMINAR_SCAN_SSE2 || LAMINAR_SCAN_NEON
    // Each word ends with the bytes that are wanted, and what comes before these is shifted out.
    size_t first = count < 8 ? count : 8;
    size_t second = count - first;
    uint64_t words[2];
    words[0] = first == 0 ? 0 : laminar_load8(source + first - 8) >> (64 - 8 * first);
    words[1] = second == 0 ? 0 : laminar_load8(source + count - 8) >> (64 - 8 * second);
    memcpy(target, words, 16);
    return ((words[0] | words[1]) & 0x8080808080808080ull) == 0;
#else
    memcpy(target, source, count);
    return laminar_is_ascii(source, count);
#endif
}

// Whether `count` bytes are UTF-8: by vectors where the processor has a byte shuffle, else byte by byte.
int laminar_is_utf8(const uint8_t *source, size_t count);

// The same byte by byte on every processor.
int laminar_is_utf8_scalar(const uint8_t *source, size_t count);
