/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A self-signed certificate on the curve P-256, good for some days.
 */
#include "config.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "sim_cert.h"

#define DAY_SECONDS 86400L

static X509 *cert_new(EVP_PKEY *key);
static int add_extension(X509 *cert, int nid, const char *value);
static FILE *open_for(const char *dir, const char *name, mode_t mode);

int
sim_cert_make(const char *dir)
{
	EVP_PKEY *key;
	X509 *cert;
	FILE *out;
	int ok;

	key = EVP_EC_gen("P-256");
	cert = key != NULL ? cert_new(key) : NULL;
	ok = cert != NULL;
	out = ok ? open_for(dir, "key.pem", 0600) : NULL;
	ok = out != NULL &&
	    PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
	if (out != NULL && fclose(out) != 0)
		ok = 0;
	out = ok ? open_for(dir, "cert.pem", 0644) : NULL;
	ok = out != NULL && PEM_write_X509(out, cert);
	if (out != NULL && fclose(out) != 0)
		ok = 0;
	X509_free(cert);
	EVP_PKEY_free(key);
	return ok ? 0 : -1;
}

static X509 *
cert_new(EVP_PKEY *key)
{
	uint64_t serial;
	X509_NAME *name;
	X509 *cert;

	cert = X509_new();
	if (cert == NULL ||
	    RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
		goto fail;
	name = X509_get_subject_name(cert);
	/* Positive, as RFC 5280 section 4.1.2.2 asks. */
	serial = serial >> 1 | 1;
	if (!X509_set_version(cert, X509_VERSION_3) ||
	    !ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial) ||
	    X509_gmtime_adj(X509_getm_notBefore(cert), -DAY_SECONDS) == NULL ||
	    X509_gmtime_adj(X509_getm_notAfter(cert), 30 * DAY_SECONDS) ==
	        NULL ||
	    !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	        (const unsigned char *)"localhost", -1, -1, 0) ||
	    !X509_set_issuer_name(cert, name) || !X509_set_pubkey(cert, key))
		goto fail;
	if (add_extension(cert, NID_basic_constraints, "critical,CA:TRUE") ||
	    add_extension(cert, NID_subject_key_identifier, "hash") ||
	    add_extension(cert, NID_subject_alt_name,
	        "DNS:localhost,IP:127.0.0.1,IP:::1") ||
	    X509_sign(cert, key, EVP_sha256()) == 0)
		goto fail;
	return cert;
fail:
	X509_free(cert);
	return NULL;
}

static int
add_extension(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;
	int ok;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = ext != NULL && X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
	return ok ? 0 : -1;
}

static FILE *
open_for(const char *dir, const char *name, mode_t mode)
{
	char *path;
	FILE *out;
	int fd;

	path = xasprintf("%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	free(path);
	if (fd == -1)
		return NULL;
	out = fdopen(fd, "w");
	if (out == NULL)
		(void)close(fd);
	return out;
}
