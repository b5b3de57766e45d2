/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk along the tokens with one token of foresight. The text for libconfuse
 * grows as tokens are read; a statement that must not reach it is cut out
 * again, except for its line ends.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/shown.h"
#include "conf/findings.h"
#include "conf/nearest.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "conf/scan.h"
#include "conf/token.h"

/* Of a title; it becomes part of names in the spool. */
#define TITLE_MAX 64

struct scanner {
	struct tokens tokens;
	struct token now;
	struct raw *raw;
	struct findings *findings;
	int lost; /* line, or 0 */
};

/* What stands behind a key. */
struct shape {
	bool append;
	bool list;
	bool empty; /* a list without values */
};

static void section(struct scanner *s);
static void title(struct scanner *s, const struct option_section *section);
static void check_title(struct scanner *s, const struct option_section *section,
    const struct token *token);
static bool title_is_good(struct text t);
static void setting(struct scanner *s, size_t index);
static int shape_read(struct scanner *s, struct shape *shape);
static void shape_list(struct scanner *s, struct shape *shape);
static bool setting_is_good(struct scanner *s,
    const struct raw_section *section, const struct token *key,
    const struct option *option, const struct shape *shape);
static void unknown_option(struct scanner *s, const struct raw_section *section,
    const struct token *key);
static void skip_statement(struct scanner *s);
static void skip_braces(struct scanner *s);
static void replace(struct scanner *s, size_t from, const char *with);

static void
advance(struct scanner *s)
{
	s->now = tokens_next(&s->tokens);
}

static void
lose(struct scanner *s)
{
	if (s->lost == 0)
		s->lost = s->now.line;
}

int
scan(
    struct text in, struct raw *raw, struct buf *out, struct findings *findings)
{
	struct scanner s = {.raw = raw, .findings = findings};
	static const struct text mark = TEXT("\xef\xbb\xbf");

	if (in.len >= mark.len && memcmp(in.ptr, mark.ptr, mark.len) == 0) {
		findings_error(findings, 1,
		    "the file begins with a byte order mark: save it as UTF-8 "
		    "without one");
		in.ptr += mark.len;
		in.len -= mark.len;
	}
	tokens_init(&s.tokens, in, out, findings);
	advance(&s);
	while (s.now.kind != TOKEN_END && s.lost == 0)
		section(&s);
	while (s.now.kind != TOKEN_END)
		advance(&s);
	return s.lost;
}

static void
section(struct scanner *s)
{
	struct token name = s->now;
	const struct option_section *found = option_section_find(name.text);
	size_t index = s->raw->count;
	struct shown seen;

	if (name.kind != TOKEN_WORD) {
		lose(s);
		return;
	}
	advance(s);
	if (found == NULL) {
		seen = shown(name.text);
		findings_error(s->findings, name.line,
		    "unknown section \"%.*s%s\": there are spool, source, "
		    "destination, control and status",
		    seen.len, seen.ptr, seen.dots);
		skip_statement(s);
		replace(s, name.mark, "");
		return;
	}
	title(s, found);
	if (s->now.kind != TOKEN_OPEN) {
		lose(s);
		return;
	}
	advance(s);
	while (s->now.kind == TOKEN_WORD && s->lost == 0)
		setting(s, index);
	if (s->now.kind == TOKEN_CLOSE && s->lost == 0)
		advance(s);
	else
		lose(s);
}

/* Add the section, and put its index where its title is or should be. */
static void
title(struct scanner *s, const struct option_section *section)
{
	struct token token = s->now;
	struct text text = {NULL, 0};
	char index[32];

	(void)snprintf(index, sizeof(index), " \"%zu\" ", s->raw->count);
	if (token.kind == TOKEN_WORD) {
		text = token.text;
		advance(s);
	}
	replace(s, token.mark, index);
	check_title(s, section, &token);
	/* A bad one is in no message. */
	if (text.ptr != NULL &&
	    (section->title == NULL || !title_is_good(text)))
		text.len = (size_t)shown(text).len;
	(void)raw_add_section(s->raw, section, text, token.line);
}

static void
check_title(struct scanner *s, const struct option_section *section,
    const struct token *token)
{
	const char *name = section->name;
	bool has = token->kind == TOKEN_WORD;
	struct text t = has ? token->text : (struct text){"", 0};
	struct shown seen = shown(t);

	if (section->title == NULL && has)
		findings_error(s->findings, token->line,
		    "%s takes no title: leave \"%.*s%s\" out", name, seen.len,
		    seen.ptr, seen.dots);
	if (section->title != NULL && !has)
		findings_error(s->findings, token->line,
		    "%s has no title: %s \"%s\" { ... }", name, name,
		    section->title);
	if (section->title != NULL && has && !title_is_good(t))
		findings_error(s->findings, token->line,
		    "%s \"%.*s%s\": a title is 1 to %d of the characters "
		    "A-Z a-z 0-9 . _ -, but does not begin with -",
		    name, seen.len, seen.ptr, seen.dots, TITLE_MAX);
	for (size_t i = 0; i < s->raw->count; i++) {
		const struct raw_section *other = &s->raw->sections[i];

		if (other->section != section ||
		    (section->title != NULL &&
		        !text_eq(text_of(other->title), t)))
			continue;
		findings_error(s->findings, token->line,
		    "%s%s%.*s%s%s is already on line %d: %s", name,
		    has ? " \"" : "", seen.len, seen.ptr, seen.dots,
		    has ? "\"" : "", other->line,
		    section->title != NULL ? "give each a title of its own"
		                           : "keep one");
		return;
	}
}

static bool
title_is_good(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		        (c >= '0' && c <= '9') || c == '.' || c == '_' ||
		        c == '-'))
			return false;
	}
	/* To cefctl it would be an option, or all of them. */
	return t.len != 0 && t.len <= TITLE_MAX && t.ptr[0] != '-';
}

static void
setting(struct scanner *s, size_t index)
{
	struct raw_section *section = &s->raw->sections[index];
	struct token key = s->now;
	const struct option *option = option_find(section->section, key.text);
	struct shape shape = {0};

	advance(s);
	if (s->now.kind != TOKEN_EQUALS && s->now.kind != TOKEN_APPEND &&
	    option == NULL)
		skip_statement(s);
	else if (shape_read(s, &shape) == -1)
		return;
	if (!setting_is_good(s, section, &key, option, &shape))
		replace(s, key.mark, "");
	/* A bad one counts as set: it must not be said to be missing, too. */
	if (option != NULL && raw_find(section, option) == NULL)
		(void)raw_add_setting(section, option, key.line);
}

/* "= value" or "= { values }"; -1: neither. */
static int
shape_read(struct scanner *s, struct shape *shape)
{
	if (s->now.kind != TOKEN_EQUALS && s->now.kind != TOKEN_APPEND) {
		lose(s);
		return -1;
	}
	shape->append = s->now.kind == TOKEN_APPEND;
	advance(s);
	if (s->now.kind == TOKEN_WORD)
		advance(s);
	else if (s->now.kind == TOKEN_OPEN)
		shape_list(s, shape);
	else
		lose(s);
	return s->lost == 0 ? 0 : -1;
}

static void
shape_list(struct scanner *s, struct shape *shape)
{
	shape->list = true;
	shape->empty = true;
	advance(s);
	while (s->now.kind == TOKEN_WORD || s->now.kind == TOKEN_COMMA) {
		shape->empty = false;
		advance(s);
	}
	if (s->now.kind == TOKEN_CLOSE)
		advance(s);
	else
		lose(s);
}

static void
unknown_option(struct scanner *s, const struct raw_section *section,
    const struct token *key)
{
	const char *meant = nearest_option(section->section, key->text);
	struct shown seen = shown(key->text);

	findings_error(s->findings, key->line,
	    "unknown option \"%.*s%s\" in %s: %s%s%s", seen.len, seen.ptr,
	    seen.dots, section->section->name, meant != NULL ? "is " : "see ",
	    meant != NULL ? meant : "cefd.conf(5)",
	    meant != NULL ? " meant?" : "");
}

static bool
setting_is_good(struct scanner *s, const struct raw_section *section,
    const struct token *key, const struct option *option,
    const struct shape *shape)
{
	const struct raw_setting *other =
	    option != NULL ? raw_find(section, option) : NULL;
	unsigned before = s->findings->errors;

	if (option == NULL)
		unknown_option(s, section, key);
	else if ((shape->list || shape->append) && !option_is_list(option))
		findings_error(s->findings, key->line,
		    "%s takes one value, not a list", option->name);
	else if (shape->empty)
		findings_error(s->findings, key->line,
		    "%s is an empty list: give it a value, or leave it out",
		    option->name);
	else if (other != NULL && !shape->append)
		findings_error(s->findings, key->line,
		    "%s is already set on line %d: keep one", option->name,
		    other->line);
	return s->findings->errors == before;
}

/* What may stand behind an unknown name: a value, a list, a section. */
static void
skip_statement(struct scanner *s)
{
	if (s->now.kind == TOKEN_EQUALS || s->now.kind == TOKEN_APPEND)
		advance(s);
	if (s->now.kind == TOKEN_WORD)
		advance(s);
	if (s->now.kind == TOKEN_OPEN)
		skip_braces(s);
}

static void
skip_braces(struct scanner *s)
{
	unsigned depth = 0;

	do {
		if (s->now.kind == TOKEN_OPEN)
			depth++;
		else if (s->now.kind == TOKEN_CLOSE)
			depth--;
		advance(s);
	} while (depth != 0 && s->now.kind != TOKEN_END);
	if (depth != 0)
		lose(s);
}

/* Put `with` for the text from `from` to the token at hand; line ends stay. */
static void
replace(struct scanner *s, size_t from, const char *with)
{
	struct buf *out = s->tokens.out;
	struct buf tail;
	size_t to = s->now.mark;

	buf_init(&tail, out->max);
	(void)buf_puts(&tail, with);
	for (size_t i = from; i < to; i++)
		if (out->data[i] == '\n')
			(void)buf_putc(&tail, '\n');
	s->now.mark = from + tail.len;
	(void)buf_put(&tail, out->data + to, out->len - to);
	out->len = from;
	(void)buf_put(out, tail.data, tail.len);
	mem_wipe(tail.data, tail.len);
	buf_clear(&tail);
}
