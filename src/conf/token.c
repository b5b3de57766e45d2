/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lexer that knows the same quotes and comments as libconfuse's own.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/shown.h"
#include "conf/findings.h"
#include "conf/token.h"

/* Characters that end a word. */
#define DELIMITERS " \t\r\n#\"'={}(),"

static void skip_blanks(struct tokens *t);
static void skip_to_line_end(struct tokens *t);
static void skip_long_comment(struct tokens *t);
static bool punctuation(struct tokens *t, struct token *token);
static void quoted(struct tokens *t, struct token *token);
static bool string_ends(const struct tokens *t, char quote);
static void string_piece(struct tokens *t, char quote);
static void variable(struct tokens *t);
static void word(struct tokens *t, struct token *token);
static void stray(struct tokens *t);
static void put_escaped(struct buf *out, struct text value);
static bool is_control(char c);
static bool word_ends(struct text r, size_t at);
static bool is_name(char c);

static struct text
rest(const struct tokens *t)
{
	return (struct text){t->in.ptr + t->pos, t->in.len - t->pos};
}

static bool
starts(const struct tokens *t, const char *s)
{
	struct text r = rest(t);
	size_t len = strlen(s);

	return r.len >= len && memcmp(r.ptr, s, len) == 0;
}

void
tokens_init(struct tokens *t, struct text in, struct buf *out,
    struct findings *findings)
{
	*t = (struct tokens){
	    .in = in, .line = 1, .out = out, .findings = findings};
}

struct token
tokens_next(struct tokens *t)
{
	struct token token = {.kind = TOKEN_END};

	for (;;) {
		skip_blanks(t);
		token.line = t->line;
		token.mark = t->out->len;
		if (t->pos == t->in.len)
			return token;
		if (punctuation(t, &token))
			return token;
		token.kind = TOKEN_WORD;
		if (starts(t, "\"") || starts(t, "'")) {
			quoted(t, &token);
			return token;
		}
		word(t, &token);
		if (token.text.len != 0)
			return token;
		stray(t);
	}
}

/* Lines are kept, so that libconfuse counts as we do. */
static void
skip_blanks(struct tokens *t)
{
	while (t->pos < t->in.len) {
		char c = t->in.ptr[t->pos];

		if (c == '\n') {
			t->line++;
			t->pos++;
			(void)buf_putc(t->out, '\n');
		} else if (c == ' ' || c == '\t' || c == '\r') {
			t->pos++;
			(void)buf_putc(t->out, ' ');
		} else if (c == '#' || starts(t, "//")) {
			skip_to_line_end(t);
		} else if (starts(t, "/*")) {
			skip_long_comment(t);
		} else {
			return;
		}
	}
}

static void
skip_to_line_end(struct tokens *t)
{
	while (t->pos < t->in.len && t->in.ptr[t->pos] != '\n')
		t->pos++;
}

static void
skip_long_comment(struct tokens *t)
{
	int began = t->line;

	(void)buf_putc(t->out, ' ');
	for (t->pos += 2; t->pos < t->in.len; t->pos++) {
		if (starts(t, "*/")) {
			t->pos += 2;
			return;
		}
		if (t->in.ptr[t->pos] == '\n') {
			t->line++;
			(void)buf_putc(t->out, '\n');
		}
	}
	findings_error(
	    t->findings, began, "this comment has no end: close it with */");
}

static bool
punctuation(struct tokens *t, struct token *token)
{
	static const struct {
		const char *text;
		enum token_kind kind;
	} table[] = {{"+=", TOKEN_APPEND}, {"=", TOKEN_EQUALS},
	    {"{", TOKEN_OPEN}, {"}", TOKEN_CLOSE}, {",", TOKEN_COMMA},
	    {"(", TOKEN_PAREN}, {")", TOKEN_PAREN}};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!starts(t, table[i].text))
			continue;
		token->kind = table[i].kind;
		(void)buf_puts(t->out, table[i].text);
		t->pos += strlen(table[i].text);
		return true;
	}
	return false;
}

/*
 * A string. libconfuse lets one run over lines; nothing in our file needs
 * that, and it turns a forgotten quote into nonsense far below.
 */
static void
quoted(struct tokens *t, struct token *token)
{
	char quote = t->in.ptr[t->pos++];
	size_t start = t->pos;

	(void)buf_putc(t->out, quote);
	while (!string_ends(t, quote))
		string_piece(t, quote);
	token->text = (struct text){t->in.ptr + start, t->pos - start};
	(void)buf_putc(t->out, quote);
	if (t->pos < t->in.len && t->in.ptr[t->pos] == quote)
		t->pos++;
	else
		findings_error(t->findings, token->line,
		    "this string has no closing %c", quote);
}

static bool
string_ends(const struct tokens *t, char quote)
{
	return t->pos == t->in.len || t->in.ptr[t->pos] == quote ||
	    t->in.ptr[t->pos] == '\n';
}

static void
string_piece(struct tokens *t, char quote)
{
	const char *at = t->in.ptr + t->pos;
	size_t left = t->in.len - t->pos;

	if (is_control(at[0])) {
		stray(t);
	} else if (at[0] != '\\' && !(quote == '"' && starts(t, "${"))) {
		(void)buf_putc(t->out, at[0]);
		t->pos++;
	} else if (at[0] == '$') {
		variable(t);
	} else if (left > 1 && !is_control(at[1])) {
		(void)buf_put(t->out, at, 2);
		t->pos += 2;
	} else {
		t->pos++;
	}
}

/* ${NAME} within double quotes. What stays is escaped, or libconfuse would
 * replace it after all. */
static void
variable(struct tokens *t)
{
	struct text r = rest(t);
	size_t len = 2;
	struct shown seen;
	const char *value;
	char *name;

	while (len < r.len && is_name(r.ptr[len]))
		len++;
	if (len == 2 || len == r.len || r.ptr[len] != '}') {
		findings_error(t->findings, t->line,
		    "\"${\" begins a variable: write ${NAME}, or \\${ for the "
		    "text");
		(void)buf_puts(t->out, "\\$");
		t->pos++;
		return;
	}
	t->pos += len + 1;
	seen = shown((struct text){r.ptr + 2, len - 2});
	name = xstrndup(r.ptr + 2, len - 2);
	value = getenv(name);
	if (value == NULL) {
		findings_error(t->findings, t->line,
		    "the environment variable %.*s%s is not set: %s", seen.len,
		    seen.ptr, seen.dots,
		    strcmp(name, "CREDENTIALS_DIRECTORY") == 0
		        ? "systemd sets it, for the service alone; to check "
		          "by hand, have it set there, too (systemd-run "
		          "--pipe --wait --property=User=_cefd "
		          "--property=LoadCredential=NAME:FILE cefd --check)"
		        : "set it where cefd is started, or write the value "
		          "here");
		put_escaped(t->out, (struct text){r.ptr, len + 1});
	} else {
		put_escaped(t->out, text_of(value));
	}
	free(name);
}

static void
word(struct tokens *t, struct token *token)
{
	size_t start = t->pos, len = 0;
	struct text r = rest(t);

	while (len < r.len && !word_ends(r, len))
		len++;
	if (len != 0 && len < r.len && r.ptr[len - 1] == '$' &&
	    r.ptr[len] == '{') {
		findings_error(t->findings, t->line,
		    "a value with ${...} needs double quotes");
		while (len < r.len && r.ptr[len] != '\n' && r.ptr[len] != '}')
			len++;
		len += len < r.len && r.ptr[len] == '}';
	}
	token->text = (struct text){t->in.ptr + start, len};
	t->pos += len;
	if (len == 0)
		return;
	(void)buf_putc(t->out, '"');
	put_escaped(t->out, token->text);
	(void)buf_putc(t->out, '"');
}

/* A control character, which has no place anywhere. */
static void
stray(struct tokens *t)
{
	unsigned char c = (unsigned char)t->in.ptr[t->pos++];

	findings_error(t->findings, t->line,
	    "control character 0x%02x: take it out", (unsigned)c);
	(void)buf_putc(t->out, ' ');
}

/* So that it means itself within double quotes. */
static void
put_escaped(struct buf *out, struct text value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c == '\n') {
			(void)buf_puts(out, "\\n");
			continue;
		}
		if (c == '"' || c == '\\' || c == '$')
			(void)buf_putc(out, '\\');
		(void)buf_putc(out, c);
	}
}

static bool
is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static bool
word_ends(struct text r, size_t at)
{
	char c = r.ptr[at];
	char next = at + 1 < r.len ? r.ptr[at + 1] : '\0';

	return is_control(c) || strchr(DELIMITERS, c) != NULL ||
	    (c == '+' && next == '=') || (c == '/' && next == '*');
}

static bool
is_name(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '_';
}
