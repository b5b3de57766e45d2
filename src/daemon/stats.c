/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status as JSON. The names are a contract with those who script against it.
 */
#include "config.h"

#include "base/buf.h"
#include "base/json_put.h"
#include "base/rfc3339.h"
#include "daemon/stats.h"

static void put_spool(struct json_put *j, const struct stats *stats);
static void put_source(struct json_put *j, const struct stats_source *s);
static void put_replay(struct json_put *j, const struct stats_source *s);
static void put_stream(struct json_put *j, const struct stats_stream *s);
static void put_destination(
    struct json_put *j, const struct stats_destination *d, int64_t now_ms);
static void put_warnings(
    struct json_put *j, const struct stats_destination *d, int64_t now_ms);
static void put_progress(struct json_put *j, const struct progress_view *p);
static void put_time(struct json_put *j, const char *name, int64_t ms);
static void put_known(struct json_put *j, const char *name, const char *value);

void
stats_json(struct buf *out, const struct stats *stats)
{
	struct json_put j;

	json_put_init(&j, out);
	json_put_open(&j, NULL, '{');
	json_put_string(&j, "version", stats->version);
	json_put_milli(&j, "uptime", stats->uptime_ms);
	put_spool(&j, stats);
	json_put_open(&j, "listener", '{');
	json_put_bool(&j, "listens", stats->listener_failure == NULL);
	put_known(&j, "trouble", stats->listener_failure);
	json_put_close(&j, '}');
	json_put_open(&j, "loop", '{');
	json_put_milli(&j, "longest_turn_ms", stats->longest_turn_us);
	json_put_close(&j, '}');
	json_put_open(&j, "sources", '[');
	for (size_t i = 0; i < stats->source_count; i++)
		put_source(&j, &stats->sources[i]);
	json_put_close(&j, ']');
	json_put_open(&j, "destinations", '[');
	for (size_t i = 0; i < stats->destination_count; i++)
		put_destination(&j, &stats->destinations[i], stats->now_ms);
	json_put_close(&j, ']');
	json_put_close(&j, '}');
	(void)buf_putc(out, '\n');
}

static void
put_spool(struct json_put *j, const struct stats *stats)
{
	json_put_open(j, "spool", '{');
	json_put_uint(j, "bytes", stats->spool_bytes);
	json_put_uint(j, "quota", stats->spool_quota);
	json_put_uint(j, "damaged", stats->spool_damaged);
	json_put_uint(j, "abandoned", stats->spool_abandoned);
	json_put_bool(j, "gone", stats->spool_gone);
	json_put_bool(j, "full", stats->spool_full);
	json_put_bool(j, "failed", stats->spool_failure != NULL);
	put_known(j, "failure", stats->spool_failure);
	json_put_close(j, '}');
}

static void
put_source(struct json_put *j, const struct stats_source *s)
{
	json_put_open(j, NULL, '{');
	put_stream(j, &s->sum);
	put_time(j, "last_poll", s->last_poll_ms);
	json_put_uint(j, "requests", s->requests);
	put_time(j, "token_expires", s->token_expires_ms);
	json_put_uint(j, "shortfalls", s->shortfalls);
	json_put_milli(j, "clock_skew_seconds", s->skew_ms);
	put_replay(j, s);
	put_progress(j, &s->backfill);
	json_put_open(j, "streams", '[');
	for (size_t i = 0; i < s->stream_count; i++) {
		json_put_open(j, NULL, '{');
		put_stream(j, &s->streams[i]);
		json_put_close(j, '}');
	}
	json_put_close(j, ']');
	json_put_close(j, '}');
}

static void
put_replay(struct json_put *j, const struct stats_source *s)
{
	if (s->replay_until_ms == 0) {
		json_put_string(j, "replay", NULL);
		return;
	}
	json_put_open(j, "replay", '{');
	put_time(j, "since", s->replay_since_ms);
	put_time(j, "until", s->replay_until_ms);
	/* Not "records": who looks for those of the source finds them. */
	json_put_uint(j, "sent_again", s->replay_records);
	put_known(j, "trouble", s->replay_trouble);
	json_put_close(j, '}');
}

static void
put_stream(struct json_put *j, const struct stats_stream *s)
{
	json_put_string(j, "name", s->name);
	json_put_string(j, "state", s->state);
	put_time(j, "last_success", s->last_success_ms);
	put_time(j, "next_poll", s->next_poll_ms);
	json_put_uint(j, "fetched", s->fetched);
	json_put_uint(j, "records", s->records);
	json_put_uint(j, "updates", s->updates);
	json_put_int(j, "behind_seconds", s->behind_ms / 1000);
	json_put_uint(j, "pending_retries", s->pending_retries);
	json_put_int(j, "oldest_retry_seconds", s->failing_ms / 1000);
	json_put_uint(j, "given_up", s->given_up);
	put_known(j, "last_error", stats_last_error(s));
}

static void
put_destination(
    struct json_put *j, const struct stats_destination *d, int64_t now_ms)
{
	json_put_open(j, NULL, '{');
	json_put_string(j, "name", d->name);
	json_put_string(j, "state", d->state);
	put_known(j, "server", d->server);
	json_put_uint(j, "queued", d->queued);
	json_put_uint(j, "confirmed", d->confirmed);
	json_put_uint(j, "resent", d->resent);
	json_put_uint(j, "set_aside", d->set_aside);
	json_put_string(j, "confirm_level",
	    d->confirm_level != NULL && d->confirm_level[0] != '\0'
	        ? d->confirm_level
	        : "none");
	put_time(j, "oldest_queued", d->oldest_queued_ms);
	put_time(j, "last_confirmed", d->last_confirmed_ms);
	put_known(j, "last_error", d->last_error);
	put_time(j, "certificate_expires", d->certificate_expires_ms);
	put_time(
	    j, "client_certificate_expires", d->client_certificate_expires_ms);
	put_time(j, "crl_expires", d->crl_expires_ms);
	put_warnings(j, d, now_ms);
	put_progress(j, &d->drain);
	json_put_close(j, '}');
}

static void
put_warnings(
    struct json_put *j, const struct stats_destination *d, int64_t now_ms)
{
	char text[STATS_WARNING_MAX];

	json_put_open(j, "warnings", '[');
	for (size_t i = 0; stats_warning(d, now_ms, i, text); i++)
		json_put_string(j, NULL, text);
	json_put_close(j, ']');
}

/* null unless something is under way. */
static void
put_progress(struct json_put *j, const struct progress_view *p)
{
	if (p->left == 0) {
		json_put_string(j, "progress", NULL);
		return;
	}
	json_put_open(j, "progress", '{');
	json_put_uint(j, "left", p->left);
	json_put_milli(j, "done", (int64_t)p->thousandths);
	json_put_milli(j, "per_second", p->per_second_milli);
	if (p->ends_in_ms != 0)
		json_put_milli(j, "ends_in_seconds", p->ends_in_ms);
	else
		json_put_string(j, "ends_in_seconds", NULL);
	json_put_close(j, '}');
}

static void
put_time(struct json_put *j, const char *name, int64_t ms)
{
	char text[RFC3339_MS_LEN + 1];

	rfc3339_ms(text, ms);
	json_put_string(j, name, ms != 0 ? text : NULL);
}

static void
put_known(struct json_put *j, const char *name, const char *value)
{
	json_put_string(
	    j, name, value != NULL && value[0] != '\0' ? value : NULL);
}
