/* A SQLite VFS that writes down what a process asks of the disk, for cutting the power later.
 *
 * Loaded with LD_PRELOAD it becomes the default VFS of the real program. Every operation is
 * passed on and appended to POWERLOSS_LOG, so that any moment of the run can be made again as
 * a disk would show it: power.py forgets what was not synced, keeps a part of it, or tears it.
 * The shared memory of a WAL is nothing that outlives a machine and is left out.
 *
 *     record   u8 operation · u8 0 · u16 name bytes · u32 data bytes · i64 offset · name · data
 *
 *     C made, its name lies in the folder     W written      T truncated to offset
 *     S synced, after the sync returned       D deleted      Y the folder was synced
 *     F a sync failed
 *
 * To prove that the harness sees what it should, the program can be made careless without
 * being changed: POWERLOSS_SYNCHRONOUS=NORMAL or OFF rewrites its PRAGMA synchronous, and
 * POWERLOSS_NO_REWRITE keeps it from writing a WAL anew whose sync may have failed.
 * POWERLOSS_AUTOCHECKPOINT=n makes checkpoints come after n pages, so that short runs have
 * some. POWERLOSS_FOLDER is the folder whose fsync counts as Y. POWERLOSS_FAIL_SYNC=n lets the
 * nth sync of the WAL fail as Linux does: F, what was written stays readable, but is called
 * clean although it never reached the disk, and no later sync brings it there. The process is
 * killed then, so that the next one finds a WAL that it can read and the disk does not have. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

typedef struct {
  sqlite3_file base;
  char *name;
  int syncs_folder; /* as SQLite's unix VFS does at the first sync of a new journal or WAL */
  sqlite3_file *real;
} File;

static sqlite3_vfs *real_vfs;
static int log_descriptor = -1;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void note(char operation, const char *name, int64_t offset, const void *data, int bytes) {
  struct __attribute__((packed)) {
    uint8_t operation, zero;
    uint16_t name_bytes;
    uint32_t data_bytes;
    int64_t offset;
  } head = {(uint8_t)operation, 0, (uint16_t)strlen(name), (uint32_t)bytes, offset};
  struct iovec parts[3] = {
      {&head, sizeof head}, {(void *)name, head.name_bytes}, {(void *)data, (size_t)bytes}};
  ssize_t wanted = (ssize_t)(sizeof head + head.name_bytes + head.data_bytes);
  pthread_mutex_lock(&log_lock);
  if (writev(log_descriptor, parts, 3) != wanted) {
    fprintf(stderr, "powerloss: the log cannot be written\n");
    _exit(70);
  }
  pthread_mutex_unlock(&log_lock);
}

#define REAL(file) (((File *)(file))->real)
#define CALL(file, method, ...) REAL(file)->pMethods->method(REAL(file), __VA_ARGS__)

static int p_close(sqlite3_file *f) {
  int result = REAL(f)->pMethods->xClose(REAL(f));
  free(((File *)f)->name);
  return result;
}
static int p_read(sqlite3_file *f, void *to, int bytes, sqlite3_int64 at) {
  return CALL(f, xRead, to, bytes, at);
}
static int p_write(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at) {
  note('W', ((File *)f)->name, at, from, bytes);
  return CALL(f, xWrite, from, bytes, at);
}
static int p_truncate(sqlite3_file *f, sqlite3_int64 size) {
  note('T', ((File *)f)->name, size, NULL, 0);
  return CALL(f, xTruncate, size);
}
static int p_sync(sqlite3_file *f, int flags) {
  File *file = (File *)f;
  static int wal_syncs;
  const char *failing = getenv("POWERLOSS_FAIL_SYNC");
  size_t length = strlen(file->name);
  if (failing && length > 4 && strcmp(file->name + length - 4, "-wal") == 0 &&
      __atomic_add_fetch(&wal_syncs, 1, __ATOMIC_SEQ_CST) == atoi(failing)) {
    note('F', file->name, 0, NULL, 0);
    kill(getpid(), SIGKILL);
    pause();
  }
  int result = CALL(f, xSync, flags);
  if (result != SQLITE_OK) return result;
  note('S', file->name, 0, NULL, 0);
  if (file->syncs_folder) note('Y', file->name, 0, NULL, 0);
  file->syncs_folder = 0;
  return SQLITE_OK;
}
static int p_size(sqlite3_file *f, sqlite3_int64 *size) { return CALL(f, xFileSize, size); }
static int p_lock(sqlite3_file *f, int level) { return CALL(f, xLock, level); }
static int p_unlock(sqlite3_file *f, int level) { return CALL(f, xUnlock, level); }
static int p_is_reserved(sqlite3_file *f, int *out) { return CALL(f, xCheckReservedLock, out); }
static int p_control(sqlite3_file *f, int operation, void *argument) {
  return CALL(f, xFileControl, operation, argument);
}
static int p_sector(sqlite3_file *f) { return REAL(f)->pMethods->xSectorSize(REAL(f)); }
static int p_device(sqlite3_file *f) { return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f)); }
static int p_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at) {
  return CALL(f, xShmMap, page, size, extend, at);
}
static int p_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
  return CALL(f, xShmLock, offset, n, flags);
}
static void p_shm_barrier(sqlite3_file *f) { REAL(f)->pMethods->xShmBarrier(REAL(f)); }
static int p_shm_unmap(sqlite3_file *f, int deletes) { return CALL(f, xShmUnmap, deletes); }

/* Version 2: without xFetch, so that nothing is read or written past this file. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = p_close,
    .xRead = p_read,
    .xWrite = p_write,
    .xTruncate = p_truncate,
    .xSync = p_sync,
    .xFileSize = p_size,
    .xLock = p_lock,
    .xUnlock = p_unlock,
    .xCheckReservedLock = p_is_reserved,
    .xFileControl = p_control,
    .xSectorSize = p_sector,
    .xDeviceCharacteristics = p_device,
    .xShmMap = p_shm_map,
    .xShmLock = p_shm_lock,
    .xShmBarrier = p_shm_barrier,
    .xShmUnmap = p_shm_unmap};

static int p_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out) {
  (void)vfs;
  /* Temporary files have no name and outlive nothing. */
  if (!path || (flags & SQLITE_OPEN_DELETEONCLOSE))
    return real_vfs->xOpen(real_vfs, path, f, flags, out);
  File *file = (File *)f;
  file->base.pMethods = NULL;
  file->real = (sqlite3_file *)(file + 1);
  int is_new = access(path, F_OK) != 0;
  int result = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
  if (result != SQLITE_OK) return result;
  int kinds = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  file->syncs_folder = (flags & SQLITE_OPEN_CREATE) && (flags & kinds);
  file->name = strdup(file_name(path));
  file->base.pMethods = &methods;
  if (is_new) note('C', file->name, 0, NULL, 0);
  return SQLITE_OK;
}

static int p_delete(sqlite3_vfs *vfs, const char *path, int syncs_folder) {
  (void)vfs;
  int result = real_vfs->xDelete(real_vfs, path, syncs_folder);
  if (result != SQLITE_OK) return result;
  note('D', file_name(path), 0, NULL, 0);
  if (syncs_folder) note('Y', file_name(path), 0, NULL, 0);
  return SQLITE_OK;
}

/* What the service writes past SQLite, which calls pwrite64: the mark of its last commit, in the
 * lock file, and its WAL anew, when it starts. */
ssize_t pwrite(int descriptor, const void *from, size_t bytes, off_t at) {
  static ssize_t (*real)(int, const void *, size_t, off_t);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pwrite");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = log_descriptor >= 0 ? readlink(link, path, sizeof path - 1) : 0;
  int is_wal = length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
  if (is_wal && getenv("POWERLOSS_NO_REWRITE")) return (ssize_t)bytes;
  if (is_wal || (length > 5 && memcmp(path + length - 5, ".lock", 5) == 0)) {
    path[length] = 0;
    note('W', file_name(path), at, from, (int)bytes);
  }
  return real(descriptor, from, bytes, at);
}

/* A program may sync the folder of its database itself. */
int fsync(int descriptor) {
  static int (*real)(int);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "fsync");
  int result = real(descriptor);
  const char *folder = getenv("POWERLOSS_FOLDER");
  if (result == 0 && log_descriptor >= 0 && folder) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t bytes = readlink(link, path, sizeof path - 1);
    if (bytes > 0) {
      path[bytes] = 0;
      if (strcmp(path, folder) == 0) note('Y', "", 0, NULL, 0);
    }
  }
  return result;
}

int sqlite3_prepare_v3(
    sqlite3 *db, const char *sql, int bytes, unsigned flags, sqlite3_stmt **out,
    const char **tail) {
  static int (*real)(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
  const char *level = getenv("POWERLOSS_SYNCHRONOUS");
  const char *pages = getenv("POWERLOSS_AUTOCHECKPOINT");
  char other[128] = "";
  if (level && strncasecmp(sql, "PRAGMA synchronous =", 20) == 0)
    snprintf(other, sizeof other, "PRAGMA synchronous = %s", level);
  if (pages && strncasecmp(sql, "PRAGMA wal_autocheckpoint =", 27) == 0)
    snprintf(other, sizeof other, "PRAGMA wal_autocheckpoint = %s", pages);
  if (!other[0]) return real(db, sql, bytes, flags, out, tail);
  int result = real(db, other, -1, flags, out, NULL);
  if (tail) *tail = sql + strlen(sql);
  return result;
}

__attribute__((constructor)) static void become_default(void) {
  const char *path = getenv("POWERLOSS_LOG");
  if (!path) return;
  log_descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log_descriptor < 0 || sqlite3_initialize() != SQLITE_OK) {
    fprintf(stderr, "powerloss: %s cannot be opened\n", path);
    _exit(70);
  }
  real_vfs = sqlite3_vfs_find(NULL);
  static sqlite3_vfs vfs;
  vfs = *real_vfs;
  vfs.zName = "powerloss";
  vfs.szOsFile = (int)sizeof(File) + real_vfs->szOsFile;
  vfs.xOpen = p_open;
  vfs.xDelete = p_delete;
  sqlite3_vfs_register(&vfs, 1);
}
