/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small certification authority for the tests, on the OpenSSL API.
 */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "certs.h"

#define LOCAL_NAMES "DNS:localhost,IP:127.0.0.1,IP:::1"
#define HOUR 3600L
#define DAY (24 * HOUR)
#define MONTH (30 * DAY)

enum kind { KIND_CA, KIND_SERVER, KIND_CLIENT };

struct want {
	const char *name;  /* of the files, and the common name */
	const char *names; /* subjectAltName, or NULL */
	enum kind kind;
	bool rsa;
	int from_days;
	int to_days;
};

struct pair {
	EVP_PKEY *key;
	X509 *cert;
};

static const struct want ca = {"ca", NULL, KIND_CA, false, -10, 3650};
static const struct want other_ca = {
    "other-ca", NULL, KIND_CA, false, -10, 3650};
static const struct want stranger = {
    "stranger", LOCAL_NAMES, KIND_SERVER, false, -10, 365};
static const struct want signed_by_ca[] = {
    {"server", LOCAL_NAMES, KIND_SERVER, false, -10, 365},
    {"server-rsa", LOCAL_NAMES, KIND_SERVER, true, -10, 365},
    {"wrong-name", "DNS:elsewhere.example", KIND_SERVER, false, -10, 365},
    {"address-as-name", "DNS:127.0.0.1", KIND_SERVER, false, -10, 365},
    {"wildcard", "DNS:*.example.test", KIND_SERVER, false, -10, 365},
    {"expired", LOCAL_NAMES, KIND_SERVER, false, -10, -1},
    {"future", LOCAL_NAMES, KIND_SERVER, false, 1, 365},
    {"soon", LOCAL_NAMES, KIND_SERVER, false, -10, 6},
    {"client", "DNS:client.example.test", KIND_CLIENT, false, -10, 365},
    {"client-2", "DNS:client.example.test", KIND_CLIENT, false, -10, 365},
    {"client-soon", "DNS:client.example.test", KIND_CLIENT, false, -10, 20},
    {"client-over", "DNS:client.example.test", KIND_CLIENT, false, -10, 0},
};
static const struct want sub_ca = {"sub-ca", NULL, KIND_CA, false, -10, 3650};
static const struct want below = {
    "below", LOCAL_NAMES, KIND_SERVER, false, -10, 365};

static int make(
    struct pair *pair, const struct want *want, const struct pair *issuer);
static int fill(
    struct pair *pair, const struct want *want, const struct pair *issuer);
static int add_extensions(X509 *cert, X509 *issuer, const struct want *want);
static int add_extension(
    X509 *cert, X509V3_CTX *context, int nid, const char *value);
static int write_pair(
    const char *folder, const char *name, const struct pair *pair);
static int write_lists(const char *folder, const struct pair *root);
static int write_below(
    const char *folder, const struct pair *root, long server);
static int write_list(const char *folder, const char *name,
    const struct pair *issuer, const long *serials, size_t count, long to_s);
static int write_locked(const char *folder, const struct pair *pair);
static FILE *open_file(
    const char *folder, const char *name, const char *suffix, mode_t mode);
static void clear(struct pair *pair);

int
certs_write_all(const char *folder)
{
	const size_t count = sizeof(signed_by_ca) / sizeof(signed_by_ca[0]);
	struct pair root = {NULL, NULL}, pair = {NULL, NULL};
	long server = 0;
	int failed;

	failed = make(&root, &ca, NULL) == -1 ||
	    write_pair(folder, "ca", &root) == -1;
	for (size_t i = 0; !failed && i < count; i++) {
		const struct want *want = &signed_by_ca[i];

		failed = make(&pair, want, &root) == -1 ||
		    write_pair(folder, want->name, &pair) == -1 ||
		    (strcmp(want->name, "client") == 0 &&
		        write_locked(folder, &pair) == -1);
		if (i == 0)
			server =
			    ASN1_INTEGER_get(X509_get0_serialNumber(pair.cert));
		clear(&pair);
	}
	failed = failed || write_lists(folder, &root) == -1 ||
	    write_below(folder, &root, server) == -1;
	clear(&root);
	failed = failed || make(&root, &other_ca, NULL) == -1 ||
	    write_pair(folder, "other-ca", &root) == -1 ||
	    make(&pair, &stranger, &root) == -1 ||
	    write_pair(folder, "stranger", &pair) == -1;
	clear(&pair);
	clear(&root);
	if (failed)
		ERR_print_errors_fp(stderr);
	return failed ? -1 : 0;
}

int
certs_write_list(const char *folder, const char *name, long to_s)
{
	struct pair root = {NULL, NULL};
	char path[PATH_MAX];
	FILE *file;
	int result;

	(void)snprintf(path, sizeof(path), "%s/ca.pem", folder);
	file = fopen(path, "re");
	if (file != NULL) {
		root.cert = PEM_read_X509(file, NULL, NULL, NULL);
		(void)fclose(file);
	}
	(void)snprintf(path, sizeof(path), "%s/ca.key", folder);
	file = fopen(path, "re");
	if (file != NULL) {
		root.key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		(void)fclose(file);
	}
	result = root.cert == NULL || root.key == NULL
	    ? -1
	    : write_list(folder, name, &root, NULL, 0, to_s);
	clear(&root);
	return result;
}

/* Without an issuer it signs itself. */
static int
make(struct pair *pair, const struct want *want, const struct pair *issuer)
{
	pair->key = want->rsa ? EVP_RSA_gen(2048U) : EVP_EC_gen("P-256");
	pair->cert = X509_new();
	if (pair->key == NULL || pair->cert == NULL ||
	    fill(pair, want, issuer != NULL ? issuer : pair) == -1) {
		(void)fprintf(stderr, "cannot make \"%s\"\n", want->name);
		return -1;
	}
	return 0;
}

static int
fill(struct pair *pair, const struct want *want, const struct pair *issuer)
{
	X509_NAME *name = X509_get_subject_name(pair->cert);
	ASN1_INTEGER *serial = X509_get_serialNumber(pair->cert);
	static long number;

	number++;
	if (!X509_set_version(pair->cert, X509_VERSION_3) ||
	    !ASN1_INTEGER_set(serial, number) ||
	    !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	        (const unsigned char *)want->name, -1, -1, 0) ||
	    !X509_set_issuer_name(
	        pair->cert, X509_get_subject_name(issuer->cert)) ||
	    !X509_set_pubkey(pair->cert, pair->key) ||
	    X509_gmtime_adj(X509_getm_notBefore(pair->cert),
	        want->from_days * DAY) == NULL ||
	    X509_gmtime_adj(
	        X509_getm_notAfter(pair->cert), want->to_days * DAY) == NULL)
		return -1;
	if (add_extensions(pair->cert, issuer->cert, want) == -1)
		return -1;
	return X509_sign(pair->cert, issuer->key, EVP_sha256()) > 0 ? 0 : -1;
}

static int
add_extensions(X509 *cert, X509 *issuer, const struct want *want)
{
	static const char *const usages[] = {
	    [KIND_CA] = "critical,keyCertSign,cRLSign",
	    [KIND_SERVER] = "critical,digitalSignature,keyEncipherment",
	    [KIND_CLIENT] = "critical,digitalSignature",
	};
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	if (add_extension(cert, &context, NID_basic_constraints,
	        want->kind == KIND_CA ? "critical,CA:TRUE"
	                              : "critical,CA:FALSE") == -1 ||
	    add_extension(cert, &context, NID_key_usage, usages[want->kind]) ==
	        -1 ||
	    add_extension(cert, &context, NID_subject_key_identifier, "hash") ==
	        -1)
		return -1;
	if (want->names != NULL &&
	    add_extension(cert, &context, NID_subject_alt_name, want->names) ==
	        -1)
		return -1;
	if (want->kind == KIND_CA)
		return 0;
	if (add_extension(
	        cert, &context, NID_authority_key_identifier, "keyid") == -1)
		return -1;
	return add_extension(cert, &context, NID_ext_key_usage,
	    want->kind == KIND_SERVER ? "serverAuth" : "clientAuth");
}

static int
add_extension(X509 *cert, X509V3_CTX *context, int nid, const char *value)
{
	X509_EXTENSION *extension =
	    X509V3_EXT_conf_nid(NULL, context, nid, value);
	int added;

	if (extension == NULL)
		return -1;
	added = X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
	return added ? 0 : -1;
}

static int
write_pair(const char *folder, const char *name, const struct pair *pair)
{
	FILE *file = open_file(folder, name, "pem", 0644);
	int good;

	if (file == NULL)
		return -1;
	good = PEM_write_X509(file, pair->cert);
	if (fclose(file) != 0 || !good)
		return -1;
	file = open_file(folder, name, "key", 0600);
	if (file == NULL)
		return -1;
	good = PEM_write_PrivateKey(file, pair->key, NULL, NULL, 0, NULL, NULL);
	return fclose(file) == 0 && good ? 0 : -1;
}

static int
write_locked(const char *folder, const struct pair *pair)
{
	FILE *file = open_file(folder, "client-locked", "key", 0600);
	char phrase[] = "secret";
	int good;

	if (file == NULL)
		return -1;
	good = PEM_write_PKCS8PrivateKey(
	    file, pair->key, EVP_aes_256_cbc(), NULL, 0, NULL, phrase);
	return fclose(file) == 0 && good ? 0 : -1;
}

static int
write_lists(const char *folder, const struct pair *root)
{
	return write_list(folder, "ca", root, NULL, 0, MONTH) == -1 ||
	        write_list(folder, "ca-soon", root, NULL, 0, 5 * HOUR) == -1 ||
	        write_list(folder, "ca-ended", root, NULL, 0, -DAY) == -1
	    ? -1
	    : 0;
}

/* An authority below the root, what it has signed, and the lists about it. */
static int
write_below(const char *folder, const struct pair *root, long server)
{
	struct pair sub = {NULL, NULL}, pair = {NULL, NULL};
	long revoked[2] = {server, 0};
	FILE *file = NULL;
	int failed;

	failed = make(&sub, &sub_ca, root) == -1 ||
	    write_pair(folder, "sub-ca", &sub) == -1 ||
	    write_list(folder, "sub-ca", &sub, NULL, 0, MONTH) == -1 ||
	    make(&pair, &below, &sub) == -1 ||
	    write_pair(folder, "below", &pair) == -1;
	if (!failed)
		file = open_file(folder, "below", "pem", 0644);
	if (file != NULL) {
		failed = !PEM_write_X509(file, pair.cert) ||
		    !PEM_write_X509(file, sub.cert);
		failed |= fclose(file) != 0;
		revoked[1] = ASN1_INTEGER_get(X509_get0_serialNumber(sub.cert));
		failed = failed ||
		    write_list(folder, "revoked", root, revoked, 2, MONTH) ==
		        -1;
	}
	clear(&sub);
	clear(&pair);
	return failed || file == NULL ? -1 : 0;
}

/* NAME.crl: the serial numbers that the issuer has revoked. */
static int
write_list(const char *folder, const char *name, const struct pair *issuer,
    const long *serials, size_t count, long to_s)
{
	ASN1_TIME *when = X509_gmtime_adj(NULL, -2 * DAY);
	ASN1_TIME *end = X509_gmtime_adj(NULL, to_s);
	FILE *file = open_file(folder, name, "crl", 0644);
	X509_CRL *list = X509_CRL_new();
	int good = list != NULL && file != NULL &&
	    X509_CRL_set_version(list, X509_CRL_VERSION_2) &&
	    X509_CRL_set_issuer_name(
	        list, X509_get_subject_name(issuer->cert)) &&
	    X509_CRL_set1_lastUpdate(list, when) &&
	    X509_CRL_set1_nextUpdate(list, end);

	for (size_t i = 0; good && i < count; i++) {
		ASN1_INTEGER *serial = ASN1_INTEGER_new();
		X509_REVOKED *entry = X509_REVOKED_new();

		good = ASN1_INTEGER_set(serial, serials[i]) &&
		    X509_REVOKED_set_serialNumber(entry, serial) &&
		    X509_REVOKED_set_revocationDate(entry, when) &&
		    X509_CRL_add0_revoked(list, entry);
		ASN1_INTEGER_free(serial);
	}
	good = good && X509_CRL_sign(list, issuer->key, EVP_sha256()) > 0 &&
	    PEM_write_X509_CRL(file, list);
	if (file != NULL)
		good &= fclose(file) == 0;
	X509_CRL_free(list);
	ASN1_TIME_free(when);
	ASN1_TIME_free(end);
	return good ? 0 : -1;
}

static FILE *
open_file(const char *folder, const char *name, const char *suffix, mode_t mode)
{
	char path[PATH_MAX];
	int len, fd;

	len = snprintf(path, sizeof(path), "%s/%s.%s", folder, name, suffix);
	if (len < 0 || (size_t)len >= sizeof(path))
		return NULL;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd == -1) {
		perror(path);
		return NULL;
	}
	return fdopen(fd, "w");
}

static void
clear(struct pair *pair)
{
	EVP_PKEY_free(pair->key);
	X509_free(pair->cert);
	pair->key = NULL;
	pair->cert = NULL;
}
