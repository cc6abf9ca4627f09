/* Faults of the connection to the broker and of listening, loaded with LD_PRELOAD.
 *
 * A client that is destroyed while another thread connects it ends the process with a word.
 * TLS_SET_ERROR: what mosquitto_void_option gives. BIND_ERRNO: the error of bind to an IP address. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static _Atomic(void *) connecting;

/* The function that this one stands before. */
#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);

int mosquitto_connect(void *client, const char *host, int port, int keepalive) {
  REAL(mosquitto_connect)
  atomic_store(&connecting, client);
  int result = real(client, host, port, keepalive);
  atomic_store(&connecting, NULL);
  return result;
}

void mosquitto_destroy(void *client) {
  REAL(mosquitto_destroy)
  if (client && atomic_load(&connecting) == client) {
    fputs("destroyed while connecting\n", stderr);
    abort();
  }
  real(client);
}

int mosquitto_void_option(void *client, int option, void *value) {
  REAL(mosquitto_void_option)
  const char *error = getenv("TLS_SET_ERROR");
  return error ? atoi(error) : real(client, option, value);
}

int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
  REAL(bind)
  const char *error = getenv("BIND_ERRNO");
  if (error && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
    errno = atoi(error);
    return -1;
  }
  return real(descriptor, address, length);
}
