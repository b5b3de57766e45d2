/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks and texts of times.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim_time.h"

#define DATE_LEN 19 /* YYYY-MM-DDThh:mm:ss */

static int zone_parse(const char *text, int64_t *ret_ms);

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
sim_time_now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t
sim_time_monotonic_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/* Seconds since 1970, rounded down also before it. */
static time_t
seconds_of(int64_t ms)
{
	return (time_t)(ms >= 0 ? ms / 1000 : -((999 - ms) / 1000));
}

/* Date and time, and `digits` of fraction: ms first, then those of `more`. */
static size_t
date_put(char out[SIM_TIME_MAX], int64_t ms, char separator, int digits,
    unsigned more)
{
	char fraction[24];
	struct tm tm;
	time_t sec;
	size_t len;

	sec = seconds_of(ms);
	(void)gmtime_r(&sec, &tm);
	len = strftime(out, SIM_TIME_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	out[DATE_LEN - 9] = separator;
	if (digits == 0)
		return len;
	(void)snprintf(fraction, sizeof(fraction), "%03d%06u",
	    (int)(ms - (int64_t)sec * 1000), more % 1000000);
	(void)snprintf(
	    out + len, SIM_TIME_MAX - len, ".%.*s", digits, fraction);
	return strlen(out);
}

void
sim_time_fraction(char out[SIM_TIME_MAX], int64_t ms, uint64_t bits)
{
	size_t len;

	/* Half of them have none; the others 1 to 9. */
	len = date_put(out, ms, 'T',
	    (bits & 1) != 0 ? 0 : (int)((bits >> 1) % 9 + 1),
	    (unsigned)(bits >> 8 & 0xffffff));
	(void)snprintf(out + len, SIM_TIME_MAX - len, "Z");
}

void
sim_time_put(char out[SIM_TIME_MAX], int64_t ms, char separator, int digits,
    const char *zone)
{
	int64_t offset_ms;
	size_t len;

	offset_ms = 0;
	(void)zone_parse(zone, &offset_ms);
	len = date_put(out, ms + offset_ms, separator, digits,
	    (unsigned)(ms % 997) * 1000);
	(void)snprintf(out + len, SIM_TIME_MAX - len, "%s", zone);
}

void
sim_time_http(char out[SIM_TIME_MAX], int64_t ms)
{
	struct tm tm;
	time_t sec;

	sec = seconds_of(ms);
	(void)gmtime_r(&sec, &tm);
	(void)strftime(out, SIM_TIME_MAX, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* Two or four digits; -1 when they are not. */
static int
digits_at(const char *text, int len)
{
	int value;
	int i;

	value = 0;
	for (i = 0; i < len; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

/* What follows the seconds; *ret_zone is what follows the fraction. */
static int
fraction_parse(const char *text, int64_t *ret_ms, const char **ret_zone)
{
	int64_t scale;
	size_t i;

	*ret_ms = 0;
	*ret_zone = text;
	if (text[0] != '.')
		return 0;
	scale = 100;
	for (i = 1; isdigit((unsigned char)text[i]); i++) {
		*ret_ms += scale * (text[i] - '0');
		scale /= 10;
	}
	*ret_zone = text + i;
	return i >= 2 && i <= 10 ? 0 : -1;
}

/* ISO 8601: Z, +hh:mm or -hh:mm. */
static int
zone_parse(const char *text, int64_t *ret_ms)
{
	int64_t minutes;

	*ret_ms = 0;
	if (!strcmp(text, "Z"))
		return 0;
	/* A '+' in a query that was not encoded arrives as a blank. */
	if (strlen(text) != 6 || strchr("+- ", text[0]) == NULL ||
	    text[3] != ':' || digits_at(text + 1, 2) < 0 ||
	    digits_at(text + 4, 2) < 0)
		return -1;
	minutes = digits_at(text + 1, 2) * 60 + digits_at(text + 4, 2);
	*ret_ms = (text[0] == '-' ? -minutes : minutes) * 60000;
	return 0;
}

static int
date_parse(const char *text, int64_t *ret_ms)
{
	struct tm tm;

	if (strlen(text) <= DATE_LEN || text[4] != '-' || text[7] != '-' ||
	    text[13] != ':' || text[16] != ':')
		return -1;
	memset(&tm, 0, sizeof(tm));
	tm.tm_year = digits_at(text, 4) - 1900;
	tm.tm_mon = digits_at(text + 5, 2) - 1;
	tm.tm_mday = digits_at(text + 8, 2);
	tm.tm_hour = digits_at(text + 11, 2);
	tm.tm_min = digits_at(text + 14, 2);
	tm.tm_sec = digits_at(text + 17, 2);
	if (tm.tm_year < 70 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 ||
	    tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 ||
	    tm.tm_sec < 0 || tm.tm_sec > 60)
		return -1;
	*ret_ms = (int64_t)timegm(&tm) * 1000;
	return 0;
}

int
sim_time_parse_any(const char *text, int64_t *ret_ms)
{
	int64_t fraction_ms;
	int64_t offset_ms;
	const char *zone;
	int64_t ms;

	if (date_parse(text, &ms) == -1 ||
	    (text[10] != 'T' && text[10] != ' ') ||
	    fraction_parse(text + DATE_LEN, &fraction_ms, &zone) == -1 ||
	    zone_parse(zone, &offset_ms) == -1)
		return -1;
	*ret_ms = ms + fraction_ms - offset_ms;
	return 0;
}

int
sim_time_parse(const char *text, int64_t *ret_ms)
{
	size_t len;

	len = strlen(text);
	if (len <= DATE_LEN || text[10] != 'T' || text[len - 1] != 'Z')
		return -1;
	return sim_time_parse_any(text, ret_ms);
}

int
sim_duration_parse(const char *text, int64_t *ret_ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"m", 60000},
	    {"h", 3600000}, {"d", 86400000}};
	long long value;
	char *end;
	size_t i;

	if (!isdigit((unsigned char)text[0]))
		return -1;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno != 0 || value > 10000000000)
		return -1;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (!strcmp(end, units[i].unit)) {
			*ret_ms = value * units[i].ms;
			return 0;
		}
	}
	return -1;
}

int
sim_time_parse_relative(const char *text, int64_t now_ms, int64_t *ret_ms)
{
	int64_t ms;

	if (!strcmp(text, "now")) {
		*ret_ms = now_ms;
		return 0;
	}
	/* A '+' in a query that was not encoded arrives as a blank. */
	if (text[0] != '-' && text[0] != '+' && text[0] != ' ')
		return sim_time_parse(text, ret_ms);
	if (sim_duration_parse(text + 1, &ms) == -1)
		return -1;
	*ret_ms = text[0] == '-' ? now_ms - ms : now_ms + ms;
	return 0;
}
