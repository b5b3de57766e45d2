/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document ends where its first bracket is closed. One that never gets there
 * is broken; the search goes on at the next line that begins with a bracket.
 * Two things show it early, so that a torn line of NDJSON does not swallow the
 * lines below: a line end within a string, and a "{" where JSON has none.
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "ctl/documents.h"

#define PIECE_MAX 65536
/* More than any document that a decoder takes. It also bounds the work on
 * input made to be searched again and again. */
#define DEPTH_MAX 64

struct nesting {
	char open[DEPTH_MAX];
	size_t depth;
	char before; /* the last octet that was no blank, outside strings */
	bool in_string;
	bool escaped;
};

enum step { STEP_ON, STEP_DONE, STEP_BROKEN };

static enum document_result measure(
    struct documents *d, size_t *ret_len, struct err *err);
static enum step step(struct nesting *n, char c);
static enum step step_string(struct nesting *n, char c);
static enum step step_open(struct nesting *n, char c);
static enum step step_close(struct nesting *n, char c);
static bool have(struct documents *d, size_t len);
static bool fill(struct documents *d);
static void skip(struct documents *d, size_t len);
static void skip_blanks(struct documents *d);
static void skip_broken(struct documents *d);
static bool is_start(char c);

void
documents_init(struct documents *d, int fd)
{
	*d = (struct documents){.fd = fd, .line = 1};
	buf_init(&d->in, DOCUMENT_MAX + 2 * PIECE_MAX);
}

void
documents_clear(struct documents *d)
{
	buf_clear(&d->in);
}

enum document_result
documents_next(
    struct documents *d, struct text *ret, uint64_t *ret_line, struct err *err)
{
	enum document_result result;
	size_t len = 0;

	skip(d, d->taken);
	d->taken = 0;
	skip_blanks(d);
	*ret_line = d->line;
	if (!have(d, 1)) {
		if (d->failed == 0)
			return DOCUMENT_END;
		(void)err_set(err, ERR_IO, "%s", strerror(d->failed));
		return DOCUMENT_FAILED;
	}
	result = measure(d, &len, err);
	if (result == DOCUMENT_BAD) {
		skip_broken(d);
		return result;
	}
	*ret = (struct text){d->in.data + d->start, len};
	d->taken = len;
	return result;
}

static enum document_result
measure(struct documents *d, size_t *ret_len, struct err *err)
{
	struct nesting nesting = {.before = ':'};
	enum step now = STEP_ON;
	size_t len = 0;

	if (!is_start(d->in.data[d->start])) {
		(void)err_set(err, ERR_BAD, "this is not a JSON document");
		return DOCUMENT_BAD;
	}
	while (now == STEP_ON && len < DOCUMENT_MAX && have(d, len + 1))
		now = step(&nesting, d->in.data[d->start + len++]);
	*ret_len = len;
	if (now == STEP_DONE)
		return DOCUMENT_READ;
	if (now == STEP_BROKEN)
		(void)err_set(err, ERR_BAD,
		    "the document is broken: take it as the API answered it, "
		    "one document a file or a line");
	else if (len == DOCUMENT_MAX)
		(void)err_set(err, ERR_BAD,
		    "the document is longer than %u octets: split it, one "
		    "document a file or a line",
		    DOCUMENT_MAX);
	else
		(void)err_set(err, ERR_BAD,
		    "the document has no end: was it cut? Take the whole of "
		    "what the API answered, one document a file or a line");
	return DOCUMENT_BAD;
}

static enum step
step(struct nesting *n, char c)
{
	enum step result = STEP_ON;

	if (n->in_string)
		return step_string(n, c);
	if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
		return STEP_ON;
	if (c == '"')
		n->in_string = true;
	else if (is_start(c))
		result = step_open(n, c);
	else if (c == '}' || c == ']')
		result = step_close(n, c);
	n->before = c;
	return result;
}

static enum step
step_string(struct nesting *n, char c)
{
	if (c == '\n')
		return STEP_BROKEN;
	if (n->escaped)
		n->escaped = false;
	else if (c == '\\')
		n->escaped = true;
	else if (c == '"')
		n->in_string = false;
	return STEP_ON;
}

/* A value begins behind ":" in an object, behind "[" or "," in an array. */
static enum step
step_open(struct nesting *n, char c)
{
	bool in_array = n->depth != 0 && n->open[n->depth - 1] == '[';

	if (n->depth == DEPTH_MAX)
		return STEP_BROKEN;
	if (in_array ? n->before != '[' && n->before != ',' : n->before != ':')
		return STEP_BROKEN;
	n->open[n->depth++] = c;
	return STEP_ON;
}

static enum step
step_close(struct nesting *n, char c)
{
	char open = c == '}' ? '{' : '[';

	if (n->open[n->depth - 1] != open)
		return STEP_BROKEN;
	n->depth--;
	return n->depth == 0 ? STEP_DONE : STEP_ON;
}

/* Are `len` octets there, now or after reading? */
static bool
have(struct documents *d, size_t len)
{
	while (d->in.len - d->start < len)
		if (!fill(d))
			return false;
	return true;
}

static bool
fill(struct documents *d)
{
	ssize_t n;

	if (d->ended)
		return false;
	if (d->start > d->in.len / 2) {
		buf_consume(&d->in, d->start);
		d->start = 0;
	}
	if (buf_reserve(&d->in, PIECE_MAX) == -1) {
		buf_consume(&d->in, d->start);
		d->start = 0;
		(void)buf_reserve(&d->in, PIECE_MAX);
	}
	do
		n = read(d->fd, d->in.data + d->in.len, PIECE_MAX);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		d->in.len += (size_t)n;
		return true;
	}
	d->ended = true;
	d->failed = n == -1 ? errno : 0;
	return false;
}

static void
skip(struct documents *d, size_t len)
{
	for (size_t i = 0; i < len; i++)
		d->line += d->in.data[d->start + i] == '\n';
	d->start += len;
}

/* And a byte order mark, which some editors leave. */
static void
skip_blanks(struct documents *d)
{
	if (d->line == 1 && have(d, 3) &&
	    memcmp(d->in.data + d->start, "\xef\xbb\xbf", 3) == 0)
		skip(d, 3);
	while (have(d, 1)) {
		char c = d->in.data[d->start];

		if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
			return;
		skip(d, 1);
	}
}

/* To the next line that begins with a bracket. */
static void
skip_broken(struct documents *d)
{
	bool line_begins = false;

	while (have(d, 1)) {
		char c = d->in.data[d->start];

		if (line_begins && is_start(c))
			return;
		skip(d, 1);
		line_begins = c == '\n';
	}
}

static bool
is_start(char c)
{
	return c == '{' || c == '[';
}
