/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of three times can be right.
 */
#include "config.h"

#include "intake/wanted.h"

static bool is_sane(const struct wanted *wanted, int64_t at_ms);

int64_t
wanted_since_ms(const struct wanted *wanted, bool *ret_absurd)
{
	int64_t at_ms = wanted->about_ms - wanted->skew_ms;

	*ret_absurd = false;
	if (!is_sane(wanted, at_ms))
		at_ms = wanted->about_ms;
	if (!is_sane(wanted, at_ms)) {
		*ret_absurd = true;
		at_ms = wanted->life_ms;
	}
	return at_ms < wanted->now_ms ? at_ms : wanted->now_ms;
}

static bool
is_sane(const struct wanted *wanted, int64_t at_ms)
{
	return at_ms <= wanted->now_ms + WANTED_FUTURE_MS &&
	    at_ms >= wanted->now_ms - WANTED_AGE_MAX_MS;
}
