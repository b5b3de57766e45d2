/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 5425 section 5.2 and RFC 6125: the name comes from the configuration,
 * never from DNS; a wildcard stands for one whole leftmost label only.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/err.h"
#include "io/tls_verify.h"

static void names_of(X509 *certificate, char *out, size_t size);
static int explain_verify(
    SSL *ssl, long result, const char *name, struct err *err);
static const char *plain_words(unsigned long code);

int
tls_verify_expect(SSL *ssl, const char *name, struct err *err)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	unsigned char address[16];
	int ok;

	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	if (inet_pton(AF_INET, name, address) == 1 ||
	    inet_pton(AF_INET6, name, address) == 1) {
		ok = X509_VERIFY_PARAM_set1_ip_asc(param, name);
	} else {
		X509_VERIFY_PARAM_set_hostflags(
		    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		/* RFC 6066 section 3: SNI holds names, not addresses. */
		ok = X509_VERIFY_PARAM_set1_host(param, name, 0) &&
		    (int)SSL_set_tlsext_host_name(ssl, name);
	}
	if (!ok)
		return err_set(err, ERR_BAD, "not a server name: %s", name);
	return 0;
}

int
tls_verify_explain(SSL *ssl, const char *name, struct err *err)
{
	long result = SSL_get_verify_result(ssl);
	unsigned long code = ERR_peek_last_error();
	const char *words = plain_words(code);
	char text[256];

	ERR_clear_error();
	if (result != X509_V_OK)
		return explain_verify(ssl, result, name, err);
	if (words != NULL)
		return err_set(err, ERR_DENIED, "TLS: %s", words);
	if (code == 0)
		return err_set(err, ERR_IO, "TLS: %s",
		    errno != 0 ? strerror(errno) : "the connection broke");
	ERR_error_string_n(code, text, sizeof(text));
	return err_set(err, ERR_IO, "TLS: %s", text);
}

int
tls_verify_explain_file(const char *what, const char *file, struct err *err)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	if (ERR_SYSTEM_ERROR(code))
		reason = strerror(ERR_GET_REASON(code));
	if (ERR_GET_LIB(code) == ERR_LIB_PEM &&
	    ERR_GET_REASON(code) == PEM_R_BAD_PASSWORD_READ)
		reason = "the key is encrypted; store it without a password, "
		         "readable by the daemon only";
	ERR_clear_error();
	return err_set(err, ERR_BAD, "%s: %s: %s", file, what,
	    reason != NULL ? reason : "cannot be used");
}

static int
explain_verify(SSL *ssl, long result, const char *name, struct err *err)
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	char names[200];

	if (result == X509_V_ERR_HOSTNAME_MISMATCH ||
	    result == X509_V_ERR_IP_ADDRESS_MISMATCH) {
		names_of(certificate, names, sizeof(names));
		return err_set(err, ERR_DENIED,
		    "TLS: the certificate is not for %s but for %s: correct "
		    "the servers entry, or set server-name",
		    name, names);
	}
	if (result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
	    result == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
	    result == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
	    result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
		return err_set(err, ERR_DENIED,
		    "TLS: the server's certificate is not signed by a "
		    "trusted CA (%s): name its CA with ca-file",
		    X509_verify_cert_error_string(result));
	return err_set(err, ERR_DENIED, "TLS: the server's certificate: %s",
	    X509_verify_cert_error_string(result));
}

/* The DNS names and addresses that the certificate bears. */
static void
names_of(X509 *certificate, char *out, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int i = certificate != NULL
	    ? X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1)
	    : -1;
	int len = 0;

	if (bio != NULL && i >= 0)
		(void)X509V3_EXT_print(bio, X509_get_ext(certificate, i), 0, 0);
	else if (bio != NULL && certificate != NULL)
		(void)X509_NAME_print_ex(bio,
		    X509_get_subject_name(certificate), 0, XN_FLAG_ONELINE);
	if (bio != NULL)
		len = BIO_read(bio, out, (int)size - 1);
	out[len > 0 ? len : 0] = '\0';
	BIO_free(bio);
}

/* What a person can do about it, for the alerts that operators meet. */
static const char *
plain_words(unsigned long code)
{
	if (ERR_GET_LIB(code) != ERR_LIB_SSL)
		return NULL;
	switch (ERR_GET_REASON(code)) {
	case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
	case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
		return "the server requires a client certificate (cert-file, "
		       "key-file), or there is no cipher in common";
	case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
	case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
	case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
	case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
	case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
		return "the server does not accept our client certificate "
		       "(cert-file, key-file)";
	case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
		return "the server says that our client certificate has "
		       "expired (cert-file)";
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
	case SSL_R_UNSUPPORTED_PROTOCOL:
		return "no TLS version in common with the server (tls-min)";
	case SSL_R_WRONG_VERSION_NUMBER:
		return "the server does not speak TLS on this port";
	}
	return NULL;
}
