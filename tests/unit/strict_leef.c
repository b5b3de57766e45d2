/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LEEF has no escapes: a bar ends a field of the header, a TAB an attribute, and
 * the first "=" its key.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "strict_leef.h"

#define START "LEEF:2.0|"
#define DELIMITER "x09|"

static int check_octets(struct strict_reader *r);
static bool skip(struct strict_reader *r, const char *word);
static int read_header(struct strict_leef *leef, struct strict_reader *r);
static int read_pair(struct strict_leef *leef, struct strict_reader *r);
static int check_sev(const struct strict_leef *leef, struct strict_reader *r);

int
strict_leef_parse(struct strict_leef *ret, const void *line, size_t len)
{
	struct strict_reader r = {line, line, NULL, ret->why};

	memset(ret, 0, sizeof(*ret));
	r.end = r.start + len;
	if (check_octets(&r) == -1 || read_header(ret, &r) == -1)
		return -1;
	for (;;) {
		if (read_pair(ret, &r) == -1)
			return -1;
		if (r.at == r.end)
			break;
		r.at++; /* the TAB */
	}
	if (strcmp(ret->pairs[ret->count - 1].key.ptr, "externalId") != 0)
		return strict_fail(&r, "the last key is not externalId");
	return check_sev(ret, &r);
}

void
strict_leef_clear(struct strict_leef *leef)
{
	for (size_t i = 0; i < STRICT_LEEF_FIELDS; i++)
		strict_text_free(&leef->header[i]);
	for (size_t i = 0; i < STRICT_CEF_PAIRS_MAX; i++) {
		strict_text_free(&leef->pairs[i].key);
		strict_text_free(&leef->pairs[i].value);
	}
	leef->count = 0;
}

const struct strict_text *
strict_leef_get(const struct strict_leef *leef, const char *key)
{
	for (size_t i = 0; i < leef->count; i++)
		if (strcmp(leef->pairs[i].key.ptr, key) == 0)
			return &leef->pairs[i].value;
	return NULL;
}

static int
check_octets(struct strict_reader *r)
{
	if (!strict_is_utf8(r->start, (size_t)(r->end - r->start)))
		return strict_fail(r, "not UTF-8");
	for (r->at = r->start; r->at != r->end; r->at++)
		if ((*r->at < 0x20 && *r->at != '\t') || *r->at == 0x7f)
			return strict_fail(r, "a control");
	r->at = r->start;
	return 0;
}

static bool
skip(struct strict_reader *r, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

static int
read_header(struct strict_leef *leef, struct strict_reader *r)
{
	if (!skip(r, START))
		return strict_fail(r, "does not begin with " START);
	for (size_t i = 0; i < STRICT_LEEF_FIELDS; i++) {
		const unsigned char *bar =
		    memchr(r->at, '|', (size_t)(r->end - r->at));

		if (bar == NULL || bar == r->at)
			return strict_fail(r, "a header field is missing");
		leef->header[i] = strict_text_new(r->at, (size_t)(bar - r->at));
		if (strchr(leef->header[i].ptr, '\t') != NULL)
			return strict_fail(r, "a TAB in the header");
		r->at = bar + 1;
	}
	if (!skip(r, DELIMITER))
		return strict_fail(r, "the delimiter is not x09");
	return 0;
}

static int
read_pair(struct strict_leef *leef, struct strict_reader *r)
{
	struct strict_pair *pair = &leef->pairs[leef->count];
	const unsigned char *p = r->at;
	const unsigned char *end = memchr(p, '\t', (size_t)(r->end - p));

	if (end == NULL)
		end = r->end;
	if (leef->count == STRICT_CEF_PAIRS_MAX)
		return strict_fail(r, "too many attributes");
	while (p != end && isalnum(*p))
		p++;
	if (p == end || *p != '=' || p == r->at)
		return strict_fail(r, "not a key and \"=\"");
	if (p + 1 == end)
		return strict_fail(r, "an empty value");
	pair->key = strict_text_new(r->at, (size_t)(p - r->at));
	pair->value = strict_text_new(p + 1, (size_t)(end - p - 1));
	if (strict_leef_get(leef, pair->key.ptr) != NULL)
		return strict_fail(r, "a key that was there before");
	leef->count++;
	r->at = end;
	return 0;
}

static int
check_sev(const struct strict_leef *leef, struct strict_reader *r)
{
	const struct strict_text *sev = strict_leef_get(leef, "sev");
	int n = 0;

	if (sev != NULL && sev->len <= 2 && sev->ptr[0] != '0')
		for (size_t i = 0; i < sev->len; i++)
			n = n * 10 + sev->ptr[i] - '0';
	if (n < 1 || n > 10)
		return strict_fail(r, "sev is not from 1 to 10");
	return 0;
}
