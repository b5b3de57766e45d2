/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as a file again.
 */
#include "config.h"

#include "base/buf.h"
#include "conf/conf.h"
#include "conf/options.h"
#include "conf/value.h"

/* Of one value as text; lists of servers are the longest. */
#define VALUE_MAX (1U << 20)

static void
print_section(const struct option_section *section, const char *title,
    const void *object, FILE *out)
{
	struct buf value;

	buf_init(&value, VALUE_MAX);
	if (title != NULL)
		(void)fprintf(out, "\n%s \"%s\" {\n", section->name, title);
	else
		(void)fprintf(out, "\n%s {\n", section->name);
	for (const struct option *o = section->options; o->name != NULL; o++) {
		buf_reset(&value);
		if (value_put(o, object, &value))
			(void)fprintf(out, "  %s = %.*s\n", o->name,
			    (int)value.len, value.data);
	}
	(void)fputs("}\n", out);
	buf_clear(&value);
}

void
conf_print(const struct conf *conf, FILE *out)
{
	(void)fputs(
	    "# The effective configuration; secrets are hidden.\n", out);
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		const struct option_section *section = &option_sections[i];

		if (i == SECTION_SOURCE)
			for (size_t j = 0; j < conf->source_count; j++)
				print_section(section, conf->sources[j].name,
				    &conf->sources[j], out);
		else if (i == SECTION_DESTINATION)
			for (size_t j = 0; j < conf->destination_count; j++)
				print_section(section,
				    conf->destinations[j].name,
				    &conf->destinations[j], out);
		else
			print_section(section, NULL, conf, out);
	}
}
