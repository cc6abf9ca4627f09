/* The service's page checksums for any program that uses SQLite, so that a test may change a
 * database past the service: loaded with LD_PRELOAD. */
#include "../../Sources/CPageChecksum/page_checksum.c"

__attribute__((constructor)) static void check_pages(void) { pikapalaute_check_pages(); }
