/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the peer must be (RFC 5425 section 5.2). The check is OpenSSL's; the
 * words for its refusals are ours, because "certificate verify failed" sends
 * an operator nowhere.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/rfc3339.h"
#include "io/tls_verify.h"

/* Octets of names from a certificate that are shown. */
#define NAMES_MAX 160

static int expired(struct err *err, X509 *cert, int depth);
static int not_yet_valid(struct err *err, X509 *cert, int depth);
static int other_name(struct err *err, X509 *cert, const char *name);
static int not_trusted(struct err *err, X509 *cert);
static const char *whose(int depth);
static void put_names(struct buf *out, X509 *cert);
static void put_name(struct buf *out, const GENERAL_NAME *name);
static void put_address(struct buf *out, const ASN1_OCTET_STRING *address);
static void put_common_name(struct buf *out, X509_NAME *name);

int
tls_verify_name(SSL *ssl, const char *name, struct err *err)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	if (X509_VERIFY_PARAM_set1_ip_asc(param, name))
		return 0;
	/* RFC 5425 section 5.2: a wildcard is a whole left-most label. */
	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (!X509_VERIFY_PARAM_set1_host(param, name, 0) ||
	    !SSL_set_tlsext_host_name(ssl, name))
		return err_set(err, ERR_BAD,
		    "\"%s\" cannot be the name of a TLS server", name);
	return 0;
}

int
tls_verify_failed(X509_STORE_CTX *store, const char *name, struct err *err)
{
	int error = X509_STORE_CTX_get_error(store);
	int depth = X509_STORE_CTX_get_error_depth(store);
	X509 *cert = X509_STORE_CTX_get_current_cert(store);

	if (cert == NULL)
		cert = X509_STORE_CTX_get0_cert(store);
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return expired(err, cert, depth);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return not_yet_valid(err, cert, depth);
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return other_name(err, cert, name);
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return not_trusted(err, cert);
	default:
		return err_set(err, ERR_DENIED, "%s certificate is refused: %s",
		    whose(depth), X509_verify_cert_error_string(error));
	}
}

int64_t
tls_verify_time_ms(const ASN1_TIME *when)
{
	struct tm tm;

	if (when == NULL || !ASN1_TIME_to_tm(when, &tm))
		return 0;
	return (int64_t)timegm(&tm) * 1000;
}

void
tls_verify_issuer(const X509 *cert, char *ret, size_t size)
{
	X509_NAME *name = X509_get_issuer_name(cert);

	if (X509_NAME_get_text_by_NID(name, NID_commonName, ret, (int)size) <=
	        0 &&
	    X509_NAME_get_text_by_NID(
	        name, NID_organizationName, ret, (int)size) <= 0)
		(void)snprintf(ret, size, "an unnamed party");
}

static int
expired(struct err *err, X509 *cert, int depth)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, tls_verify_time_ms(X509_get0_notAfter(cert)));
	return err_set(err, ERR_DENIED, "%s certificate expired at %s",
	    whose(depth), when);
}

static int
not_yet_valid(struct err *err, X509 *cert, int depth)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, tls_verify_time_ms(X509_get0_notBefore(cert)));
	return err_set(err, ERR_DENIED,
	    "%s certificate is not valid before %s; is the clock right?",
	    whose(depth), when);
}

static int
other_name(struct err *err, X509 *cert, const char *name)
{
	struct buf names;

	buf_init(&names, NAMES_MAX);
	put_names(&names, cert);
	(void)err_set(err, ERR_DENIED,
	    "the server's certificate is for %.*s, not for %s (server-name)",
	    (int)names.len, names.len != 0 ? names.data : "", name);
	buf_clear(&names);
	return -1;
}

static int
not_trusted(struct err *err, X509 *cert)
{
	struct buf issuer;

	buf_init(&issuer, NAMES_MAX);
	put_common_name(&issuer, X509_get_issuer_name(cert));
	(void)err_set(err, ERR_DENIED,
	    "the server's certificate is signed by %.*s, which is not a "
	    "trusted authority (ca-file)",
	    (int)issuer.len, issuer.len != 0 ? issuer.data : "");
	buf_clear(&issuer);
	return -1;
}

static const char *
whose(int depth)
{
	return depth == 0 ? "the server's" : "the server's authority's";
}

/* As many as fit; never nothing. */
static void
put_names(struct buf *out, X509 *cert)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	int count = names != NULL ? sk_GENERAL_NAME_num(names) : 0;

	for (int i = 0; i < count; i++)
		put_name(out, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
	if (out->len == 0)
		put_common_name(out, X509_get_subject_name(cert));
}

static void
put_name(struct buf *out, const GENERAL_NAME *name)
{
	size_t before = out->len;

	if (name->type != GEN_DNS && name->type != GEN_IPADD)
		return;
	if (before != 0)
		(void)buf_puts(out, ", ");
	if (name->type == GEN_DNS)
		(void)buf_put(out, ASN1_STRING_get0_data(name->d.dNSName),
		    (size_t)ASN1_STRING_length(name->d.dNSName));
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
put_common_name(struct buf *out, X509_NAME *name)
{
	char text[NAMES_MAX];
	int len = X509_NAME_get_text_by_NID(
	    name, NID_commonName, text, (int)sizeof(text));

	if (len > 0)
		(void)buf_puts(out, text);
	else
		(void)buf_puts(out, "an unnamed party");
}
