/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenSSL behind tls.h. A client that only writes must read all the same:
 * session tickets that stay unread turn its close into a reset, which costs the
 * receiver the tail. Tickets that were read are used for the next connection,
 * each once (RFC 8446, appendix C.4).
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/tls.h"
#include "io/tls_verify.h"

/* RFC 9662 section 4: ephemeral key exchange and AEAD; no static RSA, no CBC.
 * TLS 1.3 has nothing else. */
#define CIPHERS_TLS12 "ECDHE+AESGCM:ECDHE+CHACHA20"

/* Names whose sessions are kept: a destination's list of servers. */
#define SESSIONS_MAX 16

struct saved_session {
	char *name;
	SSL_SESSION *session;
	TAILQ_ENTRY(saved_session) next;
};

TAILQ_HEAD(tls_sessions, saved_session);

struct tls_context {
	SSL_CTX *ctx;
	struct tls_sessions sessions; /* newest first */
	unsigned count;
};

struct tls {
	struct tls_context *context;
	SSL *ssl;
	char *name;
};

static int configure(
    SSL_CTX *ctx, const struct tls_options *options, struct err *err);
static int load_trust(SSL_CTX *ctx, const char *file, struct err *err);
static int load_own(
    SSL_CTX *ctx, const struct tls_options *options, struct err *err);
static int on_session(SSL *ssl, SSL_SESSION *session);
static void save(
    struct tls_context *context, const char *name, SSL_SESSION *session);
static SSL_SESSION *take(struct tls_context *context, const char *name);
static void forget(struct tls_context *context, struct saved_session *s);
static enum tls_status status_of(struct tls *tls, int result, struct err *err);

struct tls_context *
tls_context_new(const struct tls_options *options, struct err *err)
{
	struct tls_context *context = xcalloc(1, sizeof(*context));

	TAILQ_INIT(&context->sessions);
	context->ctx = SSL_CTX_new(TLS_client_method());
	if (context->ctx == NULL)
		abort();
	if (configure(context->ctx, options, err) == -1) {
		tls_context_free(context);
		return NULL;
	}
	return context;
}

void
tls_context_free(struct tls_context *context)
{
	if (context == NULL)
		return;
	while (!TAILQ_EMPTY(&context->sessions))
		forget(context, TAILQ_FIRST(&context->sessions));
	SSL_CTX_free(context->ctx);
	free(context);
}

struct tls *
tls_new(struct tls_context *context, int fd, const char *name, struct err *err)
{
	struct tls *tls = xcalloc(1, sizeof(*tls));
	SSL_SESSION *session;

	tls->context = context;
	tls->name = xstrdup(name);
	tls->ssl = SSL_new(context->ctx);
	if (tls->ssl == NULL || !SSL_set_fd(tls->ssl, fd))
		abort();
	(void)SSL_set_app_data(tls->ssl, tls);
	SSL_set_connect_state(tls->ssl);
	if (tls_verify_expect(tls->ssl, name, err) == -1) {
		tls_free(tls);
		return NULL;
	}
	session = take(context, name);
	if (session != NULL) {
		(void)SSL_set_session(tls->ssl, session);
		SSL_SESSION_free(session);
	}
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
	ERR_clear_error();
	errno = 0;
	return status_of(tls, SSL_do_handshake(tls->ssl), err);
}

enum tls_status
tls_write(struct tls *tls, const void *data, size_t len, size_t *ret_len,
    struct err *err)
{
	ERR_clear_error();
	errno = 0;
	return status_of(tls, SSL_write_ex(tls->ssl, data, len, ret_len), err);
}

enum tls_status
tls_read(
    struct tls *tls, void *data, size_t size, size_t *ret_len, struct err *err)
{
	ERR_clear_error();
	errno = 0;
	return status_of(tls, SSL_read_ex(tls->ssl, data, size, ret_len), err);
}

enum tls_status
tls_close(struct tls *tls, struct err *err)
{
	int result;

	ERR_clear_error();
	errno = 0;
	result = SSL_shutdown(tls->ssl);
	/* 0: ours is sent, the peer's has not come; that is read for. */
	return result >= 0 ? TLS_DONE : status_of(tls, result, err);
}

int64_t
tls_peer_expires_ms(const struct tls *tls)
{
	X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
	struct tm end;

	if (certificate == NULL ||
	    !ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end))
		return 0;
	return (int64_t)timegm(&end) * 1000;
}

bool
tls_is_resumed(const struct tls *tls)
{
	return SSL_session_reused(tls->ssl) != 0;
}

static int
configure(SSL_CTX *ctx, const struct tls_options *options, struct err *err)
{
	(void)SSL_CTX_set_options(
	    ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	(void)SSL_CTX_set_mode(ctx,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	(void)SSL_CTX_set_session_cache_mode(
	    ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
	SSL_CTX_sess_set_new_cb(ctx, on_session);
	if (!SSL_CTX_set_min_proto_version(ctx, options->min_version) ||
	    !SSL_CTX_set_cipher_list(ctx, CIPHERS_TLS12)) {
		ERR_clear_error();
		return err_set(
		    err, ERR_BAD, "TLS: the system's policy forbids it");
	}
	if (load_trust(ctx, options->ca_file, err) == -1)
		return -1;
	return load_own(ctx, options, err);
}

static int
load_trust(SSL_CTX *ctx, const char *file, struct err *err)
{
	int ok;

	ERR_clear_error();
	if (file != NULL)
		ok = SSL_CTX_load_verify_file(ctx, file);
	else
		ok = SSL_CTX_set_default_verify_paths(ctx);
	if (!ok)
		return tls_verify_explain_file("no CA certificate",
		    file != NULL ? file : "the system's CA store", err);
	return 0;
}

/* Without this OpenSSL would ask on the terminal. */
static int
no_password(char *out, int size, int writing, void *arg)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static int
load_own(SSL_CTX *ctx, const struct tls_options *options, struct err *err)
{
	const char *key =
	    options->key_file != NULL ? options->key_file : options->cert_file;

	if (options->cert_file == NULL)
		return 0;
	SSL_CTX_set_default_passwd_cb(ctx, no_password);
	if (!SSL_CTX_use_certificate_chain_file(ctx, options->cert_file))
		return tls_verify_explain_file(
		    "no certificate", options->cert_file, err);
	if (!SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM))
		return tls_verify_explain_file("no usable key", key, err);
	if (!SSL_CTX_check_private_key(ctx))
		return tls_verify_explain_file(
		    "does not belong to the certificate", key, err);
	return 0;
}

/* 0: OpenSSL keeps the reference that it made for us. */
static int
on_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls *tls = SSL_get_app_data(ssl);

	if (!SSL_SESSION_is_resumable(session))
		return 0;
	save(tls->context, tls->name, session);
	return 1;
}

/* One for each name, the newest. Takes the reference. */
static void
save(struct tls_context *context, const char *name, SSL_SESSION *session)
{
	struct saved_session *s;
	SSL_SESSION *old = take(context, name);

	SSL_SESSION_free(old);
	if (context->count == SESSIONS_MAX)
		forget(context, TAILQ_LAST(&context->sessions, tls_sessions));
	s = xcalloc(1, sizeof(*s));
	s->name = xstrdup(name);
	s->session = session;
	TAILQ_INSERT_HEAD(&context->sessions, s, next);
	context->count++;
}

/* The session of that name, no longer kept: it is used once. */
static SSL_SESSION *
take(struct tls_context *context, const char *name)
{
	struct saved_session *s;
	SSL_SESSION *session;

	TAILQ_FOREACH(s, &context->sessions, next)
	{
		if (strcmp(s->name, name) != 0)
			continue;
		session = s->session;
		s->session = NULL;
		forget(context, s);
		return session;
	}
	return NULL;
}

static void
forget(struct tls_context *context, struct saved_session *s)
{
	TAILQ_REMOVE(&context->sessions, s, next);
	context->count--;
	SSL_SESSION_free(s->session);
	free(s->name);
	free(s);
}

static enum tls_status
status_of(struct tls *tls, int result, struct err *err)
{
	int error;

	if (result > 0)
		return TLS_DONE;
	error = SSL_get_error(tls->ssl, result);
	if (error == SSL_ERROR_WANT_READ)
		return TLS_WANT_READ;
	if (error == SSL_ERROR_WANT_WRITE)
		return TLS_WANT_WRITE;
	if (error == SSL_ERROR_ZERO_RETURN)
		return TLS_CLOSED;
	if (error == SSL_ERROR_SSL &&
	    ERR_GET_REASON(ERR_peek_error()) ==
	        SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		ERR_clear_error();
		return TLS_EOF;
	}
	(void)tls_verify_explain(tls->ssl, tls->name, err);
	return TLS_FAILED;
}
