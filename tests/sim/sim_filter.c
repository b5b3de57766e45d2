/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters: split into words first, then read the words.
 */
#include "config.h"

#include <string.h>

#include "sim_filter.h"
#include "sim_store.h"
#include "sim_time.h"

#define WORDS_MAX 7 /* KEY gte T and KEY lte T */
#define TEXT_MAX 256

static int split(char *text, char *words[WORDS_MAX]);
static int read_key(const char *word, enum sim_filter_key *ret);
static int read_bounds(
    char *words[WORDS_MAX], int count, struct sim_filter *ret);
static int read_bound(const char *word, int64_t *ret_ms);

int
sim_filter_parse(const char *text, struct sim_filter *ret, const char **ret_why)
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
	if (read_key(words[0], &ret->key) == -1)
		return -1;
	*ret_why = "Invalid filter conjunction";
	if (count == 7 &&
	    (strcmp(words[3], "and") != 0 || strcmp(words[4], words[0]) != 0))
		return -1;
	*ret_why = "Invalid filter operator or bound";
	return read_bounds(words, count, ret);
}

bool
sim_filter_takes(const struct sim_filter *f, const struct sim_threat *t)
{
	int64_t ms;
	uint32_t i;

	switch (f->key) {
	case SIM_FILTER_REMEDIATED:
		ms = t->remediated_last_ms;
		return ms != SIM_NEVER && ms >= f->from_ms && ms < f->to_ms;
	case SIM_FILTER_RECEIVED:
		break;
	}
	if (t->received_last_ms < f->from_ms)
		return false;
	for (i = 0; i < t->nmessages; i++) {
		ms = t->messages[i].received_ms;
		if (ms >= f->from_ms && ms < f->to_ms)
			return true;
	}
	return false;
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
read_key(const char *word, enum sim_filter_key *ret)
{
	if (!strcmp(word, "receivedTime"))
		*ret = SIM_FILTER_RECEIVED;
	else if (!strcmp(word, "latestTimeRemediated"))
		*ret = SIM_FILTER_REMEDIATED;
	else
		return -1;
	return 0;
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
	if ((from && read_bound(words[2], &ret->from_ms) == -1) ||
	    (to && read_bound(words[count - 1], &ret->to_ms) == -1))
		return -1;
	return 0;
}

static int
read_bound(const char *word, int64_t *ret_ms)
{
	int64_t ms;

	if (sim_time_parse(word, &ms) == -1)
		return -1;
	*ret_ms = ms - ms % 1000;
	return 0;
}
