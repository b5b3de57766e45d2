/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io/tls_context.h on OpenSSL. Files are read by us and parsed from memory: so
 * what was looked at is what is used, and the key does not stay behind in
 * somebody's buffer. A new SSL_CTX is made beside the old one and put in its
 * place only when it is whole.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "base/fingerprint.h"
#include "base/mem.h"
#include "io/digest.h"
#include "io/tls_cert.h"
#include "io/tls_parts.h"

/*
 * RFC 9662 section 5 and RFC 9325 section 4.2: forward secrecy and AEAD only.
 * OpenSSL's own list still offers static RSA and CBC.
 */
#define SUITES_TLS12 "ECDHE+AESGCM:ECDHE+CHACHA20"

/* Of an encrypted key, while it is opened. */
struct phrase {
	const struct buf *password; /* empty: there is none */
	bool asked;
};

/* Put what was read in its place; owns `item` then. False on failure. */
typedef bool put_fn(SSL_CTX *ctx, void *item, size_t number);
typedef void *read_fn(BIO *bio);

static void watch_system(struct tls_files *files);
static const char *system_path(const char *variable, const char *standard);
static int set_fingerprints(struct tls_context *context,
    const struct tls_options *options, struct err *err);
static int load(struct tls_context *context, struct err *err);
static int make(
    struct tls_context *context, struct tls_made *made, struct err *err);
static int set_policy(SSL_CTX *ctx, int min_version, struct err *err);
static void set_callbacks(struct tls_context *context, SSL_CTX *ctx);
static int load_authorities(
    SSL_CTX *ctx, const struct tls_files *files, struct err *err);
static int put_system(SSL_CTX *ctx, const struct tls_files *files);
static int load_lists(
    struct tls_made *made, const struct tls_files *files, struct err *err);
static int load_certificate(
    const struct tls_files *files, struct tls_made *made, struct err *err);
static int load_key(
    SSL_CTX *ctx, const struct tls_files *files, struct err *err);
static int key_failed(const struct tls_files *files,
    const struct phrase *phrase, struct err *err);
static int each(SSL_CTX *ctx, const struct tls_files *files,
    enum tls_file_role role, read_fn *read, put_fn *put, struct err *err);
static void *read_certificate(BIO *bio);
static void *read_list(BIO *bio);
static bool put_authority(SSL_CTX *ctx, void *item, size_t number);
static bool put_own(SSL_CTX *ctx, void *item, size_t number);
static bool put_list(SSL_CTX *ctx, void *item, size_t number);
static int unusable(
    const struct tls_files *files, enum tls_file_role role, struct err *err);
static int on_phrase(char *phrase, int size, int writing, void *arg);

struct tls_context *
tls_context_new(const struct tls_options *options, struct err *err)
{
	struct tls_context *context = xcalloc(1, sizeof(*context));

	SLIST_INIT(&context->tickets);
	tls_files_init(&context->files, options);
	if (options->ca_file == NULL &&
	    options->verify != TLS_VERIFY_FINGERPRINT)
		watch_system(&context->files);
	context->min_version = options->min_version;
	context->verify = options->verify;
	(void)tls_files_changed(&context->files);
	if ((options->cert_file == NULL) != (options->key_file == NULL))
		(void)err_set(err, ERR_BAD,
		    "%s: cert-file and key-file go together",
		    options->cert_file != NULL ? "cert-file" : "key-file");
	else if (set_fingerprints(context, options, err) == 0 &&
	    load(context, err) == 0)
		return context;
	tls_context_free(context);
	return NULL;
}

void
tls_context_free(struct tls_context *context)
{
	if (context == NULL)
		return;
	tls_tickets_free(context);
	tls_files_clear(&context->files);
	SSL_CTX_free(context->made.ctx);
	free(context->fingerprints);
	free(context);
}

enum tls_renewal
tls_context_renew(struct tls_context *context, struct err *err)
{
	uint64_t before = context->digest;
	int result;

	if (!tls_files_changed(&context->files))
		return TLS_UNCHANGED;
	result = load(context, err);
	if (context->digest == before)
		return TLS_UNCHANGED;
	return result == 0 ? TLS_RENEWED : TLS_KEPT;
}

int64_t
tls_context_expires_ms(const struct tls_context *context)
{
	return context->made.expires_ms;
}

const struct tls_lists *
tls_context_lists(const struct tls_context *context)
{
	return &context->made.lists;
}

bool
tls_context_key_is_exposed(const struct tls_context *context)
{
	return context->files.all[TLS_FILE_KEY].seen.exposed;
}

void
tls_context_on_peer(struct tls_context *context, tls_peer_fn *fn, void *arg)
{
	context->on_peer = fn;
	context->on_peer_arg = arg;
}

/* Where SSL_CTX_set_default_verify_paths takes them from. */
static void
watch_system(struct tls_files *files)
{
	tls_files_watch(files, TLS_FILE_SYSTEM,
	    system_path(X509_get_default_cert_file_env(),
	        X509_get_default_cert_file()));
	tls_files_watch(files, TLS_FILE_SYSTEM_FOLDER,
	    system_path(
	        X509_get_default_cert_dir_env(), X509_get_default_cert_dir()));
}

static const char *
system_path(const char *variable, const char *standard)
{
	const char *path = secure_getenv(variable);

	return path != NULL ? path : standard;
}

static int
set_fingerprints(struct tls_context *context, const struct tls_options *options,
    struct err *err)
{
	size_t count = options->fingerprint_count;

	if (options->verify != TLS_VERIFY_FINGERPRINT)
		return 0;
	if (count == 0)
		return err_set(err, ERR_BAD, "fingerprints: there is none");
	context->fingerprints = xcalloc(count, sizeof(*context->fingerprints));
	context->fingerprint_count = count;
	for (size_t i = 0; i < count; i++) {
		const char *text = options->fingerprints[i];
		const char *fault =
		    fingerprint_parse(text_of(text), &context->fingerprints[i]);

		if (fault != NULL)
			return err_set(err, ERR_BAD, "fingerprints: \"%s\" %s",
			    text, fault);
	}
	return 0;
}

/* The digest is of what was tried, good or not, so that it is told once. */
static int
load(struct tls_context *context, struct err *err)
{
	struct tls_made made = {0};
	struct err why = {ERR_NONE, ""};
	uint64_t digest;
	int result = tls_files_read(&context->files, &why);

	digest = result == 0 ? tls_files_digest(&context->files)
	                     : digest64(why.text, strlen(why.text));
	if (context->made.ctx != NULL && digest == context->digest) {
		tls_files_forget(&context->files);
		return 0;
	}
	context->digest = digest;
	if (result == 0) {
		ERR_clear_error();
		result = make(context, &made, &why);
		ERR_clear_error();
		tls_files_forget(&context->files);
	}
	if (result == -1) {
		SSL_CTX_free(made.ctx);
		return err_set(err, why.code, "%s", why.text);
	}
	/* What they say of the server was judged by the old files. */
	tls_tickets_drop(context);
	SSL_CTX_free(context->made.ctx);
	context->made = made;
	return 0;
}

static int
make(struct tls_context *context, struct tls_made *made, struct err *err)
{
	const struct tls_files *files = &context->files;

	made->ctx = SSL_CTX_new(TLS_client_method());
	if (made->ctx == NULL)
		return err_set(err, ERR_IO,
		    "cannot start OpenSSL: is there memory left, and its "
		    "configuration (openssl.cnf) right?");
	if (set_policy(made->ctx, context->min_version, err) == -1 ||
	    load_authorities(made->ctx, files, err) == -1 ||
	    load_lists(made, files, err) == -1 ||
	    load_certificate(files, made, err) == -1)
		return -1;
	set_callbacks(context, made->ctx);
	return 0;
}

static int
set_policy(SSL_CTX *ctx, int min_version, struct err *err)
{
	/* A read is one record: a peer cannot hold the loop with tickets. */
	(void)SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
	(void)SSL_CTX_set_mode(ctx,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	(void)SSL_CTX_set_options(
	    ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	if (!SSL_CTX_set_min_proto_version(ctx, min_version) ||
	    !SSL_CTX_set_max_proto_version(ctx, 0) ||
	    !SSL_CTX_set_cipher_list(ctx, SUITES_TLS12))
		return err_set(err, ERR_IO,
		    "tls-min: OpenSSL here lacks the TLS versions or suites "
		    "needed");
	return 0;
}

static void
set_callbacks(struct tls_context *context, SSL_CTX *ctx)
{
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, tls_on_fault);
	SSL_CTX_set_cert_verify_callback(ctx, tls_on_chain, context);
	SSL_CTX_set_client_cert_cb(ctx, tls_on_certificate_request);
	(void)SSL_CTX_set_session_cache_mode(
	    ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(ctx, tls_on_ticket);
}

static int
load_authorities(SSL_CTX *ctx, const struct tls_files *files, struct err *err)
{
	if (files->all[TLS_FILE_CA].path == NULL) {
		if (put_system(ctx, files) == 0)
			return err_set(err, ERR_IO,
			    "ca-file: cannot read the system's authorities");
		return 0;
	}
	/* What the operator names is an anchor even if it has an issuer. */
	(void)X509_VERIFY_PARAM_set_flags(
	    SSL_CTX_get0_param(ctx), X509_V_FLAG_PARTIAL_CHAIN);
	return each(
	    ctx, files, TLS_FILE_CA, read_certificate, put_authority, err);
}

/* Lists of revoked certificates are put beside them. Returns as OpenSSL does. */
static int
put_system(SSL_CTX *ctx, const struct tls_files *files)
{
	X509_STORE *store;

	if (files->all[TLS_FILE_CRL].path != NULL)
		return SSL_CTX_set_default_verify_paths(ctx);
	store = tls_system_store(files);
	if (store == NULL || !X509_STORE_up_ref(store))
		return 0;
	SSL_CTX_set_cert_store(ctx, store);
	return 1;
}

static int
load_lists(
    struct tls_made *made, const struct tls_files *files, struct err *err)
{
	if (files->all[TLS_FILE_CRL].path == NULL)
		return 0;
	(void)X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(made->ctx),
	    X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	if (each(made->ctx, files, TLS_FILE_CRL, read_list, put_list, err) ==
	    -1)
		return -1;
	tls_lists_of(made->ctx, &made->lists);
	return 0;
}

static int
load_certificate(
    const struct tls_files *files, struct tls_made *made, struct err *err)
{
	if (files->all[TLS_FILE_CERT].path == NULL)
		return 0;
	if (each(made->ctx, files, TLS_FILE_CERT, read_certificate, put_own,
	        err) == -1)
		return -1;
	made->has_certificate = true;
	made->expires_ms = tls_cert_time_ms(
	    X509_get0_notAfter(SSL_CTX_get0_certificate(made->ctx)));
	return load_key(made->ctx, files, err);
}

static int
load_key(SSL_CTX *ctx, const struct tls_files *files, struct err *err)
{
	const struct buf *content = &files->all[TLS_FILE_KEY].content;
	struct phrase phrase = {
	    .password = &files->all[TLS_FILE_PASSWORD].content};
	BIO *bio = BIO_new_mem_buf(content->data, (int)content->len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, on_phrase, &phrase);
	int result = 0;

	if (key == NULL)
		result = key_failed(files, &phrase, err);
	else if (X509_check_private_key(SSL_CTX_get0_certificate(ctx), key) !=
	    1)
		result = err_set(err, ERR_BAD,
		    "key-file: %s: is not the key of the certificate in %s: "
		    "name the two that belong together",
		    files->all[TLS_FILE_KEY].path,
		    files->all[TLS_FILE_CERT].path);
	else if (SSL_CTX_use_PrivateKey(ctx, key) != 1)
		result = unusable(files, TLS_FILE_KEY, err);
	EVP_PKEY_free(key);
	(void)BIO_free(bio);
	return result;
}

static int
key_failed(
    const struct tls_files *files, const struct phrase *phrase, struct err *err)
{
	const char *path = files->all[TLS_FILE_KEY].path;

	if (!phrase->asked)
		return unusable(files, TLS_FILE_KEY, err);
	if (phrase->password->len == 0)
		return err_set(err, ERR_BAD,
		    "key-file: %s: is encrypted: key-password-file is missing",
		    path);
	return err_set(err, ERR_BAD,
	    "key-password-file: %s: does not open the key in %s: put the "
	    "key's own password into it",
	    files->all[TLS_FILE_PASSWORD].path, path);
}

/* All that the file holds, of one kind; at least one. */
static int
each(SSL_CTX *ctx, const struct tls_files *files, enum tls_file_role role,
    read_fn *read, put_fn *put, struct err *err)
{
	const struct buf *content = &files->all[role].content;
	BIO *bio = BIO_new_mem_buf(content->data, (int)content->len);
	size_t count = 0;
	bool good = bio != NULL;
	void *item;

	while (good) {
		item = read(bio);
		if (item == NULL)
			break;
		good = put(ctx, item, count++);
	}
	(void)BIO_free(bio);
	/* A file that is cut short ends in another way. */
	if (good && count > 0 &&
	    ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) {
		ERR_clear_error();
		return 0;
	}
	return unusable(files, role, err);
}

static void *
read_certificate(BIO *bio)
{
	return PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);
}

static void *
read_list(BIO *bio)
{
	return PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
}

static bool
put_authority(SSL_CTX *ctx, void *item, size_t number)
{
	int put = X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), item);

	(void)number;
	X509_free(item);
	return put == 1;
}

/* Our own, then the rest of its chain. */
static bool
put_own(SSL_CTX *ctx, void *item, size_t number)
{
	if (number > 0 && SSL_CTX_add0_chain_cert(ctx, item) == 1)
		return true;
	if (number == 0 && SSL_CTX_use_certificate(ctx, item) == 1) {
		X509_free(item);
		return true;
	}
	X509_free(item);
	return false;
}

static bool
put_list(SSL_CTX *ctx, void *item, size_t number)
{
	int put = X509_STORE_add_crl(SSL_CTX_get_cert_store(ctx), item);

	(void)number;
	X509_CRL_free(item);
	return put == 1;
}

/* Say what OpenSSL has against a file. */
static int
unusable(
    const struct tls_files *files, enum tls_file_role role, struct err *err)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	return err_set(err, ERR_BAD,
	    "%s: %s: holds no usable PEM (%s): convert it with "
	    "openssl %s",
	    tls_file_option(role), files->all[role].path,
	    reason != NULL ? reason : "unknown error",
	    role == TLS_FILE_KEY       ? "pkey"
	        : role == TLS_FILE_CRL ? "crl"
	                               : "x509");
}

/* Never ask on the terminal, which is what OpenSSL does by itself. */
static int
on_phrase(char *phrase, int size, int writing, void *arg)
{
	struct phrase *p = arg;

	(void)writing;
	p->asked = true;
	if (p->password->len == 0 || p->password->len > (size_t)size)
		return -1;
	memcpy(phrase, p->password->data, p->password->len);
	return (int)p->password->len;
}
