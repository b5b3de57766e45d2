/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on what the API does not keep: nobody can have it, and a notice
 * says what is missing, and not much more.
 */
#include "config.h"

#include "cef_line.h"
#include "oracle_parts.h"
#include "ring.h"

#define SLACK_MS HOUR_MS
/* For the search after an outage; and looking back finds the edge anew each
 * day, since it moves. */
#define REFUSALS_MAX (80 + 2 * 60)
/* Time goes on while it is found out. */
#define NOTICES_MAX 5

static int64_t time_at(const struct cef_line *line, const char *key);
static bool is_told(const struct ring *ring, unsigned queue, int64_t time_ms);

bool
oracle_is_lost(const struct ring *ring, int64_t set_ms, int64_t stamp_ms)
{
	return ring->script.retention_ms != 0 &&
	    set_ms > ring->script.lost_from_ms &&
	    stamp_ms < ring->script.lost_before_ms;
}

void
oracle_take_gap(struct ring *ring, unsigned queue, const struct cef_line *line)
{
	struct oracle *oracle = &ring->oracle;
	struct gap gap = {.from_ms = time_at(line, "start"),
	    .to_ms = time_at(line, "end"),
	    .told_ms = time_at(line, "rt")};

	if (ring->script.retention_ms == 0 ||
	    gap.to_ms > gap.told_ms - ring->script.retention_ms + SLACK_MS)
		oracle_violation(ring, NO_MESSAGE,
		    "a notice of a gap up to %lld min ago",
		    (long long)((gap.told_ms - gap.to_ms) / MINUTE_MS));
	if (!cef_line_says(line, "cs1", "threats"))
		return;
	if (oracle->gap_counts[queue] == GAPS_MAX)
		oracle_violation(ring, NO_MESSAGE, "too many notices of a gap");
	else
		oracle->gaps[queue][oracle->gap_counts[queue]++] = gap;
}

void
oracle_judge_gaps(struct ring *ring, unsigned queue)
{
	const struct script *script = &ring->script;
	const struct oracle *oracle = &ring->oracle;
	int64_t from_ms = script->resume_ms == script->start_ms
	    ? oracle_origin_ms(ring)
	    : script->lost_from_ms + LOST_MARGIN_MS;

	if (script->retention_ms == 0)
		return;
	if (oracle->gap_counts[queue] == 0 ||
	    oracle->gap_counts[queue] > NOTICES_MAX)
		oracle_violation(ring, NO_MESSAGE, "%u notices of a gap",
		    oracle->gap_counts[queue]);
	if (oracle->too_old > REFUSALS_MAX)
		oracle_violation(ring, NO_MESSAGE,
		    "%u windows refused to find where the data begin",
		    oracle->too_old);
	for (uint32_t i = 0; i < ring->tenant.message_count; i++) {
		int64_t time_ms = ring->tenant.messages[i].received_ms;

		if (oracle->messages[i].count == 0 && time_ms > from_ms &&
		    time_ms < script->lost_before_ms - HOUR_MS &&
		    !is_told(ring, queue, time_ms))
			oracle_violation(
			    ring, i, "it is lost, and no notice tells");
	}
}

static int64_t
time_at(const struct cef_line *line, const char *key)
{
	struct text value = cef_line_get(line, key);
	int64_t ms = 0;

	for (size_t i = 0; i < value.len; i++)
		ms = ms * 10 + (value.ptr[i] - '0');
	return ms;
}

static bool
is_told(const struct ring *ring, unsigned queue, int64_t time_ms)
{
	const struct oracle *oracle = &ring->oracle;

	for (unsigned i = 0; i < oracle->gap_counts[queue]; i++)
		if (time_ms >= oracle->gaps[queue][i].from_ms &&
		    time_ms < oracle->gaps[queue][i].to_ms)
			return true;
	return false;
}
