/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle. A journal says what was handed to a commit and which commits were
 * called good; the receiver's file says what came.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "torture.h"

struct account {
	struct lines handed;
	size_t open; /* handed, and no word about their commit yet */
	struct lines committed;
	const char *wrong;
};

static void read_journal(const char *line, size_t len, void *arg);
static const char *after_word(const char *line, size_t len, const char *word);
static void close_commit(
    struct account *a, const char *number, size_t len, bool good);
static size_t place_of(const struct lines *lines, const char *record);
static const char *check_came(
    const struct account *a, const struct lines *came);
static const char *check_order(
    const struct account *a, const struct lines *came);

const char *
verdict(const struct ring *ring, const struct job *job)
{
	const struct lines *wanted =
	    &ring->wanted[transport_of(job->plan->transport)];
	struct account a = {.wrong = NULL};
	struct tap tap = {.at = 0};
	size_t i;

	(void)snprintf(tap.path, sizeof(tap.path), "%s/journal", job->folder);
	tap_read(&tap, read_journal, &a);
	if (a.wrong == NULL)
		a.wrong = check_came(&a, &job->came);
	if (a.wrong == NULL)
		a.wrong = check_order(&a, &job->came);
	for (i = 0; a.wrong == NULL && i < job->came.count; i++) {
		char *line = line_without(job->came.at[i], job->host);

		if (wanted->count != 0 &&
		    strstr(line, "forwarder-status") == NULL &&
		    !lines_have(wanted, line))
			a.wrong = "a record came in other octets";
		free(line);
	}
	if (a.wrong == NULL && a.committed.count == 0)
		a.wrong = "the journal knows of no commit";
	lines_clear(&a.handed);
	lines_clear(&a.committed);
	return a.wrong;
}

static void
read_journal(const char *line, size_t len, void *arg)
{
	struct account *a = arg;
	const char *rest;

	rest = after_word(line, len, "handed ");
	if (rest != NULL) {
		lines_put(&a->handed, rest, len - (size_t)(rest - line));
		if (lines_have(
		        &a->committed, a->handed.at[a->handed.count - 1]))
			a->wrong = "a record was committed, and then again";
		a->open++;
		return;
	}
	rest = after_word(line, len, "committed ");
	if (rest != NULL)
		close_commit(a, rest, len - (size_t)(rest - line), true);
	rest = after_word(line, len, "refused ");
	if (rest != NULL)
		close_commit(a, rest, len - (size_t)(rest - line), false);
}

static const char *
after_word(const char *line, size_t len, const char *word)
{
	size_t size = strlen(word);

	return len > size && memcmp(line, word, size) == 0 ? line + size : NULL;
}

static void
close_commit(struct account *a, const char *number, size_t len, bool good)
{
	char text[32] = "";
	size_t count, i;

	if (len < sizeof(text))
		memcpy(text, number, len);
	count = strtoul(text, NULL, 10);
	if (count > a->open || count == 0) {
		a->wrong = "the journal makes no sense";
		return;
	}
	for (i = a->handed.count - count; good && i < a->handed.count; i++)
		lines_put(
		    &a->committed, a->handed.at[i], strlen(a->handed.at[i]));
	a->open = 0;
}

/* Of the handing that counts: one whose commit failed was done over. */
static size_t
place_of(const struct lines *lines, const char *record)
{
	size_t i;

	for (i = lines->count; i > 0; i--)
		if (!strcmp(lines->at[i - 1], record))
			return i;
	return 0;
}

static const char *
check_came(const struct account *a, const struct lines *came)
{
	size_t i;

	for (i = 0; i < a->committed.count; i++)
		if (!lines_have(came, a->committed.at[i]))
			return "a record was committed and has not come";
	for (i = 0; i < came->count; i++)
		if (!lines_have(&a->handed, came->at[i]))
			return "a record came that was never committed";
	return NULL;
}

/*
 * In the order of the commits, without a gap; what comes again is no more than
 * a session, and begins where a session began.
 */
static const char *
check_order(const struct account *a, const struct lines *came)
{
	size_t *rank = xcalloc(a->handed.count + 1, sizeof(*rank));
	const char *wrong = NULL;
	size_t ranks = 0, expected = 1, i;

	for (i = 0; i < a->handed.count; i++)
		if (place_of(&a->handed, a->handed.at[i]) == i + 1)
			rank[i + 1] = ++ranks;
	for (i = 0; wrong == NULL && i < came->count; i++) {
		size_t at = rank[place_of(&a->handed, came->at[i])];

		if (at > expected)
			wrong = "a record came before one that was committed "
			        "before it";
		else if (at + SESSION_RECORDS < expected)
			wrong = "more than a session came again";
		expected = at + 1;
	}
	free(rank);
	return wrong;
}
