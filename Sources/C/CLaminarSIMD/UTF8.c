// Whether bytes are UTF-8, 16 at a time: three look-ups by half-bytes say for every pair of neighbours which mistakes
// it may be part of, and a mistake is where all three agree.
//
// Source: J. Keiser, D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2021; Unicode Standard,
// table 3-7, "Well-Formed UTF-8 Byte Sequences".
#include "CLaminarSIMD.h"

int laminar_is_utf8_scalar(const uint8_t *at, size_t count) {
    const uint8_t *end = at + count;
    while (at < end) {
        size_t left = (size_t)(end - at);
        if (left >= 16 && laminar_is_ascii16(at)) {
            at += 16;
            continue;
        }
        uint8_t lead = at[0];
        if (lead < 0x80) {
            at += 1;
        } else if (lead < 0xE0) {
            if (lead < 0xC2 || left < 2 || (at[1] & 0xC0) != 0x80) return 0;
            at += 2;
        } else if (lead < 0xF0) {
            if (left < 3 || (at[1] & 0xC0) != 0x80 || (at[2] & 0xC0) != 0x80) return 0;
            if ((lead == 0xE0 && at[1] < 0xA0) || (lead == 0xED && at[1] > 0x9F)) return 0;
            at += 3;
        } else {
            if (lead > 0xF4 || left < 4) return 0;
            if ((at[1] & 0xC0) != 0x80 || (at[2] & 0xC0) != 0x80 || (at[3] & 0xC0) != 0x80) return 0;
            if ((lead == 0xF0 && at[1] < 0x90) || (lead == 0xF4 && at[1] > 0x8F)) return 0;
            at += 4;
        }
    }
    return 1;
}

#if LAMINAR_SCAN_SSE2 || LAMINAR_SCAN_NEON

// The mistakes, a bit each. The last bit is no mistake by itself: two continuation bytes are right after a lead of
// three or four bytes, and are compared with where such a lead stands.
enum {
    tooShort = 1 << 0,
    tooLong = 1 << 1,
    overlong3 = 1 << 2,
    tooLarge = 1 << 3,
    surrogate = 1 << 4,
    overlong2 = 1 << 5,
    tooLarge1000 = 1 << 6,
    overlong4 = 1 << 6,
    twoContinuations = 1 << 7,
    always = tooShort | tooLong | twoContinuations,
    pastEnd = always | tooLarge | tooLarge1000,
};

// By the upper half of the first byte of a pair, its lower half, and the upper half of the second byte.
static const uint8_t firstUpper[16] = {
    tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong, tooLong,
    twoContinuations, twoContinuations, twoContinuations, twoContinuations,
    tooShort | overlong2, tooShort, tooShort | overlong3 | surrogate,
    tooShort | tooLarge | tooLarge1000 | overlong4,
};
static const uint8_t firstLower[16] = {
    always | overlong3 | overlong2 | overlong4, always | overlong2, always, always, always | tooLarge,
    pastEnd, pastEnd, pastEnd, pastEnd, pastEnd, pastEnd, pastEnd, pastEnd, pastEnd | surrogate, pastEnd, pastEnd,
};
static const uint8_t secondUpper[16] = {
    tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort, tooShort,
    tooLong | overlong2 | twoContinuations | overlong3 | tooLarge1000 | overlong4,
    tooLong | overlong2 | twoContinuations | overlong3 | tooLarge,
    tooLong | overlong2 | twoContinuations | surrogate | tooLarge,
    tooLong | overlong2 | twoContinuations | surrogate | tooLarge,
    tooShort, tooShort, tooShort, tooShort,
};
// Read from 16 - n on, these indices move the last n bytes of a vector to its front and put zeros after them.
static const uint8_t moveToFront[32] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
};
// A lead byte in the last three places whose sequence can't end in this vector is above these.
static const uint8_t completeLeads[16] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xEF, 0xDF, 0xBF,
};

// Fewer than 16 bytes in two words, zeros after them.
LAMINAR_INLINE void loadShort(const uint8_t *source, size_t count, uint64_t words[2]) {
    words[0] = 0;
    words[1] = 0;
    if (count > 8) {
        words[0] = laminar_load8(source);
        words[1] = laminar_load8(source + count - 8) >> (8 * (16 - count));
    } else if (count == 8) {
        words[0] = laminar_load8(source);
    } else if (count >= 4) {
        words[0] = laminar_load4(source) | (uint64_t)laminar_load4(source + count - 4) << (8 * (count - 4));
    } else {
        for (size_t at = 0; at < count; at++) words[0] |= (uint64_t)source[at] << (8 * at);
    }
}

#endif

#if LAMINAR_SCAN_SSE2

#include <cpuid.h>
#include <tmmintrin.h>

// SSSE3 isn't part of plain x86-64: these functions are compiled for it and called only where the processor has it.
#define LAMINAR_SSSE3 __attribute__((target("ssse3")))

LAMINAR_SSSE3 static inline __m128i mistakes(__m128i bytes, __m128i before) {
    const __m128i half = _mm_set1_epi8(0x0F);
    __m128i first = _mm_alignr_epi8(bytes, before, 15);
    __m128i upper = _mm_shuffle_epi8(
        _mm_loadu_si128((const __m128i *)firstUpper), _mm_and_si128(_mm_srli_epi16(first, 4), half));
    __m128i lower = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)firstLower), _mm_and_si128(first, half));
    __m128i second = _mm_shuffle_epi8(
        _mm_loadu_si128((const __m128i *)secondUpper), _mm_and_si128(_mm_srli_epi16(bytes, 4), half));
    __m128i special = _mm_and_si128(_mm_and_si128(upper, lower), second);
    __m128i third = _mm_subs_epu8(_mm_alignr_epi8(bytes, before, 14), _mm_set1_epi8(0xE0 - 0x80));
    __m128i fourth = _mm_subs_epu8(_mm_alignr_epi8(bytes, before, 13), _mm_set1_epi8((char)(0xF0 - 0x80)));
    __m128i mustContinue = _mm_and_si128(_mm_or_si128(third, fourth), _mm_set1_epi8((char)0x80));
    return _mm_xor_si128(special, mustContinue);
}

LAMINAR_SSSE3 static int isUTF8(const uint8_t *source, size_t count) {
    __m128i before = _mm_setzero_si128();
    __m128i wrong = _mm_setzero_si128();
    const uint8_t *end = source + count;
    __m128i rest = _mm_setzero_si128();
    if (count < 16) {
        uint64_t words[2];
        loadShort(source, count, words);
        rest = _mm_set_epi64x((long long)words[1], (long long)words[0]);
    } else {
        __m128i open = _mm_setzero_si128();  // sequences that the vector before leaves open
        for (; end - source >= 16; source += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)source);
            if (_mm_movemask_epi8(bytes) == 0) {
                wrong = _mm_or_si128(wrong, open);
                open = _mm_setzero_si128();
            } else {
                wrong = _mm_or_si128(wrong, mistakes(bytes, before));
                open = _mm_subs_epu8(bytes, _mm_loadu_si128((const __m128i *)completeLeads));
            }
            before = bytes;
        }
        __m128i order = _mm_loadu_si128((const __m128i *)(moveToFront + 16 - (end - source)));
        rest = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(end - 16)), order);
    }
    // Zeros follow the last byte, so that an open sequence is too short here.
    wrong = _mm_or_si128(wrong, mistakes(rest, before));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(wrong, _mm_setzero_si128())) == 0xFFFF;
}

// Asked once: 0 not yet, 1 no, 2 yes. Two threads that ask at the same time get the same answer.
static int hasShuffle(void) {
#if defined(__SSSE3__)
    return 1;
#else
    static int known = 0;
    int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (answer == 0) {
        unsigned a, b, c = 0, d;
        answer = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSSE3) ? 2 : 1;
        __atomic_store_n(&known, answer, __ATOMIC_RELAXED);
    }
    return answer == 2;
#endif
}

int laminar_is_utf8(const uint8_t *source, size_t count) {
    return hasShuffle() ? isUTF8(source, count) : laminar_is_utf8_scalar(source, count);
}

#elif LAMINAR_SCAN_NEON

static inline uint8x16_t mistakes(uint8x16_t bytes, uint8x16_t before) {
    uint8x16_t first = vextq_u8(before, bytes, 15);
    uint8x16_t upper = vqtbl1q_u8(vld1q_u8(firstUpper), vshrq_n_u8(first, 4));
    uint8x16_t lower = vqtbl1q_u8(vld1q_u8(firstLower), vandq_u8(first, vdupq_n_u8(0x0F)));
    uint8x16_t second = vqtbl1q_u8(vld1q_u8(secondUpper), vshrq_n_u8(bytes, 4));
    uint8x16_t special = vandq_u8(vandq_u8(upper, lower), second);
    uint8x16_t third = vqsubq_u8(vextq_u8(before, bytes, 14), vdupq_n_u8(0xE0 - 0x80));
    uint8x16_t fourth = vqsubq_u8(vextq_u8(before, bytes, 13), vdupq_n_u8(0xF0 - 0x80));
    uint8x16_t mustContinue = vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(0x80));
    return veorq_u8(special, mustContinue);
}

int laminar_is_utf8(const uint8_t *source, size_t count) {
    uint8x16_t before = vdupq_n_u8(0);
    uint8x16_t wrong = vdupq_n_u8(0);
    const uint8_t *end = source + count;
    uint8x16_t rest;
    if (count < 16) {
        uint64_t words[2];
        loadShort(source, count, words);
        rest = vreinterpretq_u8_u64(vld1q_u64(words));
    } else {
        uint8x16_t open = vdupq_n_u8(0);  // sequences that the vector before leaves open
        for (; end - source >= 16; source += 16) {
            uint8x16_t bytes = vld1q_u8(source);
            if (vmaxvq_u8(bytes) < 0x80) {
                wrong = vorrq_u8(wrong, open);
                open = vdupq_n_u8(0);
            } else {
                wrong = vorrq_u8(wrong, mistakes(bytes, before));
                open = vqsubq_u8(bytes, vld1q_u8(completeLeads));
            }
            before = bytes;
        }
        uint8x16_t order = vld1q_u8(moveToFront + 16 - (end - source));
        rest = vqtbl1q_u8(vld1q_u8(end - 16), order);
    }
    // Zeros follow the last byte, so that an open sequence is too short here.
    wrong = vorrq_u8(wrong, mistakes(rest, before));
    return vmaxvq_u8(wrong) == 0;
}

#else

int laminar_is_utf8(const uint8_t *source, size_t count) { return laminar_is_utf8_scalar(source, count); }

#endif
