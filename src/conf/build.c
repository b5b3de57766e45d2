/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The option table, gone through once for each section.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/build.h"
#include "conf/conf.h"
#include "conf/findings.h"
#include "conf/hostname.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "conf/value.h"

#define UDP_SIZE 2048

static void *object_for(struct conf *conf, const struct raw_section *section);
static void fill(const struct option_section *section,
    const struct raw_section *raw, void *object, const char *folder,
    struct findings *findings);
static void fill_by_transport(
    const struct raw_section *raw, struct conf_destination *destination);
static bool is_given(const struct raw_section *raw, const char *name);
static void fill_hostnames(struct conf *conf);
static void fill_given(const struct raw_setting *setting, void *object,
    const char *folder, struct findings *findings);

void
build(const struct raw *raw, const char *folder, struct conf *conf,
    struct findings *findings)
{
	bool seen[SECTION_COUNT] = {false};

	for (size_t i = 0; i < raw->count; i++) {
		const struct raw_section *s = &raw->sections[i];
		size_t index = (size_t)(s->section - option_sections);

		/* A second one of these is an error that scan() has told. */
		if (s->section->title == NULL && seen[index])
			continue;
		seen[index] = true;
		fill(s->section, s, object_for(conf, s), folder, findings);
		if (index == SECTION_DESTINATION)
			fill_by_transport(s,
			    &conf->destinations[conf->destination_count - 1]);
	}
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (option_sections[i].title == NULL && !seen[i])
			fill(&option_sections[i], NULL, conf, folder, findings);
	fill_hostnames(conf);
}

/* Defaults that depend on where the records go. */
static void
fill_by_transport(
    const struct raw_section *raw, struct conf_destination *destination)
{
	/* RFC 5426 section 3.2: receivers should take so much. */
	if (destination->transport == TRANSPORT_UDP &&
	    !is_given(raw, "max-size"))
		destination->max_size = UDP_SIZE;
	if (!conf_transport_has_servers(destination->transport) &&
	    !is_given(raw, "framing"))
		destination->framing = FRAMING_LF;
}

static bool
is_given(const struct raw_section *raw, const char *name)
{
	return raw_find(raw, option_find(raw->section, text_of(name))) != NULL;
}

static void
fill_hostnames(struct conf *conf)
{
	char *name = hostname_find();

	for (size_t i = 0; i < conf->destination_count; i++)
		if (conf->destinations[i].hostname == NULL)
			conf->destinations[i].hostname = xstrdup(name);
	free(name);
}

static void *
object_for(struct conf *conf, const struct raw_section *section)
{
	const char *name = section->title != NULL ? section->title : "";

	if (section->section == &option_sections[SECTION_SOURCE]) {
		struct conf_source *s;

		conf->sources = xrealloc(conf->sources, conf->source_count + 1,
		    sizeof(*conf->sources));
		s = &conf->sources[conf->source_count++];
		*s = (struct conf_source){.name = xstrdup(name)};
		return s;
	}
	if (section->section == &option_sections[SECTION_DESTINATION]) {
		struct conf_destination *d;

		conf->destinations = xrealloc(conf->destinations,
		    conf->destination_count + 1, sizeof(*conf->destinations));
		d = &conf->destinations[conf->destination_count++];
		*d = (struct conf_destination){.name = xstrdup(name)};
		return d;
	}
	return conf;
}

static void
fill(const struct option_section *section, const struct raw_section *raw,
    void *object, const char *folder, struct findings *findings)
{
	for (const struct option *o = section->options; o->name != NULL; o++) {
		const struct raw_setting *setting =
		    raw != NULL ? raw_find(raw, o) : NULL;

		if (setting != NULL) {
			fill_given(setting, object, folder, findings);
		} else if (o->standard != NULL) {
			int set =
			    value_set(o, object, o->standard, folder, NULL);

			assert(set == 0); /* the table is ours */
		}
	}
}

static void
fill_given(const struct raw_setting *setting, void *object, const char *folder,
    struct findings *findings)
{
	for (size_t i = 0; i < setting->count; i++) {
		struct err err = {0};

		if (value_set(setting->option, object, setting->values[i].text,
		        folder, &err) == -1)
			findings_error(findings, setting->values[i].line,
			    "%s: %s", setting->option->name, err.text);
	}
}
