/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io/tls.h on OpenSSL. The error queue is empty before each call, so that what
 * is in it afterwards belongs to that call.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/sock.h"
#include "io/tls.h"
#include "io/tls_cert.h"
#include "io/tls_parts.h"
#include "io/tls_peer.h"
#include "io/tls_verify.h"

/* A peer's alert number plus this is the reason of the error. */
#define REASON_ALERT SSL_AD_REASON_OFFSET

static bool write_to(struct tls *tls, int fd);
static struct tls *tls_of(X509_STORE_CTX *store);
static void tell_peer(struct tls_context *context, X509_STORE_CTX *store);
static enum tls_status status_of(struct tls *tls, int rc, struct err *err);
static enum tls_status ended(
    const struct tls *tls, enum tls_status how, struct err *err);
static enum tls_status system_failed(
    struct tls *tls, int error, struct err *err);
static enum tls_status protocol_failed(struct tls *tls, struct err *err);
static enum tls_alert_time alert_time(const struct tls *tls);

struct tls *
tls_new(struct tls_context *context, int fd, const char *name,
    const char *server, struct err *err)
{
	struct tls *tls = xcalloc(1, sizeof(*tls));

	ERR_clear_error();
	tls->context = context;
	tls->name = xstrdup(name);
	tls->certificate.given = context->made.has_certificate;
	tls->ticket = tls_ticket_of(context, server);
	tls->ssl = SSL_new(context->made.ctx);
	if (tls->ssl == NULL || !SSL_set_rfd(tls->ssl, fd) ||
	    !write_to(tls, fd)) {
		(void)err_set(err, ERR_IO,
		    "cannot start a TLS connection: is there memory left?");
		tls_free(tls);
		return NULL;
	}
	(void)SSL_set_app_data(tls->ssl, tls);
	SSL_set_connect_state(tls->ssl);
	if (tls_verify_name(tls->ssl, name, context->verify == TLS_VERIFY_NAME,
	        err) == -1) {
		tls_free(tls);
		return NULL;
	}
	tls_ticket_use(context, tls->ticket, tls->ssl);
	return tls;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	buf_clear(&tls->out.left);
	free(tls->name);
	free(tls);
}

static bool
write_to(struct tls *tls, int fd)
{
	BIO *bio = tls_out_new(&tls->out, fd);

	if (bio == NULL)
		return false;
	SSL_set0_wbio(tls->ssl, bio);
	return true;
}

enum tls_status
tls_handshake(struct tls *tls, struct err *err)
{
	enum tls_status status;
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(tls->ssl);
	if (rc == 1) {
		tls->shaken = true;
		return TLS_OK;
	}
	status = status_of(tls, rc, err);
	if (status == TLS_WANT_READ && tls_flush(tls, err) == TLS_WANT_WRITE)
		return TLS_WANT_WRITE;
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE)
		return status;
	/* Perhaps the ticket was at fault. */
	tls_ticket_drop(tls->ticket);
	if (status != TLS_FAILED) {
		(void)err_set(err, ERR_IO,
		    "the server closed the connection in the TLS handshake");
		tls_alert_hint(err, &tls->certificate);
	}
	return TLS_FAILED;
}

enum tls_status
tls_read(
    struct tls *tls, void *data, size_t size, size_t *ret_len, struct err *err)
{
	int rc;

	ERR_clear_error();
	rc = SSL_read_ex(tls->ssl, data, size, ret_len);
	return rc == 1 ? TLS_OK : status_of(tls, rc, err);
}

bool
tls_has_pending(const struct tls *tls)
{
	return SSL_pending(tls->ssl) > 0;
}

enum tls_status
tls_write(struct tls *tls, const void *data, size_t len, size_t *ret_len,
    struct err *err)
{
	enum tls_status status = tls_flush(tls, err);
	int rc;

	if (status != TLS_OK)
		return status;
	ERR_clear_error();
	rc = SSL_write_ex(tls->ssl, data, len, ret_len);
	return rc == 1 ? TLS_OK : status_of(tls, rc, err);
}

size_t
tls_unsent(const struct tls *tls)
{
	return tls->out.left.len;
}

enum tls_status
tls_flush(struct tls *tls, struct err *err)
{
	switch (tls_out_flush(&tls->out)) {
	case 0:
		return TLS_OK;
	case 1:
		return TLS_WANT_WRITE;
	default:
		return system_failed(tls, errno, err);
	}
}

enum tls_status
tls_end(struct tls *tls, struct err *err)
{
	int rc = 0;

	ERR_clear_error();
	if ((SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN) == 0)
		rc = SSL_shutdown(tls->ssl);
	if (rc < 0)
		return status_of(tls, rc, err);
	tls->out.is_over = true;
	return tls_flush(tls, err);
}

void
tls_facts(const struct tls *tls, struct tls_facts *ret)
{
	const X509 *peer = SSL_get0_peer_certificate(tls->ssl);

	ret->issuer[0] = '\0';
	if (peer != NULL)
		tls_cert_issuer(peer, ret->issuer, sizeof(ret->issuer));
	ret->version = SSL_get_version(tls->ssl);
	ret->suite = SSL_get_cipher_name(tls->ssl);
	ret->resumed = SSL_session_reused(tls->ssl) == 1;
	ret->expires_ms =
	    peer != NULL ? tls_cert_time_ms(X509_get0_notAfter(peer)) : 0;
}

/* In place of OpenSSL's own judgement, which it may leave it to. */
int
tls_on_chain(X509_STORE_CTX *store, void *arg)
{
	struct tls_context *context = arg;
	struct tls *tls = tls_of(store);

	if (context->on_peer != NULL)
		tell_peer(context, store);
	if (context->verify != TLS_VERIFY_FINGERPRINT)
		return X509_verify_cert(store);
	return tls_verify_fingerprint(store, context->fingerprints,
	           context->fingerprint_count, &tls->refused) == 0;
}

int
tls_on_fault(int good, X509_STORE_CTX *store)
{
	struct tls *tls = tls_of(store);

	if (good || tls_verify_is_harmless(store))
		return 1;
	(void)tls_verify_failed(store, tls->name, &tls->refused);
	return 0;
}

/* Called when the server asks and no certificate is set. */
int
tls_on_certificate_request(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
	struct tls *tls = SSL_get_app_data(ssl);

	(void)cert;
	(void)key;
	tls->certificate.asked = true;
	return 0;
}

/* Returns 1 when the session is ours now. One that was opened before the
 * context was renewed has been judged by what held then. */
int
tls_on_ticket(SSL *ssl, SSL_SESSION *session)
{
	struct tls *tls = SSL_get_app_data(ssl);

	if (SSL_get_SSL_CTX(ssl) != tls->context->made.ctx)
		return 0;
	tls_ticket_drop(tls->ticket);
	tls->ticket->session = session;
	return 1;
}

static struct tls *
tls_of(X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
	    store, SSL_get_ex_data_X509_STORE_CTX_idx());

	return SSL_get_app_data(ssl);
}

static void
tell_peer(struct tls_context *context, X509_STORE_CTX *store)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);
	int len = chain != NULL ? sk_X509_num(chain) : 0;
	struct tls_peer *told = xcalloc(TLS_PEER_CHAIN_MAX, sizeof(*told));
	size_t count = 0;

	for (int i = 0; i < len && count < TLS_PEER_CHAIN_MAX; i++)
		tls_cert_describe(sk_X509_value(chain, i), &told[count++]);
	context->on_peer(told, count, context->on_peer_arg);
	free(told);
}

static enum tls_status
status_of(struct tls *tls, int rc, struct err *err)
{
	int saved_errno = errno;

	switch (SSL_get_error(tls->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		return TLS_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return ended(tls, TLS_CLOSED, err);
	case SSL_ERROR_SYSCALL:
		return system_failed(tls, saved_errno, err);
	default:
		return protocol_failed(tls, err);
	}
}

static enum tls_status
ended(const struct tls *tls, enum tls_status how, struct err *err)
{
	(void)err_set(err, ERR_IO, "%s",
	    how == TLS_CLOSED ? "the server closed the session"
	                      : "the server ended the connection");
	tls_alert_hint(err, &tls->certificate);
	return how;
}

static enum tls_status
system_failed(struct tls *tls, int error, struct err *err)
{
	if (error == 0)
		return ended(tls, TLS_EOF, err);
	(void)sock_failed(error, err);
	tls_alert_hint(err, &tls->certificate);
	return TLS_FAILED;
}

static enum tls_status
protocol_failed(struct tls *tls, struct err *err)
{
	unsigned long error = ERR_get_error();
	int reason = ERR_GET_REASON(error);
	const char *text = ERR_reason_error_string(error);

	if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		return ended(tls, TLS_EOF, err);
	if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED &&
	    tls->refused.code != ERR_NONE)
		(void)err_set(err, tls->refused.code, "%s", tls->refused.text);
	else if (reason >= REASON_ALERT && reason < REASON_ALERT + 256)
		(void)tls_alert_set(err, reason - REASON_ALERT, alert_time(tls),
		    &tls->certificate);
	else if (reason == SSL_R_UNSUPPORTED_PROTOCOL)
		(void)err_set(err, ERR_IO,
		    "the server offers no TLS version that is allowed "
		    "(tls-min)");
	else if (reason == SSL_R_WRONG_VERSION_NUMBER)
		(void)err_set(
		    err, ERR_IO, "the server does not speak TLS on this port");
	else
		(void)err_set(err, ERR_IO, "TLS error: %s",
		    text != NULL ? text : "unknown");
	return TLS_FAILED;
}

/* OpenSSL has forgotten by now that a handshake was done: the alert has put it
 * into a state of error. */
static enum tls_alert_time
alert_time(const struct tls *tls)
{
	if (!tls->shaken)
		return TLS_ALERT_EARLY;
	return SSL_version(tls->ssl) >= TLS1_3_VERSION ? TLS_ALERT_BETWEEN
	                                               : TLS_ALERT_LATE;
}
