/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the lists of revoked certificates end. Who resumes a session shows no
 * certificate, and so nobody looks at a list; somebody must know the day.
 */
#include "config.h"

#include "io/tls_cert.h"
#include "io/tls_parts.h"

/* It names no next one. */
#define NEVER INT64_MAX

static int by_issuer(const X509_CRL *const *a, const X509_CRL *const *b);
static void take(struct tls_lists *ret, const X509_CRL *list);
static int64_t end_of(const X509_CRL *list);

void
tls_lists_of(SSL_CTX *ctx, struct tls_lists *ret)
{
	STACK_OF(X509_OBJECT) *all =
	    X509_STORE_get0_objects(SSL_CTX_get_cert_store(ctx));
	STACK_OF(X509_CRL) *lists = sk_X509_CRL_new(by_issuer);
	int i;

	*ret = (struct tls_lists){0, 0};
	for (i = 0; i < sk_X509_OBJECT_num(all); i++) {
		X509_CRL *list =
		    X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(all, i));

		if (list != NULL)
			(void)sk_X509_CRL_push(lists, list);
	}
	sk_X509_CRL_sort(lists);
	for (i = 0; i < sk_X509_CRL_num(lists); i++) {
		const X509_CRL *list = sk_X509_CRL_value(lists, i);

		/* Of an authority the one that ends last comes first. */
		if (i == 0 ||
		    X509_CRL_cmp(list, sk_X509_CRL_value(lists, i - 1)) != 0)
			take(ret, list);
	}
	sk_X509_CRL_free(lists);
}

/* X509_CRL_cmp compares names of issuers. */
static int
by_issuer(const X509_CRL *const *a, const X509_CRL *const *b)
{
	int order = X509_CRL_cmp(*a, *b);
	int64_t a_ms = end_of(*a), b_ms = end_of(*b);

	return order != 0 ? order : (a_ms < b_ms) - (a_ms > b_ms);
}

static void
take(struct tls_lists *ret, const X509_CRL *list)
{
	int64_t to_ms = end_of(list);

	if (to_ms == NEVER || (ret->to_ms != 0 && ret->to_ms <= to_ms))
		return;
	ret->from_ms = tls_cert_time_ms(X509_CRL_get0_lastUpdate(list));
	ret->to_ms = to_ms;
}

static int64_t
end_of(const X509_CRL *list)
{
	const ASN1_TIME *end = X509_CRL_get0_nextUpdate(list);

	return end != NULL ? tls_cert_time_ms(end) : NEVER;
}
