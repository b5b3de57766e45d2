/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row for each alert that a server sends to a client for a reason that an
 * operator can do something about; the rest are told by name or number.
 */
#include "config.h"

#include <string.h>

#include "base/err.h"
#include "io/tls_alert.h"

#define NEEDS_CERTIFICATE \
	"the server requires a client certificate (cert-file, key-file)"

/* RFC 8446 section 6, RFC 5246 section 7.2. */
enum {
	ALERT_HANDSHAKE_FAILURE = 40,
	ALERT_BAD_CERTIFICATE = 42,
	ALERT_CERTIFICATE_UNKNOWN = 46,
	ALERT_UNKNOWN_CA = 48,
	ALERT_ACCESS_DENIED = 49,
	ALERT_CERTIFICATE_REQUIRED = 116,
};

struct row {
	int alert;
	bool is_of_handshake; /* about what one agrees on, so never later */
	const char *text;
};

static const struct row rows[] = {
    {ALERT_HANDSHAKE_FAILURE, true,
        "the server refused the handshake: no cipher suite in common"},
    {ALERT_BAD_CERTIFICATE, false, "the server refused our certificate as bad"},
    {43, false, "the server does not support our kind of certificate"},
    {44, false, "the server says that our certificate is revoked"},
    {45, false, "the server says that our certificate has expired"},
    {ALERT_CERTIFICATE_UNKNOWN, false, "the server refused our certificate"},
    {ALERT_UNKNOWN_CA, false,
        "the server does not know the authority that signed our certificate"},
    {ALERT_ACCESS_DENIED, false, "the server denied access to our certificate"},
    {70, true, "the server offers no TLS version that is allowed (tls-min)"},
    {71, true, "the server asks for a stronger cipher suite"},
    {80, false, "the server reports an internal error"},
    {86, true, "the server suspects a downgrade"},
    {112, true, "the server does not know the name we asked for (server-name)"},
    {ALERT_CERTIFICATE_REQUIRED, false, NEEDS_CERTIFICATE},
};

static bool is_about_certificate(int alert);
static int set_ended(struct err *err, int alert, enum tls_alert_time when);

int
tls_alert_set(struct err *err, int alert, enum tls_alert_time when,
    const struct tls_asked *certificate)
{
	bool ours = is_about_certificate(alert);

	/* Under TLS 1.2 a missing certificate is handshake_failure or one of
	 * the alerts for bad ones (RFC 5246 section 7.4.6). */
	if (certificate->asked && !certificate->given &&
	    (ours ||
	        (alert == ALERT_HANDSHAKE_FAILURE && when != TLS_ALERT_LATE)))
		return err_set(err, ERR_DENIED, NEEDS_CERTIFICATE);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].alert != alert)
			continue;
		if (rows[i].is_of_handshake && when != TLS_ALERT_EARLY)
			return set_ended(err, alert, when);
		return err_set(err, ours ? ERR_DENIED : ERR_IO, "%s: %s",
		    rows[i].text,
		    ours ? "have its owner look why, or take another "
		           "(cert-file, key-file)"
		         : "its log says more");
	}
	return err_set(err, ERR_IO,
	    "the server sent the fatal TLS alert %d: its log says more", alert);
}

void
tls_alert_hint(struct err *err, const struct tls_asked *certificate)
{
	if (err == NULL || !certificate->asked || certificate->given ||
	    strcmp(err->text, NEEDS_CERTIFICATE) == 0)
		return;
	(void)err_set(err, err->code,
	    "%s; the server asked for a client certificate and there is none "
	    "(cert-file, key-file)",
	    err->text);
}

static bool
is_about_certificate(int alert)
{
	return (alert >= ALERT_BAD_CERTIFICATE &&
	           alert <= ALERT_CERTIFICATE_UNKNOWN) ||
	    alert == ALERT_UNKNOWN_CA || alert == ALERT_ACCESS_DENIED ||
	    alert == ALERT_CERTIFICATE_REQUIRED;
}

/* A server that wants a renegotiation, and is told that there is none, may end
 * the session by handshake_failure (RFC 5246 section 7.2.2). TLS 1.3 has none. */
static int
set_ended(struct err *err, int alert, enum tls_alert_time when)
{
	if (alert != ALERT_HANDSHAKE_FAILURE)
		return err_set(err, ERR_IO,
		    "the server ended the session by the TLS alert %d: its log "
		    "says more",
		    alert);
	return err_set(err, ERR_IO,
	    "the server ended the session by the TLS alert handshake_failure: "
	    "%s",
	    when == TLS_ALERT_LATE
	        ? "it may have asked for a renegotiation, which is refused"
	        : "its log says more");
}
