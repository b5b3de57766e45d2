/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The distance of Levenshtein, a row of its table at a time.
 */
#include "config.h"

#include "conf/nearest.h"
#include "conf/options.h"

#define NAME_MAX_BYTES 64
#define NEAR 2

static size_t distance(struct text a, struct text b);

const char *
nearest_option(const struct option_section *section, struct text name)
{
	const char *nearest = NULL;
	size_t least = NEAR + 1;

	/* Of three letters nearly all may be wrong. */
	if (name.len <= NEAR + 1)
		return NULL;
	for (const struct option *o = section->options; o->name != NULL; o++) {
		size_t d = distance(name, text_of(o->name));

		if (d < least) {
			least = d;
			nearest = o->name;
		}
	}
	return nearest;
}

static size_t
distance(struct text a, struct text b)
{
	size_t row[NAME_MAX_BYTES + 1];

	if (a.len > NAME_MAX_BYTES || b.len > NAME_MAX_BYTES)
		return NAME_MAX_BYTES;
	for (size_t k = 0; k <= b.len; k++)
		row[k] = k;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= b.len; k++) {
			size_t swap = diagonal + (a.ptr[i - 1] != b.ptr[k - 1]);
			size_t less = row[k] < row[k - 1] ? row[k] : row[k - 1];

			diagonal = row[k];
			row[k] = swap <= less ? swap : less + 1;
		}
	}
	return row[b.len];
}
