/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table row a metric. The names of sources and destinations need no
 * escaping: the configuration lets them hold letters, digits, ".", "_" and "-".
 */
#include "config.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/metrics.h"
#include "daemon/stats.h"

struct row {
	const char *name;
	const char *type; /* counter or gauge */
	const char *help;
	size_t offset; /* of a uint64_t, or int64_t of milliseconds */
	bool is_ms;
};

#define SOURCE(field) offsetof(struct stats_source, field)
#define DESTINATION(field) offsetof(struct stats_destination, field)

static const struct row source_rows[] = {
    {"cefd_source_fetched", "counter", "Threats fetched.", SOURCE(sum.fetched),
        false},
    {"cefd_source_records", "counter", "New records.", SOURCE(sum.records),
        false},
    {"cefd_source_updates", "counter",
        "Records that tell a change of one sent before.", SOURCE(sum.updates),
        false},
    {"cefd_source_requests", "counter", "Requests to the API.",
        SOURCE(requests), false},
    {"cefd_source_given_up", "counter", "Threats given up after days.",
        SOURCE(sum.given_up), false},
    {"cefd_source_shortfalls", "counter",
        "Threats with fewer messages than they claim.", SOURCE(shortfalls),
        false},
    {"cefd_source_token_expiry_timestamp_seconds", "gauge",
        "End of the API token.", SOURCE(token_expires_ms), true},
    {"cefd_source_clock_skew_seconds", "gauge",
        "This machine's clock less the API's.", SOURCE(skew_ms), true},
    {"cefd_source_pending_retries", "gauge", "Threats to be fetched again.",
        SOURCE(sum.pending_retries), false},
    {"cefd_source_behind_seconds", "gauge",
        "How far the newest window ends before now.", SOURCE(sum.behind_ms),
        true},
    {"cefd_source_last_success_timestamp_seconds", "gauge",
        "End of the last successful poll.", SOURCE(sum.last_success_ms), true},
};

static const struct row destination_rows[] = {
    {"cefd_destination_queued", "gauge", "Records that wait.",
        DESTINATION(queued), false},
    {"cefd_destination_confirmed", "counter",
        "Records that the receiver confirmed.", DESTINATION(confirmed), false},
    {"cefd_destination_resent", "counter",
        "Records sent again after a failed session.", DESTINATION(resent),
        false},
    {"cefd_destination_oldest_queued_timestamp_seconds", "gauge",
        "When the oldest waiting record was stored.",
        DESTINATION(oldest_queued_ms), true},
    {"cefd_destination_certificate_expiry_timestamp_seconds", "gauge",
        "End of the receiver's certificate.",
        DESTINATION(certificate_expires_ms), true},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put_head(struct buf *out, const struct row *row);
static void put_value(struct buf *out, const struct row *row, const char *label,
    const char *name, const void *values);
static void put_gauge(
    struct buf *out, const char *name, const char *help, uint64_t value);

void
metrics_put(struct buf *out, const struct stats *stats)
{
	put_gauge(out, "cefd_spool_bytes", "Disk in use by the spool.",
	    stats->spool_bytes);
	put_gauge(out, "cefd_spool_quota_bytes", "Disk the spool may use.",
	    stats->spool_quota);
	put_gauge(out, "cefd_spool_full", "1 while polling waits for room.",
	    stats->spool_full);
	put_gauge(out, "cefd_loop_longest_turn_microseconds",
	    "What anything has had to wait for the rest, at most.",
	    (uint64_t)stats->longest_turn_us);
	for (size_t r = 0; r < COUNT(source_rows); r++) {
		put_head(out, &source_rows[r]);
		for (size_t i = 0; i < stats->source_count; i++)
			put_value(out, &source_rows[r], "source",
			    stats->sources[i].sum.name, &stats->sources[i]);
	}
	for (size_t r = 0; r < COUNT(destination_rows); r++) {
		put_head(out, &destination_rows[r]);
		for (size_t i = 0; i < stats->destination_count; i++)
			put_value(out, &destination_rows[r], "destination",
			    stats->destinations[i].name,
			    &stats->destinations[i]);
	}
	(void)buf_puts(out, "# EOF\n");
}

static void
put_head(struct buf *out, const struct row *row)
{
	(void)buf_printf(out, "# TYPE %s %s\n", row->name, row->type);
	if (row->is_ms)
		(void)buf_printf(out, "# UNIT %s seconds\n", row->name);
	(void)buf_printf(out, "# HELP %s %s\n", row->name, row->help);
}

static void
put_value(struct buf *out, const struct row *row, const char *label,
    const char *name, const void *values)
{
	const char *at = (const char *)values + row->offset;
	uint64_t number;
	int64_t ms;

	(void)buf_printf(out, "%s%s{%s=\"%s\"} ", row->name,
	    strcmp(row->type, "counter") == 0 ? "_total" : "", label, name);
	if (row->is_ms) {
		memcpy(&ms, at, sizeof(ms));
		(void)buf_printf(out, "%.3f\n", (double)ms / 1000);
	} else {
		memcpy(&number, at, sizeof(number));
		(void)buf_printf(out, "%" PRIu64 "\n", number);
	}
}

static void
put_gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	(void)buf_printf(out, "# TYPE %s gauge\n# HELP %s %s\n%s %" PRIu64 "\n",
	    name, name, help, name, value);
}
