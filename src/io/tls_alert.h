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

/* When an alert came, by what it can be about. */
enum tls_alert_time {
	TLS_ALERT_EARLY,   /* in the handshake: anything */
	TLS_ALERT_BETWEEN, /* our side of it is done, and the server has not
	                    * judged our certificate yet: TLS 1.3 */
	TLS_ALERT_LATE,    /* both sides are done: TLS 1.2 */
};

/*
 * Describe alert `alert` (RFC 8446 section 6). Always sets ERR_DENIED when a
 * certificate is at fault and ERR_IO otherwise; returns -1.
 */
int tls_alert_set(struct err *err, int alert, enum tls_alert_time when,
    const struct tls_asked *certificate);

/*
 * Some servers just hang up on a client without a certificate. When that may
 * be it, add so to the text of *err.
 */
void tls_alert_hint(struct err *err, const struct tls_asked *certificate);

#endif
