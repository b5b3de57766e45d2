/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "daemon/healthz.h"
#include "daemon/silence.h"
#include "daemon/stats.h"

static void troubles(struct buf *body, const struct stats *stats);

int
healthz_put(struct buf *body, const struct stats *stats)
{
	const char *why = NULL;

	if (stats->stopping)
		why = "stopping";
	else if (stats->spool_failure != NULL)
		why = "the spool cannot be written";
	else if (stats->spool_full)
		why = "the spool is full: polling waits for room";
	(void)buf_printf(body, "%s\n", why != NULL ? why : "ok");
	troubles(body, stats);
	return why != NULL ? 503 : 200;
}

static void
troubles(struct buf *body, const struct stats *stats)
{
	for (size_t i = 0; i < stats->source_count; i++) {
		const struct stats_source *source = &stats->sources[i];
		const struct stats_stream *s = &source->sum;

		if (strcmp(s->state, "ok") != 0 &&
		    strcmp(s->state, "polling") != 0)
			(void)buf_printf(
			    body, "source %s is %s\n", s->name, s->state);
		else if (silence_is_trouble(
		             source->silence_ms, source->poll_interval_ms))
			(void)buf_printf(body,
			    "source %s: no poll of a stream has succeeded for "
			    "%lld min\n",
			    s->name, (long long)source->silence_ms / 60000);
		else if (failing_is_trouble(s->failing_ms))
			(void)buf_printf(body,
			    "source %s: some cannot be fetched\n", s->name);
	}
	for (size_t i = 0; i < stats->destination_count; i++) {
		const struct stats_destination *d = &stats->destinations[i];

		if (strcmp(d->state, "backing-off") == 0 ||
		    strcmp(d->state, "paused") == 0)
			(void)buf_printf(
			    body, "destination %s is %s\n", d->name, d->state);
	}
}
