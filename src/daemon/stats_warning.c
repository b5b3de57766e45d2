/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What status warns of: certificates and lists that end, and new ones that are no good.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/expiry.h"
#include "daemon/stats.h"

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)

static bool expiring(const char *whose, int64_t expires_ms, int64_t now_ms,
    char ret[STATS_WARNING_MAX]);
static bool list_ending(const struct stats_destination *d, int64_t now_ms,
    char ret[STATS_WARNING_MAX]);

bool
stats_warning(const struct stats_destination *d, int64_t now_ms, size_t i,
    char ret[STATS_WARNING_MAX])
{
	if (d->tls_error != NULL && d->tls_error[0] != '\0' && i-- == 0) {
		(void)snprintf(ret, STATS_WARNING_MAX,
		    "%s; what was read before stays in use", d->tls_error);
		return true;
	}
	if (expiring("the receiver's certificate", d->certificate_expires_ms,
	        now_ms, ret) &&
	    i-- == 0)
		return true;
	if (expiring("our certificate", d->client_certificate_expires_ms,
	        now_ms, ret) &&
	    i-- == 0)
		return true;
	return list_ending(d, now_ms, ret) && i == 0;
}

static bool
list_ending(const struct stats_destination *d, int64_t now_ms,
    char ret[STATS_WARNING_MAX])
{
	int64_t left_ms = d->crl_expires_ms - now_ms;

	if (expiry_list_due(d->crl_from_ms, d->crl_expires_ms, now_ms) < 0)
		return false;
	if (left_ms <= 0)
		(void)snprintf(ret, STATS_WARNING_MAX,
		    "the list of revoked certificates has ended");
	else
		(void)snprintf(ret, STATS_WARNING_MAX,
		    "the list of revoked certificates ends in %" PRId64
		    " hours",
		    left_ms / HOUR_MS);
	return true;
}

static bool
expiring(const char *whose, int64_t expires_ms, int64_t now_ms,
    char ret[STATS_WARNING_MAX])
{
	int64_t left_ms = expires_ms - now_ms;

	if (expires_ms == 0 || expiry_due(left_ms) < 0)
		return false;
	if (left_ms <= 0)
		(void)snprintf(ret, STATS_WARNING_MAX, "%s has expired", whose);
	else if (left_ms < DAY_MS)
		(void)snprintf(
		    ret, STATS_WARNING_MAX, "%s expires within a day", whose);
	else
		(void)snprintf(ret, STATS_WARNING_MAX,
		    "%s expires in %" PRId64 " days", whose, left_ms / DAY_MS);
	return true;
}
