/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getopt_long(3) leaves in optopt a letter that it does not know, the value of
 * a long option that was given an argument and takes none, or 0 for a long one
 * that it does not know.
 */
#include "config.h"

#include <getopt.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/option_fault.h"
#include "base/shown.h"

static bool is_known(const struct option *known, int value);
static bool begins_several(const struct option *known, const char *word);

char *
option_fault(int got, char *const *argv, const struct option *known)
{
	const char letter[] = {'-', (char)optopt, '\0'};
	const char *word = argv[optind - 1], *why = "no such option";
	struct shown seen;

	if (got == ':')
		why = "needs an argument";
	else if (is_known(known, optopt))
		why = "takes no argument";
	else if (optopt != 0)
		word = letter; /* others may stand before and behind it */
	else if (begins_several(known, word + strlen("--")))
		why = "may be more than one option";
	/* What stands behind a long one's = may be a token. */
	seen = shown((struct text){word, strcspn(word, "=")});
	return xasprintf("%.*s%s: %s", seen.len, seen.ptr, seen.dots, why);
}

static bool
is_known(const struct option *known, int value)
{
	for (; known->name != NULL; known++)
		if (known->val == value)
			return true;
	return false;
}

static bool
begins_several(const struct option *known, const char *word)
{
	size_t len = strcspn(word, "=");
	int count = 0;

	for (; known->name != NULL; known++)
		count += strncmp(known->name, word, len) == 0;
	return count > 1;
}
