/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an error message shows of what somebody wrote. It may be a token that was
 * put in the wrong place, and messages go to the log and to other people: tokens
 * are long, so what is longer than any name of ours is shown by its beginning.
 */
#ifndef CEFD_BASE_SHOWN_H
#define CEFD_BASE_SHOWN_H

#include <stdbool.h>

#include "base/text.h"

/* For "%.*s%s". */
struct shown {
	int len;
	const char *ptr;  /* of the text */
	const char *dots; /* that something is left out, or "" */
};

struct shown shown(struct text text);

/* The same for each word of a sentence. To be freed. */
char *shown_in(const char *sentence);

/* Whether a part of a path is so long that it may be no name of a file. What has
 * a dot in it may be one. */
bool shown_hides_path(const char *path);

#endif
