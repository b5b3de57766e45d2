/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every option once: set where a first installation must set it, otherwise a
 * comment with its default.
 */
#include "config.h"

#include <string.h>

#include "conf/conf_sample.h"
#include "conf/options.h"

#define WIDTH 78

static const char sample_head[] =
    "# cefd.conf: from Abnormal Security to a syslog receiver.\n"
    "# Made from the option table in src/conf/options.c; see "
    "cefd.conf(5).\n"
    "#\n"
    "# Durations: 500ms 30s 10m 24h 7d. Sizes: 8000 64KiB 16MiB 2GiB.\n"
    "# Check a change with: cefd --check\n";

static void sample_section(const struct option_section *section, FILE *out);
static void sample_option(const struct option *option, FILE *out);
static void put_comment(const char *text, const char *indent, FILE *out);
static void put_value(
    const struct option *option, const char *value, FILE *out);
static bool needs_quotes(const struct option *option);

void
conf_sample(FILE *out)
{
	(void)fputs(sample_head, out);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		sample_section(&option_sections[i], out);
}

static void
sample_section(const struct option_section *section, FILE *out)
{
	(void)fputc('\n', out);
	put_comment(section->help, "", out);
	if (section->title != NULL)
		(void)fprintf(
		    out, "%s \"%s\" {\n", section->name, section->title);
	else
		(void)fprintf(out, "%s {\n", section->name);
	for (const struct option *o = section->options; o->name != NULL; o++) {
		if (o != section->options)
			(void)fputc('\n', out);
		sample_option(o, out);
	}
	(void)fputs("}\n", out);
}

static void
sample_option(const struct option *option, FILE *out)
{
	const char *value =
	    option->example != NULL ? option->example : option->standard;

	put_comment(option->help, "  ", out);
	(void)fprintf(
	    out, "  %s%s =", option->example != NULL ? "" : "# ", option->name);
	(void)fputc(' ', out);
	put_value(option, value != NULL ? value : "", out);
	(void)fputc('\n', out);
}

/* Words, as many to a line as fit. */
static void
put_comment(const char *text, const char *indent, FILE *out)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column != 0 && column + 1 + len > WIDTH) {
			(void)fputc('\n', out);
			column = 0;
		}
		if (column == 0)
			column = (size_t)fprintf(out, "%s#", indent);
		column += (size_t)fprintf(out, " %.*s", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

static void
put_value(const struct option *option, const char *value, FILE *out)
{
	const char *quote = needs_quotes(option) ? "\"" : "";
	bool list = option_is_list(option);

	(void)fprintf(out, "%s%s%s%s%s", list ? "{" : "", quote, value, quote,
	    list ? "}" : "");
}

static bool
needs_quotes(const struct option *option)
{
	return option->type != OPTION_INT && option->type != OPTION_BOOL;
}
