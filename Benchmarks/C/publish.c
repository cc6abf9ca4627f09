// Fills a broker: COUNT frames of PRESSES presses each, QoS 1, over the terminals bench-00000…
//
//   gcc -O2 -o publish publish.c -lmosquitto
//   ./publish PORT USER PASSWORD SITE DEVICES COUNT PRESSES [RATE]
//
// RATE frames a second; 0 or absent = as fast as the broker takes them. Prints the seconds; with a
// RATE it also waits for the service's answers and prints the milliseconds from sending a frame to
// its answer: median, 99th percentile, longest.
#include <mosquitto.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int acknowledged, is_connected, answered, presses;
static double rate, *sent_at, *taken;
static uint32_t *answered_next, epoch;
static int devices;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

// Frames of a device go out in turn, so frame number and sequence give the moment of sending.
static void on_message(struct mosquitto *m, void *context, const struct mosquitto_message *message) {
  (void)m, (void)context;
  const uint8_t *p = message->payload;
  const char *name = strstr(message->topic, "/bench-");
  uint32_t of, next;
  if (message->payloadlen != 20 || !name) return;
  memcpy(&of, p + 4, 4), memcpy(&next, p + 8, 4);
  int device = atoi(name + 7);
  if (of != epoch || device < 0 || device >= devices) return;
  for (double now = seconds(); answered_next[device] < next; answered_next[device] += presses)
    taken[answered++] = now - sent_at[answered_next[device] / presses * devices + device];
}

static int by_size(const void *a, const void *b) {
  return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static void on_connect(struct mosquitto *m, void *context, int code) {
  (void)m, (void)context;
  if (code) { fprintf(stderr, "refused: %s\n", mosquitto_connack_string(code)); exit(1); }
  if (rate) mosquitto_subscribe(m, NULL, "pikapalaute/v1/+/+/ack", 0);
  is_connected = 1;
}

static void on_publish(struct mosquitto *m, void *context, int id) {
  (void)m, (void)context, (void)id;
  acknowledged++;
}

static uint32_t crc32(const uint8_t *p, int count) {
  uint32_t crc = ~0u;
  for (int i = 0; i < count; i++) {
    crc ^= p[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
  }
  return ~crc;
}

static int frame(uint8_t *p, uint32_t epoch, uint32_t first, int presses, uint32_t now) {
  uint16_t count = presses, ms = 0;
  p[0] = 1, p[1] = 1;
  memcpy(p + 2, &count, 2), memcpy(p + 4, &epoch, 4), memcpy(p + 8, &first, 4);
  memcpy(p + 12, &now, 4);
  for (int i = 0; i < presses; i++) {
    uint32_t at = now - 3 * (presses - i);
    memcpy(p + 16 + 8 * i, &at, 4), memcpy(p + 20 + 8 * i, &ms, 2);
    p[22 + 8 * i] = (first + i) % 4, p[23 + 8 * i] = 0;
  }
  uint32_t crc = crc32(p, 16 + 8 * presses);
  memcpy(p + 16 + 8 * presses, &crc, 4);
  return 20 + 8 * presses;
}

int main(int argc, char **argv) {
  if (argc < 8) { fprintf(stderr, "usage: see the top of publish.c\n"); return 64; }
  int count = atoi(argv[6]);
  devices = atoi(argv[5]), presses = atoi(argv[7]), rate = argc > 8 ? atof(argv[8]) : 0;
  uint32_t now = time(NULL);
  epoch = now;
  sent_at = calloc(count + devices, sizeof *sent_at), taken = calloc(count, sizeof *taken);
  answered_next = calloc(devices, sizeof *answered_next);
  uint32_t *next = calloc(devices, sizeof *next);
  mosquitto_lib_init();
  struct mosquitto *m = mosquitto_new(NULL, true, NULL);
  mosquitto_threaded_set(m, true);
  mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_max_inflight_messages_set(m, 2000);
  mosquitto_username_pw_set(m, argv[2], argv[3]);
  mosquitto_connect_callback_set(m, on_connect);
  mosquitto_publish_callback_set(m, on_publish);
  mosquitto_message_callback_set(m, on_message);
  if (mosquitto_connect(m, "127.0.0.1", atoi(argv[1]), 60)) { perror("connect"); return 1; }
  double start = seconds();
  int sent = 0;
  uint8_t bytes[20 + 8 * 1000];
  while (acknowledged < count || (rate && answered < count)) {
    int allowed = rate ? (int)((seconds() - start) * rate) : count;
    while (is_connected && sent < count && sent < allowed && sent - acknowledged < 1900) {
      char topic[128];
      int device = sent % devices;
      snprintf(topic, sizeof topic, "pikapalaute/v1/%s/bench-%05d/press", argv[4], device);
      int length = frame(bytes, epoch, next[device], presses, now);
      next[device] += presses;
      sent_at[sent] = seconds();
      mosquitto_publish(m, NULL, topic, length, bytes, 1, false);
      sent++;
    }
    if (mosquitto_want_write(m)) mosquitto_loop_write(m, 1);
    struct pollfd fd = { mosquitto_socket(m), POLLIN, 0 };
    if (poll(&fd, 1, rate ? 1 : 10) > 0)
      if (mosquitto_loop_read(m, 1)) { fprintf(stderr, "connection lost\n"); return 1; }
    while (poll(&fd, 1, 0) > 0) if (mosquitto_loop_read(m, 1)) return 1;
    mosquitto_loop_misc(m);
  }
  printf("%f\n", seconds() - start);
  if (rate) {
    qsort(taken, answered, sizeof *taken, by_size);
    printf("%f %f %f\n", taken[answered / 2] * 1e3, taken[answered * 99L / 100] * 1e3,
           taken[answered - 1] * 1e3);
  }
  mosquitto_disconnect(m);
  mosquitto_loop_write(m, 1);
  return 0;
}
