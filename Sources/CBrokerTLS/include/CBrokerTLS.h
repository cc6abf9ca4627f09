#pragma once

#include <stddef.h>

// TLS to a broker by OpenSSL, in words for people.
//
// libmosquitto makes a context of its own, but says of every failure "A TLS error occurred" and
// checks no other name than the host's. It takes ours instead (MOSQ_OPT_SSL_CTX): an SSL_CTX that
// keeps in words why a connection failed. One context, one connection, one thread at a time.

/// What of the settings cannot be used.
typedef enum {
  broker_tls_fine = 0,
  broker_tls_no_memory,
  broker_tls_authority_file,
  broker_tls_certificate_file,
  broker_tls_key_file,
} broker_tls_fault;

/// An SSL_CTX that holds the broker to a certificate for `name` (a host or an IP address) from the
/// authorities of a PEM file, or of the system where that is NULL. A certificate and a key, both or
/// none, say who we are. They are read now.
///
/// Gives NULL and the fault, with its reason in `reason`, when something cannot be used.
void *_Nullable broker_tls_new(
    const char *_Nonnull name, const char *_Nullable authority_file,
    const char *_Nullable certificate_file, const char *_Nullable key_file,
    broker_tls_fault *_Nonnull fault, char *_Nonnull reason, size_t reason_bytes);

/// Lets the context go; libmosquitto keeps it for as long as it needs it.
void broker_tls_free(void *_Nonnull context);

/// Why the connection failed; empty while nothing did. Valid as long as the context.
const char *_Nonnull broker_tls_failure(void *_Nonnull context);

/// The certificate that was not accepted, in one line; empty when none was refused.
const char *_Nonnull broker_tls_certificate(void *_Nonnull context);

/// Whether a connection (SSL *) holds bytes that it has taken off the socket.
int broker_tls_has_pending(void *_Nullable connection);
