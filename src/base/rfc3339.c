/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times by hand, because strptime and strftime know neither fractions nor
 * locales that stay out of the way, and because this runs for every message.
 */
#include "config.h"

#include <stdbool.h>

#include "base/rfc3339.h"

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)
#define SECOND_MS INT64_C(1000)

/* 9999-12-31T23:59:59.999Z */
#define MS_MAX INT64_C(253402300799999)

#define FRACTION_DIGITS_MAX 9

/* Where in the text we are; `ok` falls once and stays down. */
struct reader {
	const char *p;
	const char *end;
	bool ok;
};

static int64_t read_date_ms(struct reader *r);
static int64_t read_time_ms(struct reader *r);
static int64_t read_fraction_ms(struct reader *r);
static int64_t read_offset_ms(struct reader *r);
static int read_number(struct reader *r, int digits, int low, int high);
static bool accept(struct reader *r, char c);
static void expect(struct reader *r, char c);
static int64_t days_before_year(int64_t year);
static int days_of_month(int year, int month);
static void put_number(char *out, int digits, int64_t n);
static int64_t put_date_time(char *out, int64_t ms);

int
rfc3339_parse(struct text t, int64_t *ret_ms)
{
	struct reader r = {t.ptr, t.ptr + t.len, true};
	int64_t ms;

	ms = read_date_ms(&r);
	if (!accept(&r, 'T'))
		expect(&r, ' ');
	ms += read_time_ms(&r);
	ms += read_fraction_ms(&r);
	ms -= read_offset_ms(&r);
	if (!r.ok || r.p != r.end || ms < 0 || ms > MS_MAX)
		return -1;
	*ret_ms = ms;
	return 0;
}

void
rfc3339_ms(char out[RFC3339_MS_LEN + 1], int64_t ms)
{
	int64_t rest = put_date_time(out, ms);

	out[19] = '.';
	put_number(out + 20, 3, rest);
	out[23] = 'Z';
	out[24] = '\0';
}

void
rfc3339_sec(char out[RFC3339_SEC_LEN + 1], int64_t ms)
{
	(void)put_date_time(out, ms);
	out[19] = 'Z';
	out[20] = '\0';
}

static int64_t
read_date_ms(struct reader *r)
{
	int64_t days;
	int year;
	int month;
	int day;
	int i;

	year = read_number(r, 4, 1970, 9999);
	expect(r, '-');
	month = read_number(r, 2, 1, 12);
	expect(r, '-');
	day = read_number(r, 2, 1, days_of_month(year, month));
	days = days_before_year(year) - days_before_year(1970) + day - 1;
	for (i = 1; i < month; i++)
		days += days_of_month(year, i);
	return days * DAY_MS;
}

static int64_t
read_time_ms(struct reader *r)
{
	int hour;
	int minute;
	int second;

	hour = read_number(r, 2, 0, 23);
	expect(r, ':');
	minute = read_number(r, 2, 0, 59);
	expect(r, ':');
	second = read_number(r, 2, 0, 60);
	if (second ==
	    60) /* a leap second has no place of its own in Unix time */
		second = 59;
	return hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
}

static int64_t
read_fraction_ms(struct reader *r)
{
	int64_t weight = 100;
	int64_t ms = 0;
	int digits = 0;

	if (!accept(r, '.'))
		return 0;
	while (r->p != r->end && *r->p >= '0' && *r->p <= '9') {
		ms += (*r->p - '0') * weight;
		weight /= 10;
		digits++;
		r->p++;
	}
	if (digits == 0 || digits > FRACTION_DIGITS_MAX)
		r->ok = false;
	return ms;
}

static int64_t
read_offset_ms(struct reader *r)
{
	int64_t sign = 1;
	int hour;
	int minute;

	if (accept(r, 'Z'))
		return 0;
	if (accept(r, '-'))
		sign = -1;
	else
		expect(r, '+');
	hour = read_number(r, 2, 0, 23);
	expect(r, ':');
	minute = read_number(r, 2, 0, 59);
	return sign * (hour * HOUR_MS + minute * MINUTE_MS);
}

/* Exactly `digits` digits; `low` where they are not there or out of range. */
static int
read_number(struct reader *r, int digits, int low, int high)
{
	int n = 0;
	int i;

	for (i = 0; i < digits; i++) {
		if (r->p == r->end || *r->p < '0' || *r->p > '9') {
			r->ok = false;
			return low;
		}
		n = n * 10 + (*r->p - '0');
		r->p++;
	}
	if (n < low || n > high) {
		r->ok = false;
		return low;
	}
	return n;
}

static bool
accept(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static void
expect(struct reader *r, char c)
{
	if (!accept(r, c))
		r->ok = false;
}

/* Days from 0001-01-01 to 1 January of `year`, Gregorian throughout. */
static int64_t
days_before_year(int64_t year)
{
	int64_t n = year - 1;

	return n * 365 + n / 4 - n / 100 + n / 400;
}

static int
days_of_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static void
put_number(char *out, int digits, int64_t n)
{
	int i;

	for (i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + n % 10);
		n /= 10;
	}
}

/* Write up to the seconds; returns the ms that are left over. */
static int64_t
put_date_time(char *out, int64_t ms)
{
	int64_t days;
	int64_t year;
	int month;

	if (ms < 0)
		ms = 0;
	if (ms > MS_MAX)
		ms = MS_MAX;
	days = ms / DAY_MS + days_before_year(1970);
	ms %= DAY_MS;
	/* An estimate by the mean year; off by one at most. */
	year = days * 400 / 146097 + 1;
	if (days_before_year(year) > days)
		year--;
	if (days_before_year(year + 1) <= days)
		year++;
	days -= days_before_year(year);
	for (month = 1; days >= days_of_month((int)year, month); month++)
		days -= days_of_month((int)year, month);

	memcpy(out, "0000-00-00T00:00:00", 19);
	put_number(out, 4, year);
	put_number(out + 5, 2, month);
	put_number(out + 8, 2, days + 1);
	put_number(out + 11, 2, ms / HOUR_MS);
	put_number(out + 14, 2, ms / MINUTE_MS % 60);
	put_number(out + 17, 2, ms / SECOND_MS % 60);
	return ms % SECOND_MS;
}
