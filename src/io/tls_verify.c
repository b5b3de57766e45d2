/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who the peer must be (RFC 5425 section 5.2). The check is OpenSSL's; the
 * words for its refusals are ours, because "certificate verify failed" sends
 * an operator nowhere.
 */
#include "config.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fingerprint.h"
#include "base/rfc3339.h"
#include "io/tls_cert.h"
#include "io/tls_verify.h"

/* Octets of names from a certificate that are shown. */
#define NAMES_MAX 160

static bool is_address(const char *name);
static int expired(struct err *err, X509 *cert, int depth);
static int not_yet_valid(struct err *err, X509 *cert, int depth);
static int other_name(struct err *err, X509 *cert, const char *name);
static int not_trusted(struct err *err, X509 *cert);
static int revoked(struct err *err, X509_STORE_CTX *store, int depth);
static int list_ended(struct err *err, X509_STORE_CTX *store);
static int no_list(struct err *err, X509 *cert);
static const char *whose(int depth);

int
tls_verify_name(SSL *ssl, const char *name, bool must, struct err *err)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

	if (is_address(name)) {
		if (!must || X509_VERIFY_PARAM_set1_ip_asc(param, name))
			return 0;
		return err_set(err, ERR_IO, "OpenSSL cannot look for %s", name);
	}
	/* RFC 5425 section 5.2: a wildcard is a whole left-most label. */
	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if ((must && !X509_VERIFY_PARAM_set1_host(param, name, 0)) ||
	    !SSL_set_tlsext_host_name(ssl, name))
		return err_set(err, ERR_BAD,
		    "\"%s\" cannot be the name of a TLS server", name);
	return 0;
}

int
tls_verify_fingerprint(X509_STORE_CTX *store,
    const struct fingerprint *fingerprints, size_t count, struct err *err)
{
	const X509 *cert = X509_STORE_CTX_get0_cert(store);
	char text[FINGERPRINT_TEXT_MAX];
	struct fingerprint has;

	for (size_t i = 0; i < count; i++) {
		tls_cert_fingerprint(cert, fingerprints[i].hash, &has);
		if (fingerprint_eq(&has, &fingerprints[i])) {
			X509_STORE_CTX_set_error(store, X509_V_OK);
			return 0;
		}
	}
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
	tls_cert_fingerprint(cert, FINGERPRINT_SHA256, &has);
	fingerprint_put(&has, text);
	return err_set(err, ERR_DENIED,
	    "the server's certificate is none of those in fingerprints; its "
	    "own is %s",
	    text);
}

/*
 * The server's own authority must have a list. Those above it seldom have one
 * at hand; when they do it holds.
 */
bool
tls_verify_is_harmless(X509_STORE_CTX *store)
{
	if (X509_STORE_CTX_get_error(store) != X509_V_ERR_UNABLE_TO_GET_CRL ||
	    X509_STORE_CTX_get_error_depth(store) == 0)
		return false;
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return true;
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
	case X509_V_ERR_CERT_REVOKED:
		return revoked(err, store, depth);
	case X509_V_ERR_CRL_HAS_EXPIRED:
		return list_ended(err, store);
	case X509_V_ERR_UNABLE_TO_GET_CRL:
		return no_list(err, cert);
	default:
		return err_set(err, ERR_DENIED, "%s certificate is refused: %s",
		    whose(depth), X509_verify_cert_error_string(error));
	}
}

static bool
is_address(const char *name)
{
	ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);
	bool is = address != NULL;

	ASN1_OCTET_STRING_free(address);
	return is;
}

static int
expired(struct err *err, X509 *cert, int depth)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, tls_cert_time_ms(X509_get0_notAfter(cert)));
	return err_set(err, ERR_DENIED, "%s certificate expired at %s",
	    whose(depth), when);
}

static int
not_yet_valid(struct err *err, X509 *cert, int depth)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, tls_cert_time_ms(X509_get0_notBefore(cert)));
	return err_set(err, ERR_DENIED,
	    "%s certificate is not valid before %s; is the clock right?",
	    whose(depth), when);
}

static int
other_name(struct err *err, X509 *cert, const char *name)
{
	struct buf names;

	buf_init(&names, NAMES_MAX);
	tls_cert_put_names(&names, cert);
	if (is_address(name) && X509_check_host(cert, name, 0, 0, NULL) == 1)
		(void)err_set(err, ERR_DENIED,
		    "the server's certificate has the address %s as a DNS "
		    "name, where it must be an IP address (server-name)",
		    name);
	else
		(void)err_set(err, ERR_DENIED,
		    "the server's certificate is for %.*s, not for %s "
		    "(server-name)",
		    (int)names.len, names.len != 0 ? names.data : "", name);
	buf_clear(&names);
	return -1;
}

static int
not_trusted(struct err *err, X509 *cert)
{
	struct buf issuer;

	buf_init(&issuer, NAMES_MAX);
	tls_cert_put_common_name(&issuer, X509_get_issuer_name(cert));
	(void)err_set(err, ERR_DENIED,
	    "the server's certificate is signed by %.*s, which is not a "
	    "trusted authority (ca-file)",
	    (int)issuer.len, issuer.len != 0 ? issuer.data : "");
	buf_clear(&issuer);
	return -1;
}

static int
revoked(struct err *err, X509_STORE_CTX *store, int depth)
{
	X509 *cert = X509_STORE_CTX_get_current_cert(store);
	X509_CRL *list = X509_STORE_CTX_get0_current_crl(store);
	X509_REVOKED *entry = NULL;
	char when[RFC3339_SEC_LEN + 1];

	if (cert == NULL || list == NULL ||
	    !X509_CRL_get0_by_cert(list, &entry, cert) || entry == NULL)
		return err_set(err, ERR_DENIED,
		    "%s certificate is revoked (crl-file)", whose(depth));
	rfc3339_sec(
	    when, tls_cert_time_ms(X509_REVOKED_get0_revocationDate(entry)));
	return err_set(err, ERR_DENIED,
	    "%s certificate was revoked at %s (crl-file)", whose(depth), when);
}

static int
list_ended(struct err *err, X509_STORE_CTX *store)
{
	X509_CRL *list = X509_STORE_CTX_get0_current_crl(store);
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when,
	    list != NULL ? tls_cert_time_ms(X509_CRL_get0_nextUpdate(list))
	                 : 0);
	return err_set(err, ERR_DENIED,
	    "the list of revoked certificates ended at %s: a newer one is "
	    "needed (crl-file)",
	    when);
}

static int
no_list(struct err *err, X509 *cert)
{
	struct buf issuer;

	buf_init(&issuer, NAMES_MAX);
	tls_cert_put_common_name(&issuer, X509_get_issuer_name(cert));
	(void)err_set(err, ERR_DENIED,
	    "there is no list of what %.*s has revoked, which signed the "
	    "server's certificate (crl-file)",
	    (int)issuer.len, issuer.len != 0 ? issuer.data : "");
	buf_clear(&issuer);
	return -1;
}

static const char *
whose(int depth)
{
	return depth == 0 ? "the server's" : "the server's authority's";
}
