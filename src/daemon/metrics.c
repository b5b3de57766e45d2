/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table row a metric. The names of sources and destinations need no
 * escaping: the configuration lets them hold letters, digits, ".", "_" and "-".
 */
#include "config.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/metrics.h"
#include "daemon/stats.h"
#include "deliver/sender.h"
#include "intake/poller_state.h"

enum scope { WHOLE, SOURCE, STREAM, DESTINATION };

enum number {
	UINT,   /* a uint64_t */
	FLAG,   /* a bool */
	SET,    /* a pointer: 1 unless it is NULL */
	MS,     /* an int64_t of ms */
	US,     /* of microseconds */
	MOMENT, /* of ms, mostly since 1970; 0: not known, and left out */
};

struct row {
	const char *name;
	const char *unit; /* at the name's end, or NULL */
	const char *help;
	size_t offset; /* in the struct of its scope */
	enum scope scope;
	enum number number;
	bool is_counter;
};

#define SECONDS "seconds"
#define BYTES "bytes"
#define AT(s, field) .scope = s, .offset = offsetof(struct OF_##s, field)
#define OF_WHOLE stats
#define OF_SOURCE stats_source
#define OF_STREAM stats_stream
#define OF_DESTINATION stats_destination

static const struct row rows[] = {
    {"process_start_time_seconds", SECONDS, "When cefd was started.",
        AT(WHOLE, started_ms), .number = MOMENT},
    {"process_cpu_seconds", SECONDS, "Processor time that cefd has used.",
        AT(WHOLE, cpu_us), .number = US, .is_counter = true},
    {"process_resident_memory_bytes", BYTES,
        "Memory that cefd has in use, the spool's cached pages included.",
        AT(WHOLE, resident_bytes)},
    {"cefd_loop_longest_turn_seconds", SECONDS,
        "What anything has had to wait for the rest, at most.",
        AT(WHOLE, longest_turn_us), .number = US},
    {"cefd_spool_bytes", BYTES, "Disk in use by the spool.",
        AT(WHOLE, spool_bytes)},
    {"cefd_spool_quota_bytes", BYTES, "Disk the spool may use.",
        AT(WHOLE, spool_quota)},
    {"cefd_spool_full", NULL, "1 while polling waits for room.",
        AT(WHOLE, spool_full), .number = FLAG},
    {"cefd_spool_gone", NULL,
        "1 while the spool's file is not in its folder any more.",
        AT(WHOLE, spool_gone), .number = FLAG},
    {"cefd_spool_failed", NULL, "1 while the spool cannot be written.",
        AT(WHOLE, spool_failure), .number = SET},
    {"cefd_spool_damaged", NULL,
        "Rows of the spool's small tables, and indexes of blocks, found "
        "damaged.",
        AT(WHOLE, spool_damaged), .is_counter = true},
    {"cefd_spool_abandoned", NULL,
        "Records that wait for a destination that is not configured.",
        AT(WHOLE, spool_abandoned)},
    {"cefd_source_fetched", NULL, "Threats and other documents fetched.",
        AT(SOURCE, sum.fetched), .is_counter = true},
    {"cefd_source_records", NULL, "Records committed.", AT(SOURCE, sum.records),
        .is_counter = true},
    {"cefd_source_updates", NULL,
        "Records that tell a change of one sent before.",
        AT(SOURCE, sum.updates), .is_counter = true},
    {"cefd_source_requests", NULL, "Requests to the API.", AT(SOURCE, requests),
        .is_counter = true},
    {"cefd_source_given_up", NULL,
        "Documents and spans of time given up after days, and broken records.",
        AT(SOURCE, sum.given_up), .is_counter = true},
    {"cefd_source_shortfalls", NULL,
        "Looks at threats that did not show all, by what they claim.",
        AT(SOURCE, shortfalls), .is_counter = true},
    {"cefd_source_pending_retries", NULL,
        "Documents and spans of time to be fetched again.",
        AT(SOURCE, sum.pending_retries)},
    {"cefd_source_oldest_retry_seconds", SECONDS,
        "For how long what fails the longest has failed; 0: nothing does.",
        AT(SOURCE, sum.failing_ms), .number = MS},
    {"cefd_source_behind_seconds", SECONDS,
        "How far the newest window ends before now.", AT(SOURCE, sum.behind_ms),
        .number = MS},
    {"cefd_source_last_success_timestamp_seconds", SECONDS,
        "End of the last successful poll.", AT(SOURCE, sum.last_success_ms),
        .number = MOMENT},
    {"cefd_source_silence_seconds", SECONDS,
        "The longest of its streams' times without a successful poll or a "
        "document.",
        AT(SOURCE, silence_ms), .number = MS},
    {"cefd_source_poll_interval_seconds", SECONDS,
        "From the start of one poll to the start of the next.",
        AT(SOURCE, poll_interval_ms), .number = MS},
    {"cefd_source_token_expiry_timestamp_seconds", SECONDS,
        "End of the API token.", AT(SOURCE, token_expires_ms),
        .number = MOMENT},
    {"cefd_source_clock_skew_seconds", SECONDS,
        "This machine's clock less the API's.", AT(SOURCE, skew_ms),
        .number = MS},
    {"cefd_source_backfill_seconds", SECONDS,
        "Span of the past that a backfill still has to fetch.",
        AT(SOURCE, backfill.left)},
    {"cefd_source_backfill_end_seconds", SECONDS,
        "Estimated time until the backfill is done.",
        AT(SOURCE, backfill.ends_in_ms), .number = MOMENT},
    {"cefd_stream_fetched", NULL, "Documents of the stream fetched.",
        AT(STREAM, fetched), .is_counter = true},
    {"cefd_stream_records", NULL, "Records of the stream committed.",
        AT(STREAM, records), .is_counter = true},
    {"cefd_stream_updates", NULL,
        "Records of the stream that tell a change of one sent before.",
        AT(STREAM, updates), .is_counter = true},
    {"cefd_stream_given_up", NULL,
        "Documents of the stream given up after days of trying.",
        AT(STREAM, given_up), .is_counter = true},
    {"cefd_stream_pending_retries", NULL,
        "Documents and spans of time of the stream to be fetched again.",
        AT(STREAM, pending_retries)},
    {"cefd_stream_oldest_retry_seconds", SECONDS,
        "For how long what fails the longest in the stream has failed.",
        AT(STREAM, failing_ms), .number = MS},
    {"cefd_stream_behind_seconds", SECONDS,
        "How far the stream's newest window ends before now.",
        AT(STREAM, behind_ms), .number = MS},
    {"cefd_stream_last_success_timestamp_seconds", SECONDS,
        "End of the stream's last successful poll.",
        AT(STREAM, last_success_ms), .number = MOMENT},
    {"cefd_destination_queued", NULL, "Records that wait.",
        AT(DESTINATION, queued)},
    {"cefd_destination_queued_bytes", BYTES, "Disk that they take.",
        AT(DESTINATION, queued_bytes)},
    {"cefd_destination_oldest_queued_timestamp_seconds", SECONDS,
        "When the oldest waiting record was stored.",
        AT(DESTINATION, oldest_queued_ms), .number = MOMENT},
    {"cefd_destination_drain_end_seconds", SECONDS,
        "Estimated time until a long queue is empty.",
        AT(DESTINATION, drain.ends_in_ms), .number = MOMENT},
    {"cefd_destination_confirmed", NULL, "Records that the receiver confirmed.",
        AT(DESTINATION, confirmed), .is_counter = true},
    {"cefd_destination_last_confirmed_timestamp_seconds", SECONDS,
        "When the receiver last confirmed one.",
        AT(DESTINATION, last_confirmed_ms), .number = MOMENT},
    {"cefd_destination_resent", NULL,
        "Records sent again after a failed session.", AT(DESTINATION, resent),
        .is_counter = true},
    {"cefd_destination_sessions", NULL, "Sessions begun.",
        AT(DESTINATION, sessions), .is_counter = true},
    {"cefd_destination_set_aside", NULL,
        "Records found damaged in the spool, and not sent.",
        AT(DESTINATION, set_aside)},
    {"cefd_destination_certificate_expiry_timestamp_seconds", SECONDS,
        "End of the receiver's certificate.",
        AT(DESTINATION, certificate_expires_ms), .number = MOMENT},
    {"cefd_destination_client_certificate_expiry_timestamp_seconds", SECONDS,
        "End of our certificate.",
        AT(DESTINATION, client_certificate_expires_ms), .number = MOMENT},
    {"cefd_destination_crl_expiry_timestamp_seconds", SECONDS,
        "End of the list of revoked certificates.",
        AT(DESTINATION, crl_expires_ms), .number = MOMENT},
    {"cefd_destination_tls_files_rejected", NULL,
        "1 while changed certificates, keys or lists are of no use.",
        AT(DESTINATION, tls_stale)},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LABELS_MAX 400

/* What a sample is about. */
struct subject {
	char labels[LABELS_MAX]; /* without the brackets; "": none */
	const void *values;      /* the struct of its scope */
	const char *state;
};

static void put_head(struct buf *out, const char *name, const char *type,
    const char *unit, const char *help);
static void put_row(struct buf *out, const struct row *row,
    const struct stats *stats, bool open);
static void put_number(struct buf *out, enum number number, const void *value);
static void put_info(struct buf *out, const struct stats *stats);
static void put_states(struct buf *out, const char *family, enum scope scope,
    const struct stats *stats);
static const char *state_word(enum scope scope, int i);
static bool subject_at(
    const struct stats *stats, enum scope scope, size_t i, struct subject *ret);
static bool stream_at(const struct stats *stats, size_t i, struct subject *ret);

void
metrics_put(struct buf *out, const struct stats *stats, bool open)
{
	put_info(out, stats);
	for (size_t i = 0; i < COUNT(rows); i++)
		put_row(out, &rows[i], stats, open);
	put_states(out, "cefd_source_state", SOURCE, stats);
	put_states(out, "cefd_stream_state", STREAM, stats);
	put_states(out, "cefd_destination_state", DESTINATION, stats);
	(void)buf_puts(out, "# EOF\n");
}

static void
put_head(struct buf *out, const char *name, const char *type, const char *unit,
    const char *help)
{
	(void)buf_printf(out, "# TYPE %s %s\n", name, type);
	if (unit != NULL)
		(void)buf_printf(out, "# UNIT %s %s\n", name, unit);
	(void)buf_printf(out, "# HELP %s %s\n", name, help);
}

/* OpenMetrics announces a counter without the _total of its samples. */
static void
put_row(struct buf *out, const struct row *row, const struct stats *stats,
    bool open)
{
	const char *total = row->is_counter ? "_total" : "";
	struct subject subject;
	char name[128];

	(void)snprintf(
	    name, sizeof(name), "%s%s", row->name, open ? "" : total);
	put_head(out, name, row->is_counter ? "counter" : "gauge",
	    open ? row->unit : NULL, row->help);
	for (size_t i = 0; subject_at(stats, row->scope, i, &subject); i++) {
		const char *at = (const char *)subject.values + row->offset;
		int64_t moment = 0;

		if (row->number == MOMENT) {
			memcpy(&moment, at, sizeof(moment));
			if (moment == 0)
				continue;
		}
		(void)buf_printf(out,
		    subject.labels[0] != '\0' ? "%s%s{%s} " : "%s%s%s ",
		    row->name, total, subject.labels);
		put_number(out, row->number, at);
	}
}

static void
put_number(struct buf *out, enum number number, const void *value)
{
	uint64_t count;
	const void *pointer;
	int64_t span;
	bool flag;

	switch (number) {
	case UINT:
		memcpy(&count, value, sizeof(count));
		(void)buf_printf(out, "%" PRIu64 "\n", count);
		return;
	case FLAG:
		memcpy(&flag, value, sizeof(flag));
		(void)buf_printf(out, "%d\n", flag);
		return;
	case SET:
		memcpy(&pointer, value, sizeof(pointer));
		(void)buf_printf(out, "%d\n", pointer != NULL);
		return;
	case MS:
	case MOMENT:
		memcpy(&span, value, sizeof(span));
		(void)buf_printf(out, "%.3f\n", (double)span / 1000);
		return;
	case US:
		memcpy(&span, value, sizeof(span));
		(void)buf_printf(out, "%.6f\n", (double)span / 1000000);
		return;
	}
}

/* What is no number: 1, with the words as labels. */
static void
put_info(struct buf *out, const struct stats *stats)
{
	put_head(
	    out, "cefd_build_info", "gauge", NULL, "The version that runs.");
	(void)buf_printf(
	    out, "cefd_build_info{version=\"%s\"} 1\n", stats->version);
	put_head(out, "cefd_destination_info", "gauge", NULL,
	    "By what the last session was confirmed.");
	for (size_t i = 0; i < stats->destination_count; i++) {
		const struct stats_destination *d = &stats->destinations[i];
		bool is_known =
		    d->confirm_level != NULL && d->confirm_level[0] != '\0';

		(void)buf_printf(out,
		    "cefd_destination_info{destination=\"%s\","
		    "confirm_level=\"%s\"} 1\n",
		    d->name, is_known ? d->confirm_level : "none");
	}
}

/* Each state that there could be, so that no series comes and goes. */
static void
put_states(struct buf *out, const char *family, enum scope scope,
    const struct stats *stats)
{
	struct subject subject;
	const char *word;

	put_head(out, family, "gauge", NULL, "1 for the state that it is in.");
	for (size_t i = 0; subject_at(stats, scope, i, &subject); i++)
		for (int s = 0; (word = state_word(scope, s)) != NULL; s++)
			(void)buf_printf(out, "%s{%s,state=\"%s\"} %d\n",
			    family, subject.labels, word,
			    strcmp(subject.state, word) == 0);
}

/* NULL behind the last. */
static const char *
state_word(enum scope scope, int i)
{
	if (scope == DESTINATION)
		return i > SENDER_PAUSED
		    ? NULL
		    : sender_state_str((enum sender_state)i);
	return i > POLLER_FAILING ? NULL
	                          : poller_state_str((enum poller_state)i);
}

/* The i-th of its scope; false behind the last. */
static bool
subject_at(
    const struct stats *stats, enum scope scope, size_t i, struct subject *ret)
{
	switch (scope) {
	case WHOLE:
		*ret = (struct subject){.values = stats};
		return i == 0;
	case SOURCE:
		if (i >= stats->source_count)
			return false;
		ret->values = &stats->sources[i];
		ret->state = stats->sources[i].sum.state;
		(void)snprintf(ret->labels, sizeof(ret->labels),
		    "source=\"%s\"", stats->sources[i].sum.name);
		return true;
	case STREAM:
		return stream_at(stats, i, ret);
	case DESTINATION:
		if (i >= stats->destination_count)
			return false;
		ret->values = &stats->destinations[i];
		ret->state = stats->destinations[i].state;
		(void)snprintf(ret->labels, sizeof(ret->labels),
		    "destination=\"%s\"", stats->destinations[i].name);
		return true;
	}
	return false;
}

static bool
stream_at(const struct stats *stats, size_t i, struct subject *ret)
{
	for (size_t k = 0; k < stats->source_count; k++) {
		const struct stats_source *source = &stats->sources[k];

		if (i < source->stream_count) {
			ret->values = &source->streams[i];
			ret->state = source->streams[i].state;
			(void)snprintf(ret->labels, sizeof(ret->labels),
			    "source=\"%s\",stream=\"%s\"", source->sum.name,
			    source->streams[i].name);
			return true;
		}
		i -= source->stream_count;
	}
	return false;
}
