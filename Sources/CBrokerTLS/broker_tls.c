#include "CBrokerTLS.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// What a context remembers; it goes with the SSL_CTX, whoever holds that last.
struct words {
  char name[256];
  int is_address;
  char failure[256];
  char certificate[768];
};

static int words_index = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_words(void *parent, void *words, CRYPTO_EX_DATA *data, int index, long number,
                       void *pointer) {
  (void)parent, (void)data, (void)index, (void)number, (void)pointer;
  free(words);
}

static void make_index(void) {
  words_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_words);
}

static struct words *words_of(const SSL *ssl) {
  return SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), words_index);
}

/// The oldest error of the thread in words; takes all of them away.
static void take_error(char *text, size_t bytes) {
  unsigned long error = ERR_get_error();
  ERR_clear_error();
  const char *reason =
      ERR_GET_LIB(error) == ERR_LIB_SYS ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
  snprintf(text, bytes, "%s", reason ? reason : "unknown error of OpenSSL");
}

static void print_date(BIO *out, const ASN1_TIME *date) {
  struct tm parts;
  char text[32];
  if (date && ASN1_TIME_to_tm(date, &parts) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts))
    BIO_puts(out, text);
  else
    BIO_puts(out, "?");
}

/// Names of hosts and addresses; bytes that are not printable become '?': they are a stranger's.
static void print_names(BIO *out, X509 *certificate) {
  GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
  BIO_puts(out, " for");
  int count = names ? sk_GENERAL_NAME_num(names) : 0;
  if (count == 0) BIO_puts(out, " no host");
  for (int i = 0; i < count && i < 8; i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
    const unsigned char *bytes = NULL;
    int length = 0;
    if (name->type == GEN_DNS || name->type == GEN_IPADD) {
      bytes = ASN1_STRING_get0_data(name->d.ia5);
      length = ASN1_STRING_length(name->d.ia5);
    }
    if (name->type == GEN_DNS) {
      BIO_puts(out, " ");
      for (int at = 0; at < length && at < 128; at++)
        BIO_printf(out, "%c", bytes[at] > ' ' && bytes[at] < 127 ? bytes[at] : '?');
    } else if (name->type == GEN_IPADD && length == 4) {
      BIO_printf(out, " %d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
    } else if (name->type == GEN_IPADD && length == 16) {
      for (int at = 0; at < 16; at += 2)
        BIO_printf(out, "%s%x", at ? ":" : " ", bytes[at] << 8 | bytes[at + 1]);
    }
  }
  GENERAL_NAMES_free(names);
}

static void print_validity(BIO *out, const X509 *certificate) {
  BIO_puts(out, ", valid from ");
  print_date(out, X509_get0_notBefore(certificate));
  BIO_puts(out, " to ");
  print_date(out, X509_get0_notAfter(certificate));
}

/// The broker's certificate, and the one of its chain that is at fault, if that is another.
static void describe(struct words *words, X509 *certificate, X509 *at_fault) {
  BIO *out = BIO_new(BIO_s_mem());
  if (!out) return;
  // RFC 2253 escapes control characters.
  X509_NAME_print_ex(out, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  print_names(out, certificate);
  BIO_puts(out, ", issued by ");
  X509_NAME_print_ex(out, X509_get_issuer_name(certificate), 0, XN_FLAG_RFC2253);
  print_validity(out, certificate);
  if (at_fault && X509_cmp(at_fault, certificate) != 0) {
    BIO_puts(out, "; of its chain ");
    X509_NAME_print_ex(out, X509_get_subject_name(at_fault), 0, XN_FLAG_RFC2253);
    print_validity(out, at_fault);
  }
  int length = BIO_read(out, words->certificate, sizeof words->certificate - 1);
  words->certificate[length > 0 ? length : 0] = 0;
  BIO_free(out);
}

static int verify(int is_fine, X509_STORE_CTX *store) {
  if (is_fine) return 1;
  SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
  struct words *words = ssl ? words_of(ssl) : NULL;
  if (!words || words->failure[0]) return 0;
  int error = X509_STORE_CTX_get_error(store);
  snprintf(words->failure, sizeof words->failure, "%s", X509_verify_cert_error_string(error));
  X509 *certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate) describe(words, certificate, X509_STORE_CTX_get_current_cert(store));
  return 0;
}

static void watch(const SSL *ssl, int where, int value) {
  struct words *words = words_of(ssl);
  if (!words) return;
  // Before anything is sent: libmosquitto would ask for the host that it connects to.
  if ((where & SSL_CB_HANDSHAKE_START) && !words->is_address)
    SSL_set_tlsext_host_name((SSL *)ssl, words->name);
  if (words->failure[0]) return;
  int alert = value & 0xff;
  if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && alert != SSL3_AD_CLOSE_NOTIFY) {
    const char *text = alert == TLS13_AD_CERTIFICATE_REQUIRED ? "certificate required"
                                                              : SSL_alert_desc_string_long(value);
    snprintf(words->failure, sizeof words->failure, "the broker says: %s", text);
  } else if ((where & SSL_CB_EXIT) && value <= 0) {
    unsigned long error = ERR_peek_error();
    const char *reason = error ? ERR_reason_error_string(error) : NULL;
    if (reason) snprintf(words->failure, sizeof words->failure, "%s", reason);
  }
}

/// A key that has a passphrase is refused; nobody is there to be asked for it.
static int no_passphrase(char *buffer, int bytes, int is_writing, void *context) {
  (void)buffer, (void)bytes, (void)is_writing, (void)context;
  return -1;
}

static broker_tls_fault set_up(SSL_CTX *context, const char *name, const char *authority_file,
                               const char *certificate_file, const char *key_file) {
  struct words *words = calloc(1, sizeof *words);
  if (!words || !SSL_CTX_set_ex_data(context, words_index, words)) {
    free(words);
    return broker_tls_no_memory;
  }
  snprintf(words->name, sizeof words->name, "%s", name);
  X509_VERIFY_PARAM *expected = SSL_CTX_get0_param(context);
  words->is_address = X509_VERIFY_PARAM_set1_ip_asc(expected, name);
  if (!words->is_address && !X509_VERIFY_PARAM_set1_host(expected, name, 0))
    return broker_tls_no_memory;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, verify);
  SSL_CTX_set_info_callback(context, watch);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (authority_file ? !SSL_CTX_load_verify_locations(context, authority_file, NULL)
                     : !SSL_CTX_set_default_verify_paths(context))
    return broker_tls_authority_file;
  if (!certificate_file) return broker_tls_fine;
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file) != 1)
    return broker_tls_certificate_file;
  if (!key_file || SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    return broker_tls_key_file;
  return broker_tls_fine;
}

void *broker_tls_new(const char *name, const char *authority_file, const char *certificate_file,
                     const char *key_file, broker_tls_fault *fault, char *reason,
                     size_t reason_bytes) {
  pthread_once(&once, make_index);
  ERR_clear_error();
  SSL_CTX *context = words_index < 0 ? NULL : SSL_CTX_new(TLS_client_method());
  *fault = context ? set_up(context, name, authority_file, certificate_file, key_file)
                   : broker_tls_no_memory;
  if (*fault == broker_tls_fine) return context;
  if (*fault == broker_tls_no_memory)
    snprintf(reason, reason_bytes, "no memory for TLS");
  else
    take_error(reason, reason_bytes);
  SSL_CTX_free(context);
  return NULL;
}

void broker_tls_free(void *context) { SSL_CTX_free(context); }

const char *broker_tls_failure(void *context) {
  struct words *words = SSL_CTX_get_ex_data(context, words_index);
  return words ? words->failure : "";
}

const char *broker_tls_certificate(void *context) {
  struct words *words = SSL_CTX_get_ex_data(context, words_index);
  return words ? words->certificate : "";
}

int broker_tls_has_pending(void *connection) { return connection && SSL_pending(connection) > 0; }
