/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sections, settings and values in arrays that grow by one: a file has few.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conf/raw.h"

static void section_clear(struct raw_section *section);

struct raw_section *
raw_add_section(struct raw *raw, const struct option_section *section,
    struct text title, int line)
{
	struct raw_section *s;

	raw->sections =
	    xrealloc(raw->sections, raw->count + 1, sizeof(*raw->sections));
	s = &raw->sections[raw->count++];
	*s = (struct raw_section){.section = section, .line = line};
	if (title.ptr != NULL)
		s->title = xstrndup(title.ptr, title.len);
	return s;
}

struct raw_setting *
raw_add_setting(
    struct raw_section *section, const struct option *option, int line)
{
	struct raw_setting *s;

	section->settings = xrealloc(
	    section->settings, section->count + 1, sizeof(*section->settings));
	s = &section->settings[section->count++];
	*s = (struct raw_setting){.option = option, .line = line};
	return s;
}

void
raw_add_value(struct raw_setting *setting, const char *text, int line)
{
	setting->values = xrealloc(
	    setting->values, setting->count + 1, sizeof(*setting->values));
	setting->values[setting->count++] =
	    (struct raw_value){xstrdup(text), line};
}

struct raw_setting *
raw_find(const struct raw_section *section, const struct option *option)
{
	for (size_t i = 0; i < section->count; i++)
		if (section->settings[i].option == option)
			return &section->settings[i];
	return NULL;
}

void
raw_clear(struct raw *raw)
{
	for (size_t i = 0; i < raw->count; i++)
		section_clear(&raw->sections[i]);
	free(raw->sections);
	*raw = (struct raw){0};
}

static void
section_clear(struct raw_section *section)
{
	for (size_t i = 0; i < section->count; i++) {
		struct raw_setting *s = &section->settings[i];

		for (size_t j = 0; j < s->count; j++)
			secret_free(s->values[j].text);
		free(s->values);
	}
	free(section->settings);
	free(section->title);
}
