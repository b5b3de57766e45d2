/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An "=" that is not escaped ends a key, and the key begins behind the last
 * blank before it. So a value ends where the next key begins, less one blank.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "strict_cef.h"

static int check_octets(struct strict_reader *r);
static int read_header(struct strict_cef *cef, struct strict_reader *r);
static int read_header_field(struct strict_reader *r, struct strict_text *ret);
static int check_header(struct strict_cef *cef, struct strict_reader *r);
static int read_pair(struct strict_cef *cef, struct strict_reader *r);
static int read_key(struct strict_reader *r, struct strict_text *ret);
static int read_value(struct strict_reader *r, struct strict_text *ret);
static const unsigned char *value_end(const struct strict_reader *r);
static int unescape(struct strict_reader *r, const unsigned char *end,
    char *out, size_t *ret_len);

int
strict_cef_parse(struct strict_cef *ret, const void *line, size_t len)
{
	struct strict_reader r = {line, line, NULL, ret->why};

	memset(ret, 0, sizeof(*ret));
	r.end = r.start + len;
	if (check_octets(&r) == -1 || read_header(ret, &r) == -1)
		return -1;
	if (r.at == r.end)
		return strict_fail(&r, "no extension");
	for (;;) {
		if (read_pair(ret, &r) == -1)
			return -1;
		if (r.at == r.end)
			break;
		r.at++; /* the blank, which read_value has seen */
	}
	if (strcmp(ret->pairs[ret->count - 1].key.ptr, "externalId") != 0)
		return strict_fail(&r, "the last key is not externalId");
	return 0;
}

void
strict_cef_clear(struct strict_cef *cef)
{
	size_t i;

	for (i = 0; i < STRICT_CEF_FIELDS; i++)
		strict_text_free(&cef->header[i]);
	for (i = 0; i < STRICT_CEF_PAIRS_MAX; i++) {
		strict_text_free(&cef->pairs[i].key);
		strict_text_free(&cef->pairs[i].value);
	}
	cef->count = 0;
}

const struct strict_text *
strict_cef_get(const struct strict_cef *cef, const char *key)
{
	size_t i;

	for (i = 0; i < cef->count; i++) {
		if (strcmp(cef->pairs[i].key.ptr, key) == 0)
			return &cef->pairs[i].value;
	}
	return NULL;
}

static int
check_octets(struct strict_reader *r)
{
	if (!strict_is_utf8(r->start, (size_t)(r->end - r->start)))
		return strict_fail(r, "not UTF-8");
	for (; r->at != r->end; r->at++) {
		if (*r->at < 0x20 || *r->at == 0x7f)
			return strict_fail(r, "a control");
	}
	r->at = r->start;
	return 0;
}

static int
read_header(struct strict_cef *cef, struct strict_reader *r)
{
	static const char magic[] = "CEF:0|";
	size_t i;

	if ((size_t)(r->end - r->at) < sizeof(magic) - 1 ||
	    memcmp(r->at, magic, sizeof(magic) - 1) != 0)
		return strict_fail(r, "does not begin with CEF:0|");
	r->at += sizeof(magic) - 1;
	for (i = 0; i < STRICT_CEF_FIELDS; i++) {
		if (read_header_field(r, &cef->header[i]) == -1)
			return -1;
	}
	return check_header(cef, r);
}

static int
read_header_field(struct strict_reader *r, struct strict_text *ret)
{
	char *out = malloc((size_t)(r->end - r->at) + 1);
	size_t len = 0;

	if (out == NULL)
		abort();
	*ret = (struct strict_text){out, 0};
	for (; r->at != r->end && *r->at != '|'; r->at++) {
		if (*r->at == '\\') {
			r->at++;
			if (r->at == r->end ||
			    (*r->at != '\\' && *r->at != '|'))
				return strict_fail(r, "escape in the header");
		}
		out[len++] = (char)*r->at;
	}
	out[len] = '\0';
	ret->len = len;
	if (r->at == r->end)
		return strict_fail(r, "the header has too few fields");
	r->at++;
	return len != 0 ? 0 : strict_fail(r, "an empty header field");
}

static int
check_header(struct strict_cef *cef, struct strict_reader *r)
{
	static const size_t max[] = {63, 63, 31, 1023, 512, 2};
	const char *severity = cef->header[STRICT_CEF_SEVERITY].ptr;
	size_t i;

	for (i = 0; i < STRICT_CEF_FIELDS; i++) {
		if (cef->header[i].len > max[i])
			return strict_fail(r, "a header field is too long");
	}
	if (strcmp(severity, "10") != 0 &&
	    (!isdigit((unsigned char)severity[0]) || severity[1] != '\0'))
		return strict_fail(r, "the severity is not 0-10");
	return 0;
}

static int
read_pair(struct strict_cef *cef, struct strict_reader *r)
{
	struct strict_pair *pair;
	size_t i;

	if (cef->count == STRICT_CEF_PAIRS_MAX)
		return strict_fail(r, "too many pairs");
	pair = &cef->pairs[cef->count];
	if (read_key(r, &pair->key) == -1)
		return -1;
	for (i = 0; i < cef->count; i++) {
		if (strcmp(cef->pairs[i].key.ptr, pair->key.ptr) == 0)
			return strict_fail(r, "a key comes twice");
	}
	cef->count++;
	return read_value(r, &pair->value);
}

static int
read_key(struct strict_reader *r, struct strict_text *ret)
{
	const unsigned char *start = r->at;

	while (r->at != r->end && *r->at < 0x80 && isalnum(*r->at))
		r->at++;
	if (r->at == start || r->at == r->end || *r->at != '=')
		return strict_fail(r, "not a key and \"=\"");
	*ret = strict_text_new(start, (size_t)(r->at - start));
	r->at++;
	return 0;
}

/* Leaves the reader on the blank before the next key, or at the end. */
static int
read_value(struct strict_reader *r, struct strict_text *ret)
{
	const unsigned char *end = value_end(r);
	char *out = malloc((size_t)(r->end - r->at) + 1);

	if (out == NULL)
		abort();
	*ret = (struct strict_text){out, 0};
	if (end == NULL)
		return strict_fail(r, "a key without a blank before it");
	if (end <= r->at)
		return strict_fail(r, "an empty value");
	return unescape(r, end, out, &ret->len);
}

static const unsigned char *
value_end(const struct strict_reader *r)
{
	const unsigned char *p;

	for (p = r->at; p != r->end && *p != '='; p++) {
		if (*p == '\\' && p + 1 != r->end)
			p++;
	}
	if (p == r->end)
		return p;
	while (p != r->at && p[-1] != ' ')
		p--;
	return p != r->at ? p - 1 : NULL;
}

static int
unescape(struct strict_reader *r, const unsigned char *end, char *out,
    size_t *ret_len)
{
	size_t len = 0;

	for (; r->at != end; r->at++) {
		char c = (char)*r->at;

		if (c == '\\') {
			r->at++;
			if (r->at == end || strchr("\\=nr", *r->at) == NULL)
				return strict_fail(r, "escape in a value");
			c = (char)*r->at;
			if (c == 'n')
				c = '\n';
			if (c == 'r')
				c = '\r';
		}
		out[len++] = c;
	}
	out[len] = '\0';
	*ret_len = len;
	return 0;
}
