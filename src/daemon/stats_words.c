/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two figures of a span and one decimal of a size are what an eye takes in.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "daemon/stats_words.h"

void
stats_put_size(char *text, size_t size, uint64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double n = (double)bytes;
	size_t unit = 0;

	while (n >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		n /= 1024;
		unit++;
	}
	(void)snprintf(
	    text, size, unit == 0 ? "%.0f %s" : "%.1f %s", n, units[unit]);
}

void
stats_put_span(char *text, size_t size, int64_t ms)
{
	int64_t s = ms / 1000;

	if (s < 60)
		(void)snprintf(text, size, "%" PRId64 "s", s);
	else if (s < 3600)
		(void)snprintf(
		    text, size, "%" PRId64 "m %" PRId64 "s", s / 60, s % 60);
	else if (s < 86400)
		(void)snprintf(text, size, "%" PRId64 "h %" PRId64 "m",
		    s / 3600, s / 60 % 60);
	else
		(void)snprintf(text, size, "%" PRId64 "d %" PRId64 "h",
		    s / 86400, s / 3600 % 24);
}

void
stats_put_ago(char *text, size_t size, int64_t then_ms, int64_t now_ms)
{
	char span[32];

	if (then_ms == 0) {
		(void)snprintf(text, size, "-");
	} else if (then_ms > now_ms) {
		stats_put_span(span, sizeof(span), then_ms - now_ms);
		(void)snprintf(text, size, "in %s", span);
	} else {
		stats_put_span(span, sizeof(span), now_ms - then_ms);
		(void)snprintf(text, size, "%s ago", span);
	}
}
