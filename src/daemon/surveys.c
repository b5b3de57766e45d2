/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A round is a survey of sources, or an inspection of a destination, and the
 * request that waits for it. A client that leaves takes nothing with it: both
 * end by their own limits.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet.h"
#include "daemon/surveys.h"
#include "deliver/inspect.h"
#include "intake/source.h"
#include "intake/survey.h"
#include "io/unix.h"

struct round {
	struct fleet *fleet;
	struct survey *survey;   /* or */
	struct inspect *inspect; /* whose settings are in */
	struct conf *conf;
	struct unix_request *request;
	LIST_ENTRY(round) next;
};

struct surveys {
	struct loop *loop;
	struct http *http;
	struct fleet *fleet;
	LIST_HEAD(, round) rounds;
};

static struct bucket *bucket_of(const char *name, void *arg);
static survey_held_fn held_of;
static void on_line(const char *line, size_t len, void *arg);
static void on_done(bool good, void *arg);
static void round_free(struct round *round);

struct surveys *
surveys_new(struct loop *loop, struct http *http, struct fleet *fleet)
{
	struct surveys *surveys = xcalloc(1, sizeof(*surveys));

	surveys->loop = loop;
	surveys->http = http;
	surveys->fleet = fleet;
	LIST_INIT(&surveys->rounds);
	return surveys;
}

void
surveys_free(struct surveys *surveys)
{
	if (surveys == NULL)
		return;
	surveys_drop(surveys);
	free(surveys);
}

void
surveys_drop(struct surveys *surveys)
{
	while (!LIST_EMPTY(&surveys->rounds)) {
		struct round *round = LIST_FIRST(&surveys->rounds);

		unix_fail(round->request, "failed",
		    "the configuration changed: ask again");
		round_free(round);
	}
}

void
surveys_test(struct surveys *surveys, struct conf *conf, const char *name,
    struct unix_request *request)
{
	struct survey_hooks hooks = {
	    bucket_of, held_of, on_line, on_done, NULL};
	struct survey_found found = {NULL, NULL};
	struct round *round;

	if (name != NULL)
		found = survey_find(conf, name);
	if (name != NULL && found.source == NULL && found.destination == NULL) {
		unix_fail(request, "unknown",
		    "no such source or destination: %s (cefctl names lists "
		    "them)",
		    name);
		return;
	}
	round = xcalloc(1, sizeof(*round));
	round->request = request;
	round->conf = conf_ref(conf);
	LIST_INSERT_HEAD(&surveys->rounds, round, next);
	round->fleet = surveys->fleet;
	hooks.arg = round;
	if (name != NULL && found.source == NULL)
		round->inspect = inspect_start(
		    surveys->loop, found.destination, on_line, on_done, round);
	else
		round->survey = survey_start(
		    surveys->loop, surveys->http, conf, found.source, &hooks);
}

static struct bucket *
bucket_of(const char *name, void *arg)
{
	struct round *round = arg;
	struct source *source = fleet_find_source(round->fleet, name);

	return source != NULL ? source_bucket(source) : NULL;
}

static int64_t
held_of(const char *name, void *arg)
{
	struct round *round = arg;
	struct source *source = fleet_find_source(round->fleet, name);
	struct source_stats stats;

	if (source == NULL)
		return 0;
	source_stats(source, &stats);
	return stats.held_ms;
}

static void
on_line(const char *line, size_t len, void *arg)
{
	struct round *round = arg;

	/* Who is gone is told nothing more. */
	(void)unix_put(round->request, line, len);
	(void)unix_flush(round->request);
}

static void
on_done(bool good, void *arg)
{
	struct round *round = arg;
	bool partly = round->inspect != NULL && inspect_has_way(round->inspect);

	if (good)
		unix_end(round->request);
	else
		unix_fail(round->request, partly ? "partly" : "unwell",
		    "see the lines above");
	round_free(round);
}

static void
round_free(struct round *round)
{
	LIST_REMOVE(round, next);
	survey_free(round->survey);
	inspect_free(round->inspect);
	conf_unref(round->conf);
	free(round);
}
