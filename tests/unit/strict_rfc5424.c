/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar from its top to its bottom, one function a rule.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "strict_rfc5424.h"

#define PRI_MAX 191
#define SD_NAME_MAX 32

static int read_pri(struct strict_rfc5424 *ret, struct strict_reader *r);
static int read_words(struct strict_rfc5424 *ret, struct strict_reader *r);
static int read_word(
    struct strict_reader *r, size_t max, struct strict_text *ret);
static int check_time(struct strict_reader *r, const struct strict_text *time);
static int check_fraction_and_zone(struct strict_reader *r, const char *p);
static int check_date(struct strict_reader *r, const char *p);
static int number(const char *p, int digits);
static int read_sd(struct strict_rfc5424 *ret, struct strict_reader *r);
static int read_element(struct strict_rfc5424 *ret, struct strict_reader *r);
static int check_new_id(struct strict_rfc5424 *ret, struct strict_reader *r,
    const struct strict_text *id);
static int read_name(struct strict_reader *r, struct strict_text *ret);
static struct strict_sd_param *add_param(
    struct strict_rfc5424 *ret, const struct strict_text *id);
static int read_param(struct strict_reader *r, struct strict_sd_param *param);
static int read_param_value(struct strict_reader *r, struct strict_text *ret);
static int read_msg(struct strict_rfc5424 *ret, struct strict_reader *r);
static int take(struct strict_reader *r, char c, const char *why);
static bool is_at(const struct strict_reader *r, char c);

int
strict_rfc5424_parse(struct strict_rfc5424 *ret, const void *record, size_t len)
{
	struct strict_reader r = {record, record, NULL, ret->why};

	memset(ret, 0, sizeof(*ret));
	r.end = r.start + len;
	if (read_pri(ret, &r) == -1)
		return -1;
	if (take(&r, '1', "the version is not 1") == -1)
		return -1;
	if (read_words(ret, &r) == -1 || read_sd(ret, &r) == -1)
		return -1;
	return read_msg(ret, &r);
}

void
strict_rfc5424_clear(struct strict_rfc5424 *record)
{
	size_t i;

	strict_text_free(&record->timestamp);
	strict_text_free(&record->hostname);
	strict_text_free(&record->app_name);
	strict_text_free(&record->procid);
	strict_text_free(&record->msgid);
	strict_text_free(&record->msg);
	for (i = 0; i < STRICT_SD_PARAMS_MAX; i++) {
		strict_text_free(&record->params[i].id);
		strict_text_free(&record->params[i].name);
		strict_text_free(&record->params[i].value);
	}
	record->param_count = 0;
}

const struct strict_text *
strict_rfc5424_param(
    const struct strict_rfc5424 *record, const char *id, const char *name)
{
	size_t i;

	for (i = 0; i < record->param_count; i++) {
		if (strcmp(record->params[i].id.ptr, id) == 0 &&
		    strcmp(record->params[i].name.ptr, name) == 0)
			return &record->params[i].value;
	}
	return NULL;
}

/* 6.2.1: no leading zero except in "<0>". */
static int
read_pri(struct strict_rfc5424 *ret, struct strict_reader *r)
{
	const unsigned char *first;
	int pri = 0;

	if (take(r, '<', "does not begin with \"<\"") == -1)
		return -1;
	first = r->at;
	for (; r->at != r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
		pri = pri * 10 + (*r->at - '0');
		if (pri > PRI_MAX)
			return strict_fail(r, "PRI is over 191");
	}
	if (r->at == first)
		return strict_fail(r, "PRI has no digits");
	if (*first == '0' && r->at - first > 1)
		return strict_fail(r, "PRI has a leading zero");
	ret->facility = pri / 8;
	ret->severity = pri % 8;
	return take(r, '>', "PRI has no end");
}

static int
read_words(struct strict_rfc5424 *ret, struct strict_reader *r)
{
	const struct {
		struct strict_text *word;
		size_t max;
	} words[] = {{&ret->timestamp, 32}, {&ret->hostname, 255},
	    {&ret->app_name, 48}, {&ret->procid, 128}, {&ret->msgid, 32}};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (take(r, ' ', "a blank is missing") == -1)
			return -1;
		if (read_word(r, words[i].max, words[i].word) == -1)
			return -1;
	}
	if (check_time(r, &ret->timestamp) == -1)
		return -1;
	return take(r, ' ', "a blank is missing");
}

/* 1*max PRINTUSASCII; the NILVALUE is one of them. */
static int
read_word(struct strict_reader *r, size_t max, struct strict_text *ret)
{
	const unsigned char *start = r->at;

	while (r->at != r->end && *r->at >= 33 && *r->at <= 126)
		r->at++;
	if (r->at == start)
		return strict_fail(r, "a word of the header is empty");
	if ((size_t)(r->at - start) > max)
		return strict_fail(r, "a word of the header is too long");
	*ret = strict_text_new(start, (size_t)(r->at - start));
	return 0;
}

/* 6.2.3, which is RFC 3339 with capitals, no leap second, 1-6 digits. */
static int
check_time(struct strict_reader *r, const struct strict_text *time)
{
	static const char shape[] = "0000-00-00T00:00:00";
	const char *p = time->ptr;
	size_t i;

	if (strcmp(p, "-") == 0)
		return 0;
	for (i = 0; i < sizeof(shape) - 1; i++) {
		bool digit = p[i] >= '0' && p[i] <= '9';

		if (shape[i] == '0' ? !digit : p[i] != shape[i])
			return strict_fail(r, "the time has the wrong shape");
	}
	if (check_date(r, p) == -1)
		return -1;
	if (number(p + 11, 2) > 23 || number(p + 14, 2) > 59 ||
	    number(p + 17, 2) > 59)
		return strict_fail(r, "no such time of day");
	return check_fraction_and_zone(r, p + sizeof(shape) - 1);
}

static int
check_date(struct strict_reader *r, const char *p)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = number(p, 4);
	int month = number(p + 5, 2);
	int day = number(p + 8, 2);
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12)
		return strict_fail(r, "no such month");
	if (day < 1 || day > days[month - 1] + (leap && month == 2))
		return strict_fail(r, "no such day");
	return 0;
}

static int
check_fraction_and_zone(struct strict_reader *r, const char *p)
{
	size_t digits;

	if (*p == '.') {
		digits = strspn(p + 1, "0123456789");
		if (digits < 1 || digits > 6)
			return strict_fail(r, "not 1-6 fraction digits");
		p += 1 + digits;
	}
	if (strcmp(p, "Z") == 0)
		return 0;
	if ((*p != '+' && *p != '-') || strlen(p) != 6 ||
	    strspn(p + 1, "0123456789") != 2 || p[3] != ':' ||
	    strspn(p + 4, "0123456789") != 2)
		return strict_fail(r, "the zone has the wrong shape");
	if (number(p + 1, 2) > 23 || number(p + 4, 2) > 59)
		return strict_fail(r, "no such zone");
	return 0;
}

static int
number(const char *p, int digits)
{
	int n = 0;

	for (; digits != 0; digits--, p++)
		n = n * 10 + (*p - '0');
	return n;
}

static int
read_sd(struct strict_rfc5424 *ret, struct strict_reader *r)
{
	if (is_at(r, '-')) {
		r->at++;
		return 0;
	}
	if (!is_at(r, '['))
		return strict_fail(r, "no structured data and no \"-\"");
	while (is_at(r, '[')) {
		if (read_element(ret, r) == -1)
			return -1;
	}
	return 0;
}

static int
read_element(struct strict_rfc5424 *ret, struct strict_reader *r)
{
	struct strict_text id = {NULL, 0};
	int rc = -1;

	r->at++;
	if (read_name(r, &id) == -1 || check_new_id(ret, r, &id) == -1)
		goto out;
	if (is_at(r, ']') && add_param(ret, &id) == NULL)
		goto out;
	while (is_at(r, ' ')) {
		struct strict_sd_param *param = add_param(ret, &id);

		r->at++;
		if (param == NULL) {
			(void)strict_fail(r, "too many parameters");
			goto out;
		}
		if (read_param(r, param) == -1)
			goto out;
	}
	rc = take(r, ']', "the element has no end");
out:
	strict_text_free(&id);
	return rc;
}

/* 6.3.2: the same SD-ID must not come twice. */
static int
check_new_id(struct strict_rfc5424 *ret, struct strict_reader *r,
    const struct strict_text *id)
{
	size_t i;

	for (i = 0; i < ret->param_count; i++) {
		if (strcmp(ret->params[i].id.ptr, id->ptr) == 0)
			return strict_fail(r, "an element comes twice");
	}
	return 0;
}

/* 1*32 PRINTUSASCII except "=", blank, "]" and the quotation mark. */
static int
read_name(struct strict_reader *r, struct strict_text *ret)
{
	const unsigned char *start = r->at;

	while (r->at != r->end && *r->at >= 33 && *r->at <= 126 &&
	    strchr("=]\"", *r->at) == NULL)
		r->at++;
	if (r->at == start || r->at - start > SD_NAME_MAX)
		return strict_fail(r, "a name of 0 or over 32 octets");
	*ret = strict_text_new(start, (size_t)(r->at - start));
	return 0;
}

static struct strict_sd_param *
add_param(struct strict_rfc5424 *ret, const struct strict_text *id)
{
	struct strict_sd_param *param;

	if (ret->param_count == STRICT_SD_PARAMS_MAX)
		return NULL;
	param = &ret->params[ret->param_count++];
	param->id = strict_text_new(id->ptr, id->len);
	param->name = strict_text_new("", 0);
	param->value = strict_text_new("", 0);
	return param;
}

static int
read_param(struct strict_reader *r, struct strict_sd_param *param)
{
	strict_text_free(&param->name);
	strict_text_free(&param->value);
	if (read_name(r, &param->name) == -1)
		return -1;
	if (take(r, '=', "a parameter has no \"=\"") == -1)
		return -1;
	if (take(r, '"', "a parameter has no quotation mark") == -1)
		return -1;
	return read_param_value(r, &param->value);
}

/* 6.3.3: the quotation mark, "\" and "]" must be escaped, nothing else is. */
static int
read_param_value(struct strict_reader *r, struct strict_text *ret)
{
	char *out = malloc((size_t)(r->end - r->at) + 1);
	size_t len = 0;

	if (out == NULL)
		abort();
	*ret = (struct strict_text){out, 0};
	for (; r->at != r->end && *r->at != '"'; r->at++) {
		if (*r->at == ']')
			return strict_fail(r, "\"]\" is not escaped");
		if (*r->at == '\\') {
			r->at++;
			if (!is_at(r, '"') && !is_at(r, '\\') && !is_at(r, ']'))
				return strict_fail(r, "escape in a parameter");
		}
		out[len++] = (char)*r->at;
	}
	out[len] = '\0';
	ret->len = len;
	if (!strict_is_utf8(out, len))
		return strict_fail(r, "a parameter is not UTF-8");
	return take(r, '"', "a parameter has no end");
}

static int
read_msg(struct strict_rfc5424 *ret, struct strict_reader *r)
{
	static const unsigned char bom[] = {0xef, 0xbb, 0xbf};

	if (r->at == r->end) {
		ret->msg = strict_text_new("", 0);
		return 0;
	}
	if (take(r, ' ', "a blank is missing before MSG") == -1)
		return -1;
	if (!strict_is_utf8(r->at, (size_t)(r->end - r->at)))
		return strict_fail(r, "MSG is not UTF-8");
	if ((size_t)(r->end - r->at) >= sizeof(bom) &&
	    memcmp(r->at, bom, sizeof(bom)) == 0) {
		ret->has_bom = true;
		r->at += sizeof(bom);
	}
	ret->msg = strict_text_new(r->at, (size_t)(r->end - r->at));
	return 0;
}

static int
take(struct strict_reader *r, char c, const char *why)
{
	if (!is_at(r, c))
		return strict_fail(r, why);
	r->at++;
	return 0;
}

static bool
is_at(const struct strict_reader *r, char c)
{
	return r->at != r->end && *r->at == (unsigned char)c;
}
