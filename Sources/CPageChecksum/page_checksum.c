/* A SQLite VFS that notices what the disk changed: no page comes back other than it was written.
 *
 * SQLite leaves the last 8 bytes of every page alone where byte 20 of the database's header says
 * so. They hold, little-endian:
 *
 *     u32 CRC-32 of the bytes before     u32 MARK exclusive-or the page's number
 *
 * set when a page goes to the database file or to its WAL, and verified whenever one is read from
 * the database file. Frames of a WAL carry SQLite's own sums, chained from one to the next, which
 * SQLite looks at only when it recovers a WAL: here they are verified at every read. What differs
 * is SQLITE_IOERR_DATA.
 *
 * SQLite makes a frame's sum of the page before it is sealed, so the sum is made anew here, after
 * the one that stands on the disk before it. Since the pages of a WAL are sealed, another program
 * that moves the WAL into the database, as any that only looks does when it closes, does no harm.
 *
 * Databases made without those 8 bytes pass unchecked, except for what their WAL says. Journals
 * and temporary files pass too. There is no xFetch: memory-mapped pages would not be seen here. */
#include "CPageChecksum.h"
#include "page_crc.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
  HEADER_BYTES = 100, /* of a database */
  SEAL_BYTES = 8,
  PAGE_BYTES_MIN = 512,
  PAGE_BYTES_MAX = 65536,
  WAL_HEADER_BYTES = 32,
  FRAME_HEADER_BYTES = 24,
  WAL_WRITE_LOCK = 0, /* SQLite's own number of it */
};
static const uint32_t MARK = 0x70616C61; /* "alap" */
static const char MAGIC[16] = "SQLite format 3";

typedef enum { UNKNOWN, PLAIN, SEALED } Kind;

typedef struct File {
  sqlite3_file base;
  Kind kind;               /* of a database; UNKNOWN until it has a first page */
  int page_bytes;          /* of a database that is SEALED */
  int is_trusted;          /* a database whose pages are read unverified */
  uint8_t *page;           /* a header's room and a page on their way to the disk */
  struct File *wal;        /* of a database, while it is open */
  struct File *database;   /* of a WAL */
  uint8_t header[FRAME_HEADER_BYTES]; /* of the frame that was headed last */
  sqlite3_int64 headed;    /* where that header stands */
  sqlite3_int64 last;      /* the furthest that a header was written since the WAL began */
  sqlite3_int64 unsummed;  /* header of the first frame that was overwritten without it; or NONE */
  uint32_t sum[2];         /* of the frame that ends at `summed` */
  sqlite3_int64 summed;    /* -1 when no frame's sum is known without reading it */
  sqlite3_file *real;
} File;

#define NONE INT64_MAX
#define REAL(file) (((File *)(file))->real)
#define CALL(file, method, ...) REAL(file)->pMethods->method(REAL(file), __VA_ARGS__)

static sqlite3_vfs *real_vfs;
static _Atomic int trusts_pages;

static int is_page_size(int bytes) {
  return bytes >= PAGE_BYTES_MIN && bytes <= PAGE_BYTES_MAX && (bytes & (bytes - 1)) == 0;
}

/* --- pages of a database ---------------------------------------------------------------------- */

static void seal(const uint8_t *page, int bytes, uint32_t number, uint8_t out[SEAL_BYTES]) {
  uint32_t words[2] = {pikapalaute_page_crc(page, (size_t)bytes - SEAL_BYTES), MARK ^ number};
  for (int i = 0; i < SEAL_BYTES; i++) out[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
}

static int is_sealed(const uint8_t *page, int bytes, uint32_t number) {
  uint8_t wanted[SEAL_BYTES];
  seal(page, bytes, number, wanted);
  return memcmp(page + bytes - SEAL_BYTES, wanted, SEAL_BYTES) == 0;
}

static void learn(File *file, const uint8_t *header) {
  int bytes = header[16] << 8 | header[17];
  file->page_bytes = bytes == 1 ? PAGE_BYTES_MAX : bytes;
  file->kind = header[20] == SEAL_BYTES ? SEALED : PLAIN;
}

/* A database without a first page is new, and its pages will be sealed: the entry below has told
 * every connection of this process to leave room. */
static int look(File *file) {
  if (file->kind != UNKNOWN) return SQLITE_OK;
  uint8_t first[PAGE_BYTES_MIN];
  int result = file->real->pMethods->xRead(file->real, first, HEADER_BYTES, 0);
  if (result == SQLITE_IOERR_SHORT_READ) return SQLITE_OK;
  if (result != SQLITE_OK) return result;
  if (memcmp(first, MAGIC, sizeof MAGIC) != 0) return SQLITE_OK;
  learn(file, first);
  if (file->kind == SEALED) return SQLITE_OK;
  /* A header that lost its byte 20 would pass for an old database: the mark says otherwise. */
  uint8_t end[SEAL_BYTES];
  if (!is_page_size(file->page_bytes)) return SQLITE_OK;
  result = file->real->pMethods->xRead(
      file->real, end, SEAL_BYTES, file->page_bytes - SEAL_BYTES);
  uint32_t mark = end[4] | end[5] << 8 | end[6] << 16 | (uint32_t)end[7] << 24;
  if (result == SQLITE_OK && mark == (MARK ^ 1)) file->kind = SEALED;
  return SQLITE_OK;
}

static int read_database(sqlite3_file *f, void *to, int bytes, sqlite3_int64 at) {
  File *file = (File *)f;
  int result = look(file);
  if (result == SQLITE_OK) result = CALL(f, xRead, to, bytes, at);
  /* SQLite takes a page behind the end of the file for zeroes: here the file was cut. */
  int is_cut = result == SQLITE_IOERR_SHORT_READ && file->kind == SEALED;
  if (result != SQLITE_OK && !is_cut) return result;
  /* Less than a page is a look at the header. */
  if (file->kind == PLAIN || !is_page_size(bytes) || at % bytes != 0) return result;
  if (file->is_trusted) return result;
  uint32_t number = (uint32_t)(at / bytes + 1);
  if (!is_cut && is_sealed(to, bytes, number)) return SQLITE_OK;
  sqlite3_log(SQLITE_IOERR_DATA, "page %u is not as it was written", number);
  return SQLITE_IOERR_DATA;
}

/* A page as it goes to the disk, with room for a frame's header before it; NULL without memory. */
static uint8_t *copy_page(File *file, const void *from, int bytes, int is_sealing, uint32_t number) {
  if (!file->page && !(file->page = malloc(FRAME_HEADER_BYTES + PAGE_BYTES_MAX))) return NULL;
  uint8_t *page = file->page + FRAME_HEADER_BYTES;
  memcpy(page, from, (size_t)bytes);
  if (is_sealing) seal(page, bytes, number, page + bytes - SEAL_BYTES);
  return page;
}

static int write_database(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at) {
  File *file = (File *)f;
  int result = look(file);
  if (result != SQLITE_OK) return result;
  if (!is_page_size(bytes) || at % bytes != 0) return CALL(f, xWrite, from, bytes, at);
  if (at == 0) {
    Kind before = file->kind;
    learn(file, from);
    /* Pages written before this one may have been sealed; nobody may take that for content. */
    if (before != PLAIN && file->kind == PLAIN) return SQLITE_IOERR_WRITE;
  }
  if (file->kind == PLAIN) return CALL(f, xWrite, from, bytes, at);
  const uint8_t *page = copy_page(file, from, bytes, 1, (uint32_t)(at / bytes + 1));
  return page ? CALL(f, xWrite, page, bytes, at) : SQLITE_IOERR_NOMEM;
}

/* --- frames of a WAL -------------------------------------------------------------------------- */

/* The frame whose page begins at `at`; -1 when none does. */
static sqlite3_int64 frame_at(sqlite3_int64 at, int page_bytes) {
  sqlite3_int64 before = at - WAL_HEADER_BYTES - FRAME_HEADER_BYTES;
  int frame_bytes = FRAME_HEADER_BYTES + page_bytes;
  return before < 0 || before % frame_bytes != 0 ? -1 : before / frame_bytes;
}

/* SQLite's file format, section 4.2: a sum of words in the writer's own byte order. */
static void add_words(uint32_t sum[2], const uint8_t *bytes, int count) {
  for (int i = 0; i < count; i += 8) {
    uint32_t words[2];
    memcpy(words, bytes + i, sizeof words);
    sum[0] += words[0] + sum[1];
    sum[1] += words[1] + sum[0];
  }
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_big_endian(uint8_t *bytes, uint32_t word) {
  for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* The sum that the frame with its header at `header_at` goes on from: the WAL's own, or that of
 * the frame before, the last 8 bytes of either header. */
static int sum_before(sqlite3_file *f, sqlite3_int64 header_at, int page_bytes, uint32_t sum[2]) {
  uint8_t before[8];
  int is_first = header_at == WAL_HEADER_BYTES;
  sqlite3_int64 at = header_at - (int)sizeof before - (is_first ? 0 : page_bytes);
  int result = CALL(f, xRead, before, sizeof before, at);
  sum[0] = big_endian(before);
  sum[1] = big_endian(before + 4);
  return result;
}

static int read_wal(sqlite3_file *f, void *to, int bytes, sqlite3_int64 at) {
  int result = CALL(f, xRead, to, bytes, at);
  if (result != SQLITE_OK || !is_page_size(bytes)) return result;
  sqlite3_int64 frame = frame_at(at, bytes), header_at = at - FRAME_HEADER_BYTES;
  if (frame < 0 || header_at >= ((File *)f)->unsummed) return SQLITE_OK;
  uint8_t header[FRAME_HEADER_BYTES];
  uint32_t sum[2];
  result = sum_before(f, header_at, bytes, sum);
  if (result != SQLITE_OK) return result;
  result = CALL(f, xRead, header, sizeof header, header_at);
  if (result != SQLITE_OK) return result;
  add_words(sum, header, 8);
  add_words(sum, to, bytes);
  if (sum[0] == big_endian(header + 16) && sum[1] == big_endian(header + 20)) return SQLITE_OK;
  sqlite3_log(SQLITE_IOERR_DATA, "frame %lld of the WAL is not as it was written", frame + 1);
  return SQLITE_IOERR_DATA;
}

static void forget_frames(File *file) {
  file->headed = file->last = file->summed = -1;
  file->unsummed = NONE;
}

/* Another connection may have written to the WAL, or begun it anew, since this one did: what is known
 * of its frames holds for one transaction. Its page goes on from what stands on the disk. */
static int lock_wal(sqlite3_file *f, int offset, int n, int flags) {
  File *wal = ((File *)f)->wal;
  int result = CALL(f, xShmLock, offset, n, flags);
  int is_writing = offset == WAL_WRITE_LOCK && flags == (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE);
  if (result == SQLITE_OK && is_writing && wal) forget_frames(wal);
  return result;
}

/* A header goes to the disk with its page, which SQLite writes next. Only when SQLite heads frames
 * again that are there already, it writes headers alone, summed from what is on the disk. */
static int write_header(sqlite3_file *f, const uint8_t *header, sqlite3_int64 at) {
  File *file = (File *)f;
  int is_there = at <= file->last;
  memcpy(file->header, header, FRAME_HEADER_BYTES);
  file->headed = at;
  /* The sums on the disk may become others than the one that is known. */
  if (is_there) file->summed = -1;
  else file->last = at;
  if (at <= file->unsummed) file->unsummed = NONE;
  return is_there ? CALL(f, xWrite, header, FRAME_HEADER_BYTES, at) : SQLITE_OK;
}

static int write_frame(sqlite3_file *f, const void *from, int bytes, int is_sealing) {
  File *file = (File *)f;
  uint8_t *page = copy_page(file, from, bytes, is_sealing, big_endian(file->header));
  if (!page) return SQLITE_IOERR_NOMEM;
  uint32_t sum[2] = {file->sum[0], file->sum[1]};
  if (file->summed != file->headed) {
    int result = sum_before(f, file->headed, bytes, sum);
    if (result != SQLITE_OK) return result;
  }
  uint8_t *header = page - FRAME_HEADER_BYTES;
  memcpy(header, file->header, FRAME_HEADER_BYTES);
  add_words(sum, header, 8);
  add_words(sum, page, bytes);
  put_big_endian(header + 16, sum[0]);
  put_big_endian(header + 20, sum[1]);
  int result = CALL(f, xWrite, header, FRAME_HEADER_BYTES + bytes, file->headed);
  memcpy(file->sum, sum, sizeof sum);
  file->summed = result == SQLITE_OK ? file->headed + FRAME_HEADER_BYTES + bytes : -1;
  return result;
}

/* A transaction that outgrows the cache may write a frame's page a second time. Then the sums of
 * that frame and of all after it are wrong until the commit writes the headers anew, beginning
 * with that frame's; until then nobody else reads them. */
static int write_page_again(
    sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at, int is_sealing) {
  File *file = (File *)f;
  uint8_t number[4];
  int result = CALL(f, xRead, number, sizeof number, at - FRAME_HEADER_BYTES);
  if (result != SQLITE_OK) return result;
  if (at - FRAME_HEADER_BYTES < file->unsummed) file->unsummed = at - FRAME_HEADER_BYTES;
  const uint8_t *page = copy_page(file, from, bytes, is_sealing, big_endian(number));
  return page ? CALL(f, xWrite, page, bytes, at) : SQLITE_IOERR_NOMEM;
}

static int write_wal(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at) {
  File *file = (File *)f;
  if (at == 0) {
    forget_frames(file);
    return CALL(f, xWrite, from, bytes, at);
  }
  if (bytes == FRAME_HEADER_BYTES) return write_header(f, from, at);
  /* A part of a frame could not be sealed. SQLite writes parts only where a disk is not trusted to
   * leave neighbouring sectors alone, which SQLITE_POWERSAFE_OVERWRITE=0 would say. */
  if (!is_page_size(bytes) || frame_at(at, bytes) < 0) return SQLITE_IOERR_WRITE;
  int result = look(file->database);
  if (result != SQLITE_OK) return result;
  int is_sealing = file->database->kind == SEALED;
  if (at == file->headed + FRAME_HEADER_BYTES) return write_frame(f, from, bytes, is_sealing);
  return write_page_again(f, from, bytes, at, is_sealing);
}

/* --- the VFS ---------------------------------------------------------------------------------- */

static int c_close(sqlite3_file *f) {
  File *database = ((File *)f)->database;
  if (database) database->wal = NULL;
  free(((File *)f)->page);
  return REAL(f)->pMethods->xClose(REAL(f));
}
static int c_truncate(sqlite3_file *f, sqlite3_int64 size) { return CALL(f, xTruncate, size); }
static int c_sync(sqlite3_file *f, int flags) { return CALL(f, xSync, flags); }
static int c_size(sqlite3_file *f, sqlite3_int64 *size) { return CALL(f, xFileSize, size); }
static int c_lock(sqlite3_file *f, int level) { return CALL(f, xLock, level); }
static int c_unlock(sqlite3_file *f, int level) { return CALL(f, xUnlock, level); }
static int c_is_reserved(sqlite3_file *f, int *out) { return CALL(f, xCheckReservedLock, out); }
static int c_control(sqlite3_file *f, int operation, void *argument) {
  return CALL(f, xFileControl, operation, argument);
}
static int c_sector(sqlite3_file *f) { return REAL(f)->pMethods->xSectorSize(REAL(f)); }
static int c_device(sqlite3_file *f) { return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f)); }
static int c_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at) {
  return CALL(f, xShmMap, page, size, extend, at);
}
static void c_shm_barrier(sqlite3_file *f) { REAL(f)->pMethods->xShmBarrier(REAL(f)); }
static int c_shm_unmap(sqlite3_file *f, int deletes) { return CALL(f, xShmUnmap, deletes); }

/* Version 2: without xFetch. */
#define METHODS(reads, writes)                                                                    \
  {                                                                                               \
    .iVersion = 2, .xClose = c_close, .xRead = reads, .xWrite = writes, .xTruncate = c_truncate,  \
    .xSync = c_sync, .xFileSize = c_size, .xLock = c_lock, .xUnlock = c_unlock,                   \
    .xCheckReservedLock = c_is_reserved, .xFileControl = c_control, .xSectorSize = c_sector,      \
    .xDeviceCharacteristics = c_device, .xShmMap = c_shm_map, .xShmLock = lock_wal,             \
    .xShmBarrier = c_shm_barrier, .xShmUnmap = c_shm_unmap                                        \
  }
static const sqlite3_io_methods database_methods = METHODS(read_database, write_database);
static const sqlite3_io_methods wal_methods = METHODS(read_wal, write_wal);

static int c_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out) {
  (void)vfs;
  if (!path || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)))
    return real_vfs->xOpen(real_vfs, path, f, flags, out);
  File *file = (File *)f;
  memset(file, 0, sizeof *file);
  forget_frames(file);
  file->is_trusted = atomic_load(&trusts_pages);
  file->real = (sqlite3_file *)(file + 1);
  if (flags & SQLITE_OPEN_WAL) {
    file->database = (File *)sqlite3_database_file_object(path);
    /* Another VFS over this one: the pages that it hands down may be anything. */
    if (file->database->base.pMethods != &database_methods) return SQLITE_CANTOPEN;
  }
  int result = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
  if (result != SQLITE_OK) return result;
  if (file->database) file->database->wal = file;
  file->base.pMethods = flags & SQLITE_OPEN_WAL ? &wal_methods : &database_methods;
  return SQLITE_OK;
}

/* For every connection: databases that it makes, also copies by VACUUM INTO, leave room. Those
 * that are there keep what they have. */
static int leave_room(sqlite3 *db, const char **error, const struct sqlite3_api_routines *api) {
  (void)error;
  (void)api;
  int bytes = SEAL_BYTES;
  sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  return SQLITE_OK;
}

void pikapalaute_trust_pages(int is_trusting) { atomic_store(&trusts_pages, is_trusting); }

int pikapalaute_check_pages(void) {
  static sqlite3_vfs vfs;
  int result = sqlite3_initialize();
  if (result != SQLITE_OK || real_vfs) return result;
  pikapalaute_prepare_page_crc();
  real_vfs = sqlite3_vfs_find(NULL);
  if (!real_vfs) return SQLITE_ERROR;
  vfs = *real_vfs;
  vfs.zName = "pikapalaute";
  vfs.szOsFile = (int)sizeof(File) + real_vfs->szOsFile;
  vfs.xOpen = c_open;
  result = sqlite3_auto_extension((void (*)(void))leave_room);
  if (result == SQLITE_OK) result = sqlite3_vfs_register(&vfs, 1);
  return result;
}
