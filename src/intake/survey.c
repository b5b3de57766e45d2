/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One probe after the other, begun from a timer.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bucket.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "conf/named.h"
#include "intake/survey.h"
#include "io/loop.h"
#include "io/timer.h"

struct survey {
	struct probe_world world;
	struct conf *conf;
	size_t next; /* source */
	size_t end;
	bool alone; /* one that was named */
	bool good;
	struct bucket own_bucket; /* where no poller has one */
	struct timer *timer;
	struct probe *probe;
	struct survey_hooks hooks;
};

static void next_source(void *arg);
static struct bucket *bucket_now(void *arg);
static bool is_held(struct survey *survey, const struct conf_source *source);
static bool passes_over(
    struct survey *survey, const struct conf_source *source);
static void on_line(const char *line, size_t len, void *arg);
static void on_done(bool good, void *arg);

struct survey_found
survey_find(const struct conf *conf, const char *name)
{
	struct survey_found found = {NULL, NULL};
	const char *source = named_source(name);
	const char *destination = named_destination(name);

	for (size_t i = 0; source != NULL && i < conf->source_count; i++)
		if (strcmp(conf->sources[i].name, source) == 0)
			found.source = &conf->sources[i];
	for (size_t i = 0; destination != NULL && i < conf->destination_count;
	     i++)
		if (strcmp(conf->destinations[i].name, destination) == 0)
			found.destination = &conf->destinations[i];
	return found;
}

struct survey *
survey_start(struct loop *loop, struct http *http, struct conf *conf,
    const struct conf_source *only, const struct survey_hooks *hooks)
{
	struct survey *survey = xcalloc(1, sizeof(*survey));

	survey->world = (struct probe_world){loop, http, bucket_now, survey};
	survey->conf = conf_ref(conf);
	survey->end = conf->source_count;
	survey->alone = only != NULL;
	survey->good = true;
	survey->hooks = *hooks;
	if (only != NULL) {
		survey->next = (size_t)(only - conf->sources);
		survey->end = survey->next + 1;
	}
	survey->timer = timer_new(loop, next_source, survey);
	timer_set(survey->timer, 0);
	return survey;
}

void
survey_free(struct survey *survey)
{
	if (survey == NULL)
		return;
	probe_free(survey->probe);
	timer_free(survey->timer);
	conf_unref(survey->conf);
	free(survey);
}

static void
next_source(void *arg)
{
	struct survey *survey = arg;
	const struct conf_source *source;

	while (survey->next < survey->end) {
		source = &survey->conf->sources[survey->next++];
		if (passes_over(survey, source))
			continue;
		bucket_init(&survey->own_bucket, source->requests_per_minute,
		    loop_now_ms(survey->world.loop));
		survey->probe = probe_start(
		    &survey->world, source, on_line, on_done, survey);
		return;
	}
	survey->hooks.done(survey->good, survey->hooks.arg);
}

static struct bucket *
bucket_now(void *arg)
{
	struct survey *survey = arg;
	const char *name = survey->conf->sources[survey->next - 1].name;
	struct bucket *bucket = NULL;

	if (survey->hooks.bucket != NULL)
		bucket = survey->hooks.bucket(name, survey->hooks.arg);
	return bucket != NULL ? bucket : &survey->own_bucket;
}

static bool
passes_over(struct survey *survey, const struct conf_source *source)
{
	char *line;

	if (is_held(survey, source)) {
		survey->good = false; /* nobody knows */
		return true;
	}
	if (survey->alone || source->enabled)
		return false;
	line = xasprintf("%s: disabled, not tested\n", source->name);
	survey->hooks.line(line, strlen(line), survey->hooks.arg);
	free(line);
	return true;
}

static bool
is_held(struct survey *survey, const struct conf_source *source)
{
	char until[RFC3339_SEC_LEN + 1], *line;
	int64_t held_ms = 0;

	if (survey->hooks.held != NULL)
		held_ms = survey->hooks.held(source->name, survey->hooks.arg);
	if (held_ms <= 0)
		return false;
	rfc3339_sec(until, loop_wall_ms(survey->world.loop) + held_ms);
	line = xasprintf("%s: warning: the API asked us to wait until %s "
	                 "(HTTP 429, Retry-After): try again then\n",
	    source->name, until);
	survey->hooks.line(line, strlen(line), survey->hooks.arg);
	free(line);
	return true;
}

static void
on_line(const char *line, size_t len, void *arg)
{
	struct survey *survey = arg;

	survey->hooks.line(line, len, survey->hooks.arg);
}

static void
on_done(bool good, void *arg)
{
	struct survey *survey = arg;

	probe_free(survey->probe);
	survey->probe = NULL;
	survey->good = survey->good && good;
	timer_set(survey->timer, 0);
}
