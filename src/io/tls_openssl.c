/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io/tls.h on OpenSSL. The error queue is empty before each call, so that what
 * is in it afterwards belongs to that call.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/tls.h"
#include "io/tls_alert.h"
#include "io/tls_verify.h"

/*
 * RFC 9662 section 5 and RFC 9325 section 4.2: forward secrecy and AEAD only.
 * OpenSSL's own list still offers static RSA and CBC.
 */
#define SUITES_TLS12 "ECDHE+AESGCM:ECDHE+CHACHA20"

/* A peer's alert number plus this is the reason of the error. */
#define REASON_ALERT SSL_AD_REASON_OFFSET

/* The newest way to resume with one server. */
struct ticket {
	char *server;
	SSL_SESSION *session; /* or NULL */
	SLIST_ENTRY(ticket) next;
};

struct tls_context {
	SSL_CTX *ctx;
	bool has_certificate;
	bool asked_phrase; /* the key turned out to be encrypted */
	SLIST_HEAD(, ticket) tickets;
};

struct tls {
	struct tls_context *context;
	SSL *ssl;
	char *name;
	struct ticket *ticket; /* the context's */
	struct tls_asked certificate;
	struct err refused; /* why the peer's certificate is no good */
};

static int context_fill(struct tls_context *context,
    const struct tls_options *options, struct err *err);
static int set_policy(
    SSL_CTX *ctx, const struct tls_options *options, struct err *err);
static int load_authorities(SSL_CTX *ctx, const char *ca_file, struct err *err);
static int load_certificate(struct tls_context *context,
    const struct tls_options *options, struct err *err);
static int load_key(struct tls_context *context,
    const struct tls_options *options, struct err *err);
static int file_error(struct err *err, const char *what, const char *file);
static int on_phrase(char *phrase, int size, int writing, void *arg);
static int on_verify(int good, X509_STORE_CTX *store);
static int on_certificate_request(SSL *ssl, X509 **cert, EVP_PKEY **key);
static int on_ticket(SSL *ssl, SSL_SESSION *session);
static struct ticket *ticket_of(
    struct tls_context *context, const char *server);
static void ticket_drop(struct ticket *ticket);
static void resume(struct tls *tls);
static bool is_usable(SSL_SESSION *session);
static enum tls_status status_of(struct tls *tls, int rc, struct err *err);
static enum tls_status ended(
    const struct tls *tls, enum tls_status how, struct err *err);
static enum tls_status system_failed(
    struct tls *tls, int error, struct err *err);
static enum tls_status protocol_failed(struct tls *tls, struct err *err);

struct tls_context *
tls_context_new(const struct tls_options *options, struct err *err)
{
	struct tls_context *context = xcalloc(1, sizeof(*context));

	SLIST_INIT(&context->tickets);
	context->ctx = SSL_CTX_new(TLS_client_method());
	if (context->ctx == NULL) {
		(void)err_set(err, ERR_IO, "cannot start OpenSSL");
	} else {
		ERR_clear_error();
		if (context_fill(context, options, err) == 0)
			return context;
	}
	ERR_clear_error();
	tls_context_free(context);
	return NULL;
}

void
tls_context_free(struct tls_context *context)
{
	struct ticket *ticket;

	if (context == NULL)
		return;
	while ((ticket = SLIST_FIRST(&context->tickets)) != NULL) {
		SLIST_REMOVE_HEAD(&context->tickets, next);
		ticket_drop(ticket);
		free(ticket->server);
		free(ticket);
	}
	SSL_CTX_free(context->ctx);
	free(context);
}

struct tls *
tls_new(struct tls_context *context, int fd, const char *name,
    const char *server, struct err *err)
{
	struct tls *tls = xcalloc(1, sizeof(*tls));

	ERR_clear_error();
	tls->context = context;
	tls->name = xstrdup(name);
	tls->certificate.given = context->has_certificate;
	tls->ticket = ticket_of(context, server);
	tls->ssl = SSL_new(context->ctx);
	if (tls->ssl == NULL || !SSL_set_fd(tls->ssl, fd)) {
		(void)err_set(err, ERR_IO, "cannot start a TLS connection");
		tls_free(tls);
		return NULL;
	}
	(void)SSL_set_app_data(tls->ssl, tls);
	SSL_set_connect_state(tls->ssl);
	if (tls_verify_name(tls->ssl, name, err) == -1) {
		tls_free(tls);
		return NULL;
	}
	resume(tls);
	return tls;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_free(tls->ssl);
	free(tls->name);
	free(tls);
}

enum tls_status
tls_handshake(struct tls *tls, struct err *err)
{
	enum tls_status status;
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(tls->ssl);
	if (rc == 1)
		return TLS_OK;
	status = status_of(tls, rc, err);
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE)
		return status;
	/* Perhaps the ticket was at fault. */
	ticket_drop(tls->ticket);
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
	int rc;

	ERR_clear_error();
	rc = SSL_write_ex(tls->ssl, data, len, ret_len);
	return rc == 1 ? TLS_OK : status_of(tls, rc, err);
}

enum tls_status
tls_end(struct tls *tls, struct err *err)
{
	int rc;

	ERR_clear_error();
	rc = SSL_shutdown(tls->ssl);
	return rc >= 0 ? TLS_OK : status_of(tls, rc, err);
}

void
tls_facts(const struct tls *tls, struct tls_facts *ret)
{
	const X509 *peer = SSL_get0_peer_certificate(tls->ssl);

	ret->issuer[0] = '\0';
	if (peer != NULL)
		tls_verify_issuer(peer, ret->issuer, sizeof(ret->issuer));
	ret->version = SSL_get_version(tls->ssl);
	ret->suite = SSL_get_cipher_name(tls->ssl);
	ret->resumed = SSL_session_reused(tls->ssl) == 1;
	ret->expires_ms =
	    peer != NULL ? tls_verify_time_ms(X509_get0_notAfter(peer)) : 0;
}

static int
context_fill(struct tls_context *context, const struct tls_options *options,
    struct err *err)
{
	if (set_policy(context->ctx, options, err) == -1 ||
	    load_authorities(context->ctx, options->ca_file, err) == -1 ||
	    load_certificate(context, options, err) == -1)
		return -1;
	SSL_CTX_set_verify(context->ctx, SSL_VERIFY_PEER, on_verify);
	SSL_CTX_set_client_cert_cb(context->ctx, on_certificate_request);
	(void)SSL_CTX_set_session_cache_mode(
	    context->ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context->ctx, on_ticket);
	return 0;
}

static int
set_policy(SSL_CTX *ctx, const struct tls_options *options, struct err *err)
{
	/* A read is one record: a peer cannot hold the loop with tickets. */
	(void)SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	(void)SSL_CTX_set_mode(ctx,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_CTX_set_options(
	    ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	if (!SSL_CTX_set_min_proto_version(ctx, options->min_version) ||
	    !SSL_CTX_set_max_proto_version(ctx, 0) ||
	    !SSL_CTX_set_cipher_list(ctx, SUITES_TLS12))
		return err_set(err, ERR_IO,
		    "OpenSSL here lacks the TLS versions or suites needed");
	return 0;
}

static int
load_authorities(SSL_CTX *ctx, const char *ca_file, struct err *err)
{
	if (ca_file == NULL) {
		if (!SSL_CTX_set_default_verify_paths(ctx))
			return err_set(err, ERR_IO,
			    "cannot read the system's authorities");
		return 0;
	}
	if (!SSL_CTX_load_verify_locations(ctx, ca_file, NULL))
		return file_error(err, "ca-file", ca_file);
	/* What the operator names is an anchor even if it has an issuer. */
	(void)X509_VERIFY_PARAM_set_flags(
	    SSL_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN);
	return 0;
}

static int
load_certificate(struct tls_context *context, const struct tls_options *options,
    struct err *err)
{
	if (options->cert_file == NULL && options->key_file == NULL)
		return 0;
	if (options->cert_file == NULL || options->key_file == NULL)
		return err_set(
		    err, ERR_BAD, "cert-file and key-file go together");
	if (SSL_CTX_use_certificate_chain_file(
	        context->ctx, options->cert_file) != 1)
		return file_error(err, "cert-file", options->cert_file);
	context->has_certificate = true;
	return load_key(context, options, err);
}

static int
load_key(struct tls_context *context, const struct tls_options *options,
    struct err *err)
{
	int loaded;

	SSL_CTX_set_default_passwd_cb(context->ctx, on_phrase);
	SSL_CTX_set_default_passwd_cb_userdata(context->ctx, context);
	loaded = SSL_CTX_use_PrivateKey_file(
	    context->ctx, options->key_file, SSL_FILETYPE_PEM);
	if (context->asked_phrase)
		return err_set(err, ERR_BAD,
		    "key-file %s: is encrypted; a key without a pass phrase "
		    "is needed",
		    options->key_file);
	if (loaded == 1 && SSL_CTX_check_private_key(context->ctx) == 1)
		return 0;
	if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
		return err_set(err, ERR_BAD,
		    "key-file %s: is not the key of the certificate in %s",
		    options->key_file, options->cert_file);
	return file_error(err, "key-file", options->key_file);
}

/* Say what OpenSSL, or the system under it, has against a file. */
static int
file_error(struct err *err, const char *what, const char *file)
{
	unsigned long error = ERR_get_error();
	const char *reason = ERR_reason_error_string(error);

	if (ERR_SYSTEM_ERROR(error))
		return err_set(err, ERR_BAD, "%s %s: %s", what, file,
		    strerror(ERR_GET_REASON(error)));
	return err_set(err, ERR_BAD, "%s %s: holds no usable PEM (%s)", what,
	    file, reason != NULL ? reason : "unknown error");
}

/* Never ask on the terminal, which is what OpenSSL does by itself. */
static int
on_phrase(char *phrase, int size, int writing, void *arg)
{
	struct tls_context *context = arg;

	(void)phrase;
	(void)size;
	(void)writing;
	context->asked_phrase = true;
	return -1;
}

static int
on_verify(int good, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
	    store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct tls *tls = SSL_get_app_data(ssl);

	if (!good)
		(void)tls_verify_failed(store, tls->name, &tls->refused);
	return good;
}

/* Called when the server asks and no certificate is set. */
static int
on_certificate_request(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
	struct tls *tls = SSL_get_app_data(ssl);

	(void)cert;
	(void)key;
	tls->certificate.asked = true;
	return 0;
}

/* Returns 1: the session is ours now. */
static int
on_ticket(SSL *ssl, SSL_SESSION *session)
{
	struct tls *tls = SSL_get_app_data(ssl);

	ticket_drop(tls->ticket);
	tls->ticket->session = session;
	return 1;
}

static struct ticket *
ticket_of(struct tls_context *context, const char *server)
{
	struct ticket *ticket;

	SLIST_FOREACH(ticket, &context->tickets, next)
	if (strcmp(ticket->server, server) == 0)
		return ticket;
	ticket = xcalloc(1, sizeof(*ticket));
	ticket->server = xstrdup(server);
	SLIST_INSERT_HEAD(&context->tickets, ticket, next);
	return ticket;
}

static void
ticket_drop(struct ticket *ticket)
{
	SSL_SESSION_free(ticket->session);
	ticket->session = NULL;
}

/*
 * RFC 8446 appendix C.4: a ticket is used once. A TLS 1.2 session may be used
 * again, and the server need not issue another.
 */
static void
resume(struct tls *tls)
{
	SSL_SESSION *session = tls->ticket->session;

	if (session == NULL)
		return;
	if (!is_usable(session)) {
		ticket_drop(tls->ticket);
		return;
	}
	(void)SSL_set_session(tls->ssl, session);
	if (SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION)
		ticket_drop(tls->ticket);
}

/* Resumption does not look at the certificate again; so we do. */
static bool
is_usable(SSL_SESSION *session)
{
	const X509 *peer = SSL_SESSION_get0_peer(session);

	return SSL_SESSION_is_resumable(session) && peer != NULL &&
	    X509_cmp_current_time(X509_get0_notAfter(peer)) > 0;
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
	if (error == ECONNRESET || error == EPIPE)
		(void)err_set(err, ERR_IO, "the server reset the connection");
	else
		(void)err_set(err, ERR_IO, "%s", strerror(error));
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
		(void)tls_alert_set(
		    err, reason - REASON_ALERT, &tls->certificate);
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
