/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in a certificate came from outside, and is shown to people: what
 * could move a terminal is taken out of it here.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "io/tls_cert.h"
#include "io/tls_peer.h"

/* Octets of a common name that are shown. */
#define NAME_MAX_SHOWN 160

static void put_alternatives(struct buf *out, X509 *cert);
static void put_alternative(struct buf *out, const GENERAL_NAME *name);
static void put_address(struct buf *out, const ASN1_OCTET_STRING *address);
static void put_shown(struct buf *out, const unsigned char *text, int len);
static void distinguished(const X509_NAME *name, char ret[TLS_PEER_TEXT_MAX]);

int64_t
tls_cert_time_ms(const ASN1_TIME *when)
{
	struct tm tm;

	if (when == NULL || !ASN1_TIME_to_tm(when, &tm))
		return 0;
	return (int64_t)timegm(&tm) * 1000;
}

void
tls_cert_issuer(const X509 *cert, char *ret, size_t size)
{
	X509_NAME *name = X509_get_issuer_name(cert);

	if (X509_NAME_get_text_by_NID(name, NID_commonName, ret, (int)size) <=
	        0 &&
	    X509_NAME_get_text_by_NID(
	        name, NID_organizationName, ret, (int)size) <= 0)
		(void)snprintf(ret, size, "an unnamed party");
}

void
tls_cert_fingerprint(
    const X509 *cert, enum fingerprint_hash hash, struct fingerprint *ret)
{
	const EVP_MD *md = hash == FINGERPRINT_SHA1 ? EVP_sha1() : EVP_sha256();
	unsigned char octets[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	memset(ret, 0, sizeof(*ret));
	ret->hash = hash;
	if (X509_digest(cert, md, octets, &len) && len == fingerprint_len(hash))
		memcpy(ret->octets, octets, len);
}

void
tls_cert_describe(X509 *cert, struct tls_peer *ret)
{
	struct fingerprint fingerprint;
	struct buf names;

	memset(ret, 0, sizeof(*ret));
	distinguished(X509_get_subject_name(cert), ret->subject);
	distinguished(X509_get_issuer_name(cert), ret->issuer);
	buf_init(&names, TLS_PEER_TEXT_MAX - 1);
	put_alternatives(&names, cert);
	if (names.len != 0)
		memcpy(ret->names, names.data, names.len);
	buf_clear(&names);
	ret->not_before_ms = tls_cert_time_ms(X509_get0_notBefore(cert));
	ret->not_after_ms = tls_cert_time_ms(X509_get0_notAfter(cert));
	tls_cert_fingerprint(cert, FINGERPRINT_SHA256, &fingerprint);
	fingerprint_put(&fingerprint, ret->fingerprint);
}

bool
tls_peer_read(const char *pem, struct tls_peer *ret)
{
	BIO *octets = BIO_new_mem_buf(pem, -1);
	X509 *cert =
	    octets != NULL ? PEM_read_bio_X509(octets, NULL, NULL, NULL) : NULL;

	BIO_free(octets);
	if (cert == NULL) {
		ERR_clear_error();
		return false;
	}
	tls_cert_describe(cert, ret);
	X509_free(cert);
	return true;
}

void
tls_cert_put_names(struct buf *out, X509 *cert)
{
	put_alternatives(out, cert);
	if (out->len == 0)
		tls_cert_put_common_name(out, X509_get_subject_name(cert));
}

void
tls_cert_put_common_name(struct buf *out, X509_NAME *name)
{
	char text[NAME_MAX_SHOWN];
	int len = X509_NAME_get_text_by_NID(
	    name, NID_commonName, text, (int)sizeof(text));

	if (len > 0)
		put_shown(out, (const unsigned char *)text, (int)strlen(text));
	else
		(void)buf_puts(out, "an unnamed party");
}

static void
put_alternatives(struct buf *out, X509 *cert)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;

	for (int i = 0; i < count; i++)
		put_alternative(out, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
}

static void
put_alternative(struct buf *out, const GENERAL_NAME *name)
{
	size_t before = out->len;

	if (name->type != GEN_DNS && name->type != GEN_IPADD)
		return;
	if (before != 0)
		(void)buf_puts(out, ", ");
	if (name->type == GEN_DNS)
		put_shown(out, ASN1_STRING_get0_data(name->d.dNSName),
		    ASN1_STRING_length(name->d.dNSName));
	else
		put_address(out, name->d.iPAddress);
	if (out->overflow)
		out->len = before;
}

static void
put_address(struct buf *out, const ASN1_OCTET_STRING *address)
{
	const unsigned char *octets = ASN1_STRING_get0_data(address);
	int len = ASN1_STRING_length(address);

	if (len == 4) {
		(void)buf_printf(out, "%d.%d.%d.%d", octets[0], octets[1],
		    octets[2], octets[3]);
		return;
	}
	for (int i = 0; i + 1 < len; i += 2)
		(void)buf_printf(out, "%s%x", i != 0 ? ":" : "",
		    octets[i] << 8 | octets[i + 1]);
}

static void
put_shown(struct buf *out, const unsigned char *text, int len)
{
	for (int i = 0; i < len; i++)
		(void)buf_putc(out,
		    text[i] >= 0x20 && text[i] < 0x7f ? (char)text[i] : '?');
}

/* All of a name; one that is too long is cut. */
static void
distinguished(const X509_NAME *name, char ret[TLS_PEER_TEXT_MAX])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int len = 0;

	if (bio != NULL &&
	    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
		len = BIO_read(bio, ret, TLS_PEER_TEXT_MAX - 1);
	ret[len > 0 ? len : 0] = '\0';
	(void)BIO_free(bio);
}
