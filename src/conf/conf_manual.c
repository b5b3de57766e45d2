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
#define TYPE_NAMES (sizeof(type_names) / sizeof(type_names[0]))

static void put_section(const struct option_section *section, FILE *out);
static void put_option(const struct option *option, FILE *out);
static void put_type(const struct option *option, FILE *out);
static void put_words(const struct option_word *words, FILE *out);
static void put_bounds(const struct option *option, FILE *out);
static void put_bound(const struct option *option, int64_t bound, FILE *out);
static void put_escaped(const char *text, FILE *out);

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
	put_escaped(section->help, out);
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
	put_escaped(option->help, out);
	(void)fputc('\n', out);
	put_bounds(option, out);
	if (option->standard != NULL) {
		(void)fputs("The default is\n.Ql ", out);
		put_escaped(option->standard, out);
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

/*
 * Each sentence on a line of its own, as mdoc(7) wants it; what it would take
 * for its own is escaped.
 */
static void
put_escaped(const char *text, FILE *out)
{
	char before = '\0';

	if (*text == '.' || *text == '\'')
		(void)fputs("\\&", out);
	for (; *text != '\0'; before = *text++) {
		if (*text == '-')
			(void)fputs("\\-", out);
		else if (*text == '\\')
			(void)fputs("\\e", out);
		else if (*text == '"')
			(void)fputs("\\(dq", out);
		else if (*text == ' ' && before == '.')
			(void)fputc('\n', out);
		else
			(void)fputc(*text, out);
	}
}
