// The two checks that go over every byte of a frame, with instructions Swift has no words for.
//
// CRC-32 (IEEE 802.3) by carry-less multiplication, for processors that have it: folds 64 bytes a step into four 128-bit remainders, these into one, and reduces that by
// Barrett: V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction", Intel 2009. The constants are powers of x modulo the bit-reflected polynomial.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Swift's compiler cannot look into C: these say what holds by their look, no heap and no locks.
#if defined(__swift__) || defined(__clang__)
#define ALLOCATES_NOTHING __attribute__((swift_attr("@_noAllocation"), swift_attr("@_noLocks")))
#else
#define ALLOCATES_NOTHING
#endif

#if defined(__x86_64__)
#include <smmintrin.h>
#include <wmmintrin.h>

static inline int pikapalaute_has_fast_checksum(void) {
#if __STDC_HOSTED__
  return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
#else
  return 0;
#endif
}

// The remainder after `count` bytes, a multiple of 16 and at least 64; `crc` is the remainder
// before them, neither inverted on the way in nor on the way out.
__attribute__((target("pclmul,sse4.1"))) ALLOCATES_NOTHING
static inline uint32_t pikapalaute_fast_checksum(uint32_t crc, const void *bytes, size_t count) {
  const __m128i fold64 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  const __m128i fold16 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  const __m128i fold8 = _mm_set_epi64x(0, 0x0163cd6124);
  const __m128i barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
  const __m128i low32 = _mm_setr_epi32(~0, 0, ~0, 0);
  const __m128i *p = (const __m128i *)bytes;
  __m128i a = _mm_xor_si128(_mm_loadu_si128(p), _mm_cvtsi32_si128((int)crc));
  __m128i b = _mm_loadu_si128(p + 1), c = _mm_loadu_si128(p + 2), d = _mm_loadu_si128(p + 3);
  for (p += 4, count -= 64; count >= 64; p += 4, count -= 64) {
    __m128i a0 = _mm_clmulepi64_si128(a, fold64, 0x00), b0 = _mm_clmulepi64_si128(b, fold64, 0x00);
    __m128i c0 = _mm_clmulepi64_si128(c, fold64, 0x00), d0 = _mm_clmulepi64_si128(d, fold64, 0x00);
    a = _mm_xor_si128(_mm_clmulepi64_si128(a, fold64, 0x11), _mm_xor_si128(a0, _mm_loadu_si128(p)));
    b = _mm_xor_si128(_mm_clmulepi64_si128(b, fold64, 0x11), _mm_xor_si128(b0, _mm_loadu_si128(p + 1)));
    c = _mm_xor_si128(_mm_clmulepi64_si128(c, fold64, 0x11), _mm_xor_si128(c0, _mm_loadu_si128(p + 2)));
    d = _mm_xor_si128(_mm_clmulepi64_si128(d, fold64, 0x11), _mm_xor_si128(d0, _mm_loadu_si128(p + 3)));
  }
#define FOLD(into, next) \
  into = _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(into, fold16, 0x00), \
                                     _mm_clmulepi64_si128(into, fold16, 0x11)), next)
  FOLD(a, b);
  FOLD(a, c);
  FOLD(a, d);
  for (; count >= 16; p++, count -= 16) FOLD(a, _mm_loadu_si128(p));
#undef FOLD
  a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, fold16, 0x10));
  a = _mm_xor_si128(_mm_srli_si128(a, 4),
                    _mm_clmulepi64_si128(_mm_and_si128(a, low32), fold8, 0x00));
  __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low32), barrett, 0x10);
  a = _mm_xor_si128(a, _mm_clmulepi64_si128(_mm_and_si128(quotient, low32), barrett, 0x00));
  return (uint32_t)_mm_extract_epi32(a, 1);
}

// Whether any of `count` presses has milliseconds over 999 or a slot over 15: as four 16-bit
// lanes a press, what is left after subtracting the largest allowed.
ALLOCATES_NOTHING
static inline int pikapalaute_presses_out_of_range(const void *presses, size_t count) {
  const __m128i most = _mm_setr_epi16(-1, -1, 999, 0x0FFF, -1, -1, 999, 0x0FFF);
  const char *p = (const char *)presses;
  __m128i over = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 2 <= count; i += 2)
    over = _mm_or_si128(over, _mm_subs_epu16(_mm_loadu_si128((const __m128i *)(p + 8 * i)), most));
  if (i < count)
    over = _mm_or_si128(over, _mm_subs_epu16(_mm_loadl_epi64((const __m128i *)(p + 8 * i)), most));
  return _mm_movemask_epi8(_mm_cmpeq_epi8(over, _mm_setzero_si128())) != 0xFFFF;
}

#else

ALLOCATES_NOTHING
static inline int pikapalaute_presses_out_of_range(const void *presses, size_t count) {
  const unsigned char *p = (const unsigned char *)presses;
  int over = 0;
  for (size_t i = 0; i < count; i++, p += 8) over |= (p[4] | p[5] << 8) > 999 || p[7] > 15;
  return over;
}

static inline int pikapalaute_has_fast_checksum(void) { return 0; }

ALLOCATES_NOTHING
static inline uint32_t pikapalaute_fast_checksum(uint32_t crc, const void *bytes, size_t count) {
  (void)bytes;
  (void)count;
  return crc;
}

#endif
