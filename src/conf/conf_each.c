/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By the table of options, so that none is forgotten.
 */
#include "config.h"

#include "conf/conf.h"
#include "conf/options.h"
#include "conf/value_field.h"

static void each(const struct option_section *section, const char *title,
    const void *object, conf_file_fn *fn, void *arg);

void
conf_each_file(const struct conf *conf, conf_file_fn *fn, void *arg)
{
	for (size_t i = 0; i < conf->source_count; i++)
		each(&option_sections[SECTION_SOURCE], conf->sources[i].name,
		    &conf->sources[i], fn, arg);
	for (size_t i = 0; i < conf->destination_count; i++)
		each(&option_sections[SECTION_DESTINATION],
		    conf->destinations[i].name, &conf->destinations[i], fn,
		    arg);
}

static void
each(const struct option_section *section, const char *title,
    const void *object, conf_file_fn *fn, void *arg)
{
	for (const struct option *o = section->options; o->name != NULL; o++) {
		const char *path = NULL;

		if (o->type == OPTION_FILE || o->type == OPTION_TOKEN_FILE ||
		    o->type == OPTION_PASSWORD_FILE)
			path = field_get_string(o, object);
		if (path != NULL)
			fn(section->name, title, o->name, path, arg);
	}
}
