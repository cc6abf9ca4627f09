/* CRC-32 (IEEE 802.3) of a page, by carry-less multiplication where there is such a thing. */
#pragma once
#include <checksum.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint32_t pikapalaute_crc_tables[8][256];

static inline void pikapalaute_prepare_page_crc(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    pikapalaute_crc_tables[0][i] = crc;
  }
  for (int n = 1; n < 8; n++)
    for (int i = 0; i < 256; i++) {
      uint32_t before = pikapalaute_crc_tables[n - 1][i];
      pikapalaute_crc_tables[n][i] = before >> 8 ^ pikapalaute_crc_tables[0][before & 255];
    }
}

/* `count` is a multiple of 8 and at least 64. */
static inline uint32_t pikapalaute_page_crc(const uint8_t *bytes, size_t count) {
  uint32_t(*tables)[256] = pikapalaute_crc_tables;
  uint32_t crc = ~0u;
  size_t at = 0;
  if (pikapalaute_has_fast_checksum()) {
    at = count / 16 * 16;
    crc = pikapalaute_fast_checksum(crc, bytes, at);
  }
  for (; at < count; at += 8) {
    const uint8_t *b = bytes + at;
    crc ^= b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    crc = tables[7][crc & 255] ^ tables[6][crc >> 8 & 255] ^ tables[5][crc >> 16 & 255] ^
          tables[4][crc >> 24] ^ tables[3][b[4]] ^ tables[2][b[5]] ^ tables[1][b[6]] ^
          tables[0][b[7]];
  }
  return ~crc;
}
