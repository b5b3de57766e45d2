/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of cefd.conf(5), from the table: what may stand there, what it
 * does, its bounds and its default.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "conf/conf_sample.h"
#include "conf/options.h"
#include "conf/units.h"

#define BOUND_MAX 64

/* What a value is called; lists are in braces. */
static const char *const type_names[] = {
    [OPTION_STRING] = "text",
    [OPTION_ASCII] = "word",
    [OPTION_SECRET] = "text",
    [OPTION_PATH] = "path",
    [OPTION_FILE] = "file",
    [OPTION_TOKEN_FILE] = "file",
    [OPTION_PASSWORD_FILE] = "file",
    [OPTION_HOST] = "host[:port]",
    [OPTION_LISTEN] = "address:port",
    [OPTION_PROXY] = "URL",
    [OPTION_DURATION] = "duration",
    [OPTION_SIZE] = "size",
    [OPTION_INT] = "number",
    [OPTION_TIME] = "time",
    [OPTION_START] = "duration | time",
    [OPTION_NAMES] = "name",
    [OPTION_SERVERS] = "host:port",
    [OPTION_SEVERITIES] = "type=severity",
    [OPTION_TEXTS] = "text",
    [OPTION_DOMAINS] = "domain",
    [OPTION_FINGERPRINTS] = "hash:octets",
};
#define LINE_WIDTH 78
#define TYPE_NAMES (sizeof(type_names) / sizeof(type_names[0]))

static void put_section(const struct option_section *section, FILE *out);
static void put_option(const struct option *option, FILE *out);
static void put_type(const struct option *option, FILE *out);
static void put_words(const struct option_word *words, FILE *out);
static void put_bounds(const struct option *option, FILE *out);
static void put_bound(const struct option *option, int64_t bound, FILE *out);
static void put_text(const char *text, FILE *out);
static size_t escaped_width(const char *text, size_t len);
static void put_escaped(const char *text, size_t len, FILE *out);
static const char *escaped(char c);

void
conf_manual(FILE *out)
{
	for (size_t i = 0; i < SECTION_COUNT; i++)
		put_section(&option_sections[i], out);
}

static void
put_section(const struct option_section *section, FILE *out)
{
	(void)fprintf(out, ".Ss %s%s\n", section->name,
	    section->title != NULL ? " Dq Ar title" : "");
	put_text(section->help, out);
	(void)fputs("\n.Bl -tag -width Ds\n", out);
	for (const struct option *o = section->options; o->name != NULL; o++)
		put_option(o, out);
	(void)fputs(".El\n", out);
}

static void
put_option(const struct option *option, FILE *out)
{
	(void)fprintf(out, ".It Ic %s No = ", option->name);
	put_type(option, out);
	put_text(option->help, out);
	(void)fputc('\n', out);
	put_bounds(option, out);
	if (option->standard != NULL) {
		(void)fputs("The default is\n.Ql ", out);
		put_escaped(option->standard, strlen(option->standard), out);
		(void)fputs(" .\n", out);
	}
	if (option->required)
		(void)fputs("It must be set.\n", out);
}

static void
put_type(const struct option *option, FILE *out)
{
	const char *name = NULL;
	bool list = option_is_list(option);

	if ((size_t)option->type < TYPE_NAMES)
		name = type_names[option->type];
	if (list)
		(void)fputs("Brq ", out);
	if (option->words != NULL)
		put_words(option->words, out);
	else if (option->type == OPTION_BOOL)
		(void)fputs("Cm true | false", out);
	else
		(void)fprintf(out, "Ar %s", name != NULL ? name : "text");
	if (list)
		(void)fputs(" , ...", out);
	(void)fputc('\n', out);
}

static void
put_words(const struct option_word *words, FILE *out)
{
	const char *between = "Cm ";

	for (; words->name != NULL; words++) {
		(void)fprintf(out, "%s%s", between, words->name);
		between = " | ";
	}
}

static void
put_bounds(const struct option *option, FILE *out)
{
	if (option->type != OPTION_INT && option->type != OPTION_SIZE &&
	    option->type != OPTION_DURATION)
		return;
	(void)fputs("From\n.Ql ", out);
	put_bound(option, option->min, out);
	(void)fputs("to\n.Ql ", out);
	put_bound(option, option->max, out);
}

static void
put_bound(const struct option *option, int64_t bound, FILE *out)
{
	struct buf text;

	buf_init(&text, BOUND_MAX);
	if (option->type == OPTION_DURATION)
		units_put_duration(&text, bound);
	else if (option->type == OPTION_SIZE)
		units_put_size(&text, bound);
	else
		(void)buf_printf(&text, "%" PRId64, bound);
	(void)fprintf(out, "%.*s%s\n", (int)text.len, text.data,
	    bound == option->max ? " ." : "");
	buf_clear(&text);
}

/* Each sentence on lines of its own, and none too long, as mdoc(7) wants it. */
static void
put_text(const char *text, FILE *out)
{
	size_t column = 0, len, width;

	for (;; text += len + 1) {
		len = strcspn(text, " ");
		width = escaped_width(text, len);
		if (column != 0 &&
		    (text[-2] == '.' || column + 1 + width > LINE_WIDTH)) {
			(void)fputc('\n', out);
			column = 0;
		} else if (column != 0) {
			(void)fputc(' ', out);
			column++;
		}
		put_escaped(text, len, out);
		column += width;
		if (text[len] == '\0')
			break;
	}
}

static size_t
escaped_width(const char *text, size_t len)
{
	size_t width = 0;

	for (size_t i = 0; i < len; i++)
		width += strlen(escaped(text[i]));
	return width;
}

static void
put_escaped(const char *text, size_t len, FILE *out)
{
	if (len != 0 && (*text == '.' || *text == '\''))
		(void)fputs("\\&", out);
	for (size_t i = 0; i < len; i++)
		(void)fputs(escaped(text[i]), out);
}

/* What mdoc(7) would take for its own. */
static const char *
escaped(char c)
{
	static char itself[2];

	if (c == '-')
		return "\\-";
	if (c == '\\')
		return "\\e";
	if (c == '"')
		return "\\(dq";
	itself[0] = c;
	return itself;
}
