/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on further documents: what could not be had with a record is told
 * in one more of the same state, once, and is not told where there is nothing.
 */
#include "config.h"

#include "api_fake.h"
#include "cef_line.h"
#include "conf/sections.h"
#include "oracle_extras.h"
#include "oracle_told.h"
#include "ring.h"

static bool has_them(
    const struct ring *ring, uint32_t message, const struct cef_line *line);
static bool is_for_ever_refused(const struct ring *ring, uint32_t message);

bool
oracle_take_extras(struct ring *ring, unsigned queue, uint32_t message,
    const struct cef_line *line)
{
	bool *is_bare = &ring->oracle.messages[message].is_bare[queue];
	bool has = has_them(ring, message, line);

	if (!cef_line_says(line, "AbnormalEmailUpdate", "enriched")) {
		*is_bare = !has && api_has_extras(ring, message);
		return false;
	}
	if (!*is_bare || !has)
		oracle_violation(ring, message, "further documents %s",
		    has ? "once more" : "without any");
	*is_bare = false;
	return true;
}

void
oracle_take_incomplete(
    struct ring *ring, unsigned queue, const struct cef_line *line)
{
	struct text count = cef_line_get(line, "cn1");
	uint64_t n = 0;

	for (size_t i = 0; i < count.len; i++)
		n = n * 10 + (uint64_t)(count.ptr[i] - '0');
	ring->oracle.incomplete[queue] += n;
	if (n == 0 || ring->script.bare_from_ms == 0)
		oracle_violation(ring, NO_MESSAGE,
		    "%llu are told to be incomplete", (unsigned long long)n);
}

void
oracle_judge_bare(struct ring *ring, unsigned queue)
{
	const struct oracle *oracle = &ring->oracle;
	uint32_t threat = UINT32_MAX;
	uint64_t bare = 0;

	for (uint32_t i = 0; i < oracle->message_count; i++) {
		/* Where page numbers are ignored, it may not be shown again. */
		if (!oracle->messages[i].is_bare[queue] ||
		    ring->script.ignores_pages || is_for_ever_refused(ring, i))
			continue;
		/* A threat is one, and its messages stand together. */
		if (oracle_stream(ring, i) != 0 ||
		    ring->tenant.messages[i].threat != threat)
			bare++;
		if (oracle_stream(ring, i) == 0)
			threat = ring->tenant.messages[i].threat;
		if (bare > oracle->incomplete[queue]) {
			oracle_violation(ring, i,
			    "its further documents never came, and no notice "
			    "tells");
			return;
		}
	}
}

static bool
has_them(const struct ring *ring, uint32_t message, const struct cef_line *line)
{
	unsigned enrich = ring->script.enrich;

	if (oracle_stream(ring, message) == OTHER_CASES + 1)
		return cef_line_says(line, "reason", "Risky Location");
	return ((enrich & ENRICH_ATTACHMENTS) == 0 ||
	           cef_line_says(line, "AbnormalEmailAttachments", "a.pdf")) &&
	    ((enrich & ENRICH_LINKS) == 0 ||
	        cef_line_says(line, "AbnormalEmailLinkDomains", "x.example"));
}

static bool
is_for_ever_refused(const struct ring *ring, uint32_t message)
{
	const struct script *script = &ring->script;

	return script->denied_status != 0 &&
	    oracle_stream(ring, message) == script->denied_kind + 1 &&
	    script->denied_to_ms == INT64_MAX;
}
