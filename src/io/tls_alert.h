/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fatal alert of the peer means, in an operator's words.
 */
#ifndef CEFD_IO_TLS_ALERT_H
#define CEFD_IO_TLS_ALERT_H

#include <stdbool.h>

struct err;

/* What was said of client certificates on a connection. */
struct tls_asked {
	bool asked; /* the server asked for one */
	bool given; /* and we have one */
};

/*
 * Describe alert `alert` (RFC 8446 section 6). Always sets ERR_DENIED when a
 * certificate is at fault and ERR_IO otherwise; returns -1.
 */
int tls_alert_set(
    struct err *err, int alert, const struct tls_asked *certificate);

/*
 * Some servers just hang up on a client without a certificate. When that may
 * be it, add so to the text of *err.
 */
void tls_alert_hint(struct err *err, const struct tls_asked *certificate);

#endif
