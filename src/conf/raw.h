/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file as read: sections and settings as text, each with its line.
 */
#ifndef CEFD_CONF_RAW_H
#define CEFD_CONF_RAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct option;
struct option_section;

struct raw_value {
	char *text; /* wiped when freed: it may be a token */
	int line;
};

struct raw_setting {
	const struct option *option;
	int line; /* of the key */
	struct raw_value *values;
	size_t count;
};

struct raw_section {
	const struct option_section *section;
	char *title; /* NULL when there is none */
	int line;
	struct raw_setting *settings;
	size_t count;
};

struct raw {
	struct raw_section *sections; /* in the order of the file */
	size_t count;
	bool broken; /* a syntax error ended the reading */
};

/* Add a section. The pointer is good until the next one is added. */
struct raw_section *raw_add_section(struct raw *raw,
    const struct option_section *section, struct text title, int line);

/* Add a setting without values. Good until the section's next one. */
struct raw_setting *raw_add_setting(
    struct raw_section *section, const struct option *option, int line);
void raw_add_value(struct raw_setting *setting, const char *text, int line);

/* NULL when the section does not set the option. */
struct raw_setting *raw_find(
    const struct raw_section *section, const struct option *option);

void raw_clear(struct raw *raw);

#endif
