// The core's work in C, on the same data structures as Sources/BucketCore: what the compiler
// for C makes of it is the yardstick. Checks every field, counts by go-back-N, lockout/1 and
// the time rules, and adds each batch up into a table of all hours.
//
//   gcc -O3 -march=native -o core-c core.c && ./core-c FOLDER REPEATS
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "../../Sources/CChecksum/include/checksum.h"

enum { DEVICES = 10000, HOURS = 64, HOUR_FROM = 490896, HOUR_END = 2000000 };
enum { PLACES = 32768, BUCKETS_MAX = 16384, CURSORS_MAX = 4096, WAYS = 4 };
enum { COUNTED, DUPLICATE, REWIND, UNKNOWN_CURSOR, BATCH_FULL, MALFORMED };
#define NEVER INT64_MIN
#define HOUR_MS INT64_C(3600000)
#define LATE_AFTER_MS INT64_C(86400000)

typedef struct { uint32_t epoch, next; } cursor_t;
typedef struct {
  int64_t last_counted_ms;
  cursor_t cursors[WAYS];
  uint64_t buttons;
  uint32_t hour_from, hour_to, repeat_ms;
  uint8_t in_use, changed, listed, rewound;
} __attribute__((aligned(64))) device_t;
typedef struct { uint32_t rule_first, rule_end, unsequenced; } extras_t;
typedef struct { uint32_t hour_from, hour_to, repeat_ms; uint64_t buttons; } rule_t;
typedef struct {
  uint64_t key;
  uint32_t counts[5], excluded, invalid, estimated, late;
  uint64_t lost;
} bucket_t;
typedef struct { uint64_t responses; uint32_t excluded, invalid, estimated; int is_late; } run_t;
typedef struct { int outcome; uint32_t epoch, next, count; } result_t;

static device_t devices[DEVICES];
static extras_t extras[DEVICES];
static rule_t rules[DEVICES];
static bucket_t deltas[BUCKETS_MAX];
static uint16_t places[PLACES], used_places[BUCKETS_MAX];
static uint32_t touched[CURSORS_MAX];
static int delta_count, touched_count;
static uint32_t crc_tables[8 * 256];
static uint32_t totals[HOURS * DEVICES * 5];
static uint64_t late_total;

static inline uint16_t load16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline uint32_t load32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }

static void fill_tables(void) {
  for (int byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
    crc_tables[byte] = crc;
  }
  for (int i = 256; i < 8 * 256; i++)
    crc_tables[i] = crc_tables[i - 256] >> 8 ^ crc_tables[crc_tables[i - 256] & 0xFF];
}

static uint32_t checksum(const uint8_t *p, int count) {
  const uint32_t *t = crc_tables;
  uint32_t crc = 0xFFFFFFFFu;
  int i = 0;
  if (count >= 64) {
    i = count & ~15;
    crc = pikapalaute_fast_checksum(crc, p, i);
  }
  for (; i + 8 <= count; i += 8) {
    uint32_t low = crc ^ load32(p + i), high = load32(p + i + 4);
    crc = t[1792 + (low & 0xFF)] ^ t[1536 + (low >> 8 & 0xFF)] ^ t[1280 + (low >> 16 & 0xFF)]
        ^ t[1024 + (low >> 24)] ^ t[768 + (high & 0xFF)] ^ t[512 + (high >> 8 & 0xFF)]
        ^ t[256 + (high >> 16 & 0xFF)] ^ t[high >> 24];
  }
  for (; i < count; i++) crc = crc >> 8 ^ t[(crc ^ p[i]) & 0xFF];
  return ~crc;
}

static void load_rule(uint32_t device, uint32_t hour) {
  int i = (int)extras[device].rule_end - 1;
  while (i > (int)extras[device].rule_first && rules[i].hour_from > hour) i--;
  device_t *d = &devices[device];
  d->hour_from = rules[i].hour_from;
  d->hour_to = rules[i].hour_to;
  d->repeat_ms = rules[i].repeat_ms;
  d->buttons = rules[i].buttons;
}

static int delta(uint32_t device, int64_t hour, uint8_t slot) {
  uint64_t key = (uint64_t)device << 32 | (uint64_t)hour << 4 | slot;
  int place = (int)(key * UINT64_C(0x9E3779B97F4A7C15) >> 49);
  for (;; place = (place + 1) & (PLACES - 1)) {
    int found = (int)places[place] - 1;
    if (found < 0) break;
    if (deltas[found].key == key) return found;
  }
  int i = delta_count++;
  memset(&deltas[i], 0, sizeof deltas[i]);
  deltas[i].key = key;
  used_places[i] = place;
  places[place] = i + 1;
  return i;
}

static void add(bucket_t *b, const run_t *run) {
  uint32_t responses = 0;
  for (int k = 0; k < 5; k++) {
    uint32_t count = run->responses >> (12 * k) & 0xFFF;
    b->counts[k] += count;
    responses += count;
  }
  b->late += run->is_late ? responses : 0;
  b->excluded += run->excluded;
  b->invalid += run->invalid;
  b->estimated += run->estimated;
}

static void count_presses(const uint8_t *p, int count, device_t *d, uint32_t device,
                          int64_t received_ms, int skipped, uint32_t lost) {
  int is_utc = p[1] & 1;
  int64_t ahead = (int64_t)load32(p + 12) * 1000 - received_ms;
  int64_t offset = is_utc && ahead <= 120000 ? 0 : -ahead;
  int64_t last = d->last_counted_ms, start = 0, length = 0, interval = 0;
  int64_t late_before = received_ms - LATE_AFTER_MS;
  int bucket = -1;
  uint8_t buttons = 0, slot = 0xFF;
  run_t run = { 0 };
  for (int i = skipped; i < count; i++) {
    const uint8_t *press = p + 16 + 8 * i;
    uint32_t raw = load32(press);
    int unknown = raw == 0xFFFFFFFFu;
    int64_t at = unknown ? received_ms : (int64_t)raw * 1000 + load16(press + 4) + offset;
    if (at < 0) at = 0;
    if (press[7] != slot || (uint64_t)(at - start) >= (uint64_t)length) {
      if (bucket >= 0) add(&deltas[bucket], &run);
      int64_t hour = at / HOUR_MS;
      start = hour * HOUR_MS;
      length = HOUR_MS;
      run = (run_t){ .is_late = at < late_before };
      int64_t late_length = late_before - start;
      if (late_length > 0 && late_length < length) {
        start = run.is_late ? start : late_before;
        length = run.is_late ? late_length : length - late_length;
      }
      slot = press[7];
      if ((uint32_t)hour - d->hour_from >= d->hour_to - d->hour_from) load_rule(device, hour);
      interval = d->repeat_ms;
      buttons = d->buttons >> (slot * 4) & 0xF;
      int is_first = bucket < 0;
      bucket = delta(device, hour, buttons ? slot : 0);
      if (is_first) deltas[bucket].lost += lost;
    }
    if (press[6] >= buttons) run.invalid++;
    else if ((uint64_t)(at - last) < (uint64_t)interval) run.excluded++;
    else {
      run.responses += UINT64_C(1) << (press[6] * 12);
      run.estimated += !is_utc || unknown;
      last = at;
    }
  }
  if (bucket >= 0) add(&deltas[bucket], &run);
  d->last_counted_ms = last;
}

static result_t apply(const uint8_t *p, int length, uint32_t device, int64_t received_ms) {
  result_t result = { MALFORMED, 0, 0, 0 };
  if (device >= DEVICES) abort();
  if (length < 28 || p[0] != 1 || p[1] & ~3) return result;
  int count = load16(p + 2);
  if (count == 0 || count > 1000 || length != 20 + 8 * count) return result;
  uint32_t first = load32(p + 8);
  if (first > 0xFFFFFFFFu - (uint32_t)count) return result;
  if (pikapalaute_presses_out_of_range(p + 16, count)) return result;
  if (checksum(p, length - 4) != load32(p + length - 4)) return result;
  result.epoch = load32(p + 4);
  device_t *d = &devices[device];
  int way = -1;
  for (int i = 0; i < WAYS && way < 0; i++)
    if (d->in_use >> i & 1 && d->cursors[i].epoch == result.epoch) way = i;
  result.outcome = UNKNOWN_CURSOR;
  if (!(d->in_use & 0x80) || way < 0) return result;
  result.outcome = BATCH_FULL;
  if (touched_count == CURSORS_MAX || delta_count + count > BUCKETS_MAX) return result;
  uint8_t bit = 1 << way;
  if (!(d->listed & bit)) { d->listed |= bit; touched[touched_count++] = device << 3 | way; }
  uint32_t next = d->cursors[way].next, end = first + count;
  result.next = next;
  if (first > next && !(p[1] & 2)) { d->rewound |= bit; result.outcome = REWIND; return result; }
  d->rewound &= ~bit;
  if (end <= next) { result.outcome = DUPLICATE; return result; }
  uint32_t skipped = first < next ? next - first : 0;
  count_presses(p, count, d, device, received_ms, skipped, first > next ? first - next : 0);
  d->cursors[way].next = end;
  d->changed |= bit;
  result.outcome = COUNTED;
  result.next = end;
  result.count = count - skipped;
  return result;
}

static void install(uint32_t device, uint32_t epoch) {
  device_t *d = &devices[device];
  int way = d->in_use >> 5 & 3;
  d->in_use = (d->in_use & 0x9F) | ((way + 1) & 3) << 5;
  if ((d->changed | d->listed) >> way & 1) abort();
  d->in_use |= 0x80;
  d->cursors[way] = (cursor_t){ epoch, 0 };
  d->in_use |= 1 << way;
}

static void end_batch(void) {
  for (int i = 0; i < delta_count; i++) {
    bucket_t *b = &deltas[i];
    uint32_t device = b->key >> 32, hour = (uint32_t)b->key >> 4;
    uint32_t *row = totals + ((size_t)(hour - HOUR_FROM) * DEVICES + device) * 5;
    for (int k = 0; k < 5; k++) row[k] += b->counts[k];
    late_total += b->late;
    places[used_places[i]] = 0;
  }
  delta_count = 0;
  for (int i = 0; i < touched_count; i++) {
    device_t *d = &devices[touched[i] >> 3];
    d->changed = d->listed = d->rewound = 0;
    extras[touched[i] >> 3].unsequenced = 0;
  }
  touched_count = 0;
}

static void reset(void) {
  memset(totals, 0, sizeof totals);
  late_total = 0;
  memset(devices, 0, sizeof devices);
  memset(places, 0, sizeof places);
  for (uint32_t i = 0; i < DEVICES; i++) {
    devices[i].last_counted_ms = NEVER;
    extras[i] = (extras_t){ i, i + 1, 0 };
    rules[i] = (rule_t){ 0, HOUR_END, 2000, 4 };
  }
}

int main(int argc, char **argv) {
  if (argc != 3) { fprintf(stderr, "usage: core-c FOLDER REPEATS\n"); return 64; }
  char path[4096];
  snprintf(path, sizeof path, "%s/frames", argv[1]);
  int file = open(path, O_RDONLY);
  struct stat info;
  if (file < 0 || fstat(file, &info)) { perror(path); return 1; }
  const uint8_t *frames = mmap(0, info.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  fill_tables();
  for (int repeat = 0; repeat < atoi(argv[2]); repeat++) {
    reset();
    uint64_t presses = 0;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    for (off_t offset = 0; offset < info.st_size;) {
      uint32_t device = load32(frames + offset), length = load32(frames + offset + 4);
      result_t r;
      for (;;) {
        r = apply(frames + offset + 8, length, device, (HOUR_FROM + HOURS) * HOUR_MS);
        if (r.outcome == COUNTED) break;
        if (r.outcome == UNKNOWN_CURSOR) install(device, r.epoch);
        else if (r.outcome == BATCH_FULL) end_batch();
        else abort();
      }
      presses += r.count;
      offset += 8 + length;
    }
    end_batch();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    double ns = (to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec);
    uint64_t sum = late_total * 7;
    for (size_t i = 0; i < HOURS * DEVICES * 5; i++) sum += (uint64_t)totals[i] * (i % 5 + 1);
    printf("%f %llu %llu\n", ns / presses, (unsigned long long)presses, (unsigned long long)sum);
  }
  return 0;
}
