/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters: split into words first, then read the words.
 */
#include "config.h"

#include <string.h>

#include "sim_filter.h"
#include "sim_time.h"

#define WORDS_MAX 7 /* KEY gte T and KEY lte T */
#define TEXT_MAX 256

static int split(char *text, char *words[WORDS_MAX]);
static int read_key(const char *word, const char *const *keys, unsigned *ret);
static int read_bounds(
    char *words[WORDS_MAX], int count, struct sim_filter *ret);

int
sim_filter_parse(const char *text, const char *const *keys,
    struct sim_filter *ret, const char **ret_why)
{
	char *words[WORDS_MAX];
	char copy[TEXT_MAX];
	int count;

	*ret_why = "Invalid filter";
	if (strlen(text) >= sizeof(copy))
		return -1;
	memcpy(copy, text, strlen(text) + 1);
	count = split(copy, words);
	if (count != 3 && count != 5 && count != 7)
		return -1;
	*ret_why = "Unknown filter key";
	if (read_key(words[0], keys, &ret->key) == -1)
		return -1;
	*ret_why = "Invalid filter conjunction";
	if (count == 7 &&
	    (strcmp(words[3], "and") != 0 || strcmp(words[4], words[0]) != 0))
		return -1;
	*ret_why = "Invalid filter operator or bound";
	return read_bounds(words, count, ret);
}

void
sim_filter_cut(struct sim_filter *f)
{
	if (f->from_ms != INT64_MIN)
		f->from_ms -= f->from_ms % 1000;
	if (f->to_ms != INT64_MAX)
		f->to_ms -= f->to_ms % 1000 + 1;
}

bool
sim_filter_has(const struct sim_filter *f, int64_t ms)
{
	return ms >= f->from_ms && ms <= f->to_ms;
}

/* Cut at single blanks. -1 when a word is empty or there are too many. */
static int
split(char *text, char *words[WORDS_MAX])
{
	char *blank;
	int count;

	for (count = 0; count < WORDS_MAX; count++) {
		if (*text == ' ' || *text == '\0')
			return -1;
		words[count] = text;
		blank = strchr(text, ' ');
		if (blank == NULL)
			return count + 1;
		*blank = '\0';
		text = blank + 1;
	}
	return -1;
}

static int
read_key(const char *word, const char *const *keys, unsigned *ret)
{
	unsigned i;

	for (i = 0; keys[i] != NULL; i++) {
		if (!strcmp(word, keys[i])) {
			*ret = i;
			return 0;
		}
	}
	return -1;
}

/* "gte" first where there are two; the second follows at once or after "and". */
static int
read_bounds(char *words[WORDS_MAX], int count, struct sim_filter *ret)
{
	bool from;
	bool to;

	ret->from_ms = INT64_MIN;
	ret->to_ms = INT64_MAX;
	from = !strcmp(words[1], "gte");
	to = !strcmp(words[count - 2], "lte");
	if ((count > 3 && !(from && to)) || (!from && !to))
		return -1;
	if ((from && sim_time_parse(words[2], &ret->from_ms) == -1) ||
	    (to && sim_time_parse(words[count - 1], &ret->to_ms) == -1))
		return -1;
	return 0;
}
