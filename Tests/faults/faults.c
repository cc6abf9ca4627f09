/* Faults on demand for the real programs, loaded with LD_PRELOAD.
 *
 * FAULTS_CONTROL names a file that the supervisor (faults.py) and the process both map. Calls
 * are told apart by what they touch; the supervisor names a kind and how many calls are left
 * until the process kills itself with SIGKILL, or what error a kind of calls gets from now on.
 * Every call is counted, so that a test can tell what it hit. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OTHER, WAL_WRITE, WAL_SYNC, DB_WRITE, DB_SYNC, JOURNAL, BROKER_WRITE, KINDS };

/* The layout is faults.py's too: 8 bytes each. */
struct control {
  int64_t kill_kind;
  int64_t kill_left;      /* the call that brings it to 0 kills */
  int64_t kill_when;      /* 0 before the call, 1 after it, 2 when half of it is written */
  int64_t write_errno;    /* of writes to the database and its WAL; 0 = none */
  int64_t sync_errno;
  int64_t open_errno;     /* of opening the database for writing */
  int64_t clock_offset_ms; /* added to the wall clock */
  int64_t broker_port;
  int64_t sync_delay_ms;  /* each sync of the database and its WAL takes so much longer */
  int64_t sync_hang;      /* each sync of the database and its WAL waits while it is not 0 */
  int64_t calls[KINDS];
};
static struct control none, *control = &none;

#define REAL(name, type) \
  static type real; \
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, name)

static int ends(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static int is_database(const char *path) {
  return ends(path, ".sqlite") && !ends(path, "-access.sqlite");
}

static int kind(int descriptor, int is_sync) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t bytes = readlink(link, path, sizeof path - 1);
  if (bytes <= 0) return OTHER;
  path[bytes] = 0;
  if (ends(path, ".sqlite-wal")) return is_sync ? WAL_SYNC : WAL_WRITE;
  if (is_database(path)) return is_sync ? DB_SYNC : DB_WRITE;
  if (ends(path, ".sqlite-journal") && !strstr(path, "-access")) return JOURNAL;
  if (!is_sync && strncmp(path, "socket:", 7) == 0) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    if (getpeername(descriptor, (struct sockaddr *)&peer, &size) == 0 &&
        peer.sin_family == AF_INET && ntohs(peer.sin_port) == control->broker_port)
      return BROKER_WRITE;
  }
  return OTHER;
}

/* Counts the call; true when it is the one to die at. */
static int is_last(int call) {
  __atomic_add_fetch(&control->calls[call], 1, __ATOMIC_SEQ_CST);
  if (call == OTHER || control->kill_kind != call) return 0;
  return __atomic_sub_fetch(&control->kill_left, 1, __ATOMIC_SEQ_CST) == 0;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

typedef ssize_t (*pwrite_call)(int, const void *, size_t, off64_t);

ssize_t pwrite64(int descriptor, const void *from, size_t bytes, off64_t at) {
  REAL("pwrite64", pwrite_call);
  int call = kind(descriptor, 0), last = is_last(call);
  if (last && control->kill_when == 2) real(descriptor, from, bytes / 2, at);
  if (last && control->kill_when != 1) die();
  if (call != OTHER && control->write_errno) {
    errno = (int)control->write_errno;
    return -1;
  }
  ssize_t result = real(descriptor, from, bytes, at);
  if (last) die();
  return result;
}

typedef ssize_t (*write_call)(int, const void *, size_t);

ssize_t write(int descriptor, const void *from, size_t bytes) {
  REAL("write", write_call);
  if (control->broker_port == 0) return real(descriptor, from, bytes);
  int last = is_last(kind(descriptor, 0));
  if (last && control->kill_when == 2) real(descriptor, from, bytes / 2);
  if (last && control->kill_when != 1) die();
  ssize_t result = real(descriptor, from, bytes);
  if (last) die();
  return result;
}

typedef int (*sync_call)(int);

static int synced(sync_call real, int descriptor) {
  int call = kind(descriptor, 1), last = is_last(call);
  if (last && control->kill_when != 1) die();
  if (call != OTHER && control->sync_errno) {
    errno = (int)control->sync_errno;
    return -1;
  }
  if (call != OTHER && control->sync_delay_ms) usleep(1000 * (useconds_t)control->sync_delay_ms);
  while (call != OTHER && __atomic_load_n(&control->sync_hang, __ATOMIC_SEQ_CST)) usleep(10000);
  int result = real(descriptor);
  if (last) die();
  return result;
}

int fdatasync(int descriptor) {
  REAL("fdatasync", sync_call);
  return synced(real, descriptor);
}

int fsync(int descriptor) {
  REAL("fsync", sync_call);
  return synced(real, descriptor);
}

typedef int (*open_call)(const char *, int, ...);

int open64(const char *path, int flags, ...) {
  REAL("open64", open_call);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  if (control->open_errno && (flags & O_RDWR) && is_database(path)) {
    errno = (int)control->open_errno;
    return -1;
  }
  return real(path, flags, mode);
}

typedef int (*clock_call)(clockid_t, struct timespec *);

int clock_gettime(clockid_t clock, struct timespec *time) {
  REAL("clock_gettime", clock_call);
  int result = real(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME && control->clock_offset_ms) {
    int64_t ns = time->tv_nsec + control->clock_offset_ms % 1000 * 1000000;
    time->tv_sec += control->clock_offset_ms / 1000;
    if (ns < 0 || ns >= 1000000000) time->tv_sec += ns < 0 ? -1 : 1;
    time->tv_nsec = (ns + 1000000000) % 1000000000;
  }
  return result;
}

__attribute__((constructor)) static void map_control(void) {
  const char *path = getenv("FAULTS_CONTROL");
  if (!path) return;
  int descriptor = open(path, O_RDWR | O_CLOEXEC);
  void *at = descriptor < 0 ? MAP_FAILED
                            : mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE,
                                   MAP_SHARED, descriptor, 0);
  if (at == MAP_FAILED) {
    fprintf(stderr, "faults: %s cannot be mapped\n", path);
    _exit(70);
  }
  close(descriptor);
  control = at;
}
