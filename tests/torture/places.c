/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From where a life asks for memory, as the journal of one without a fault has
 * it. Each place is to fail when it asks first and, where it asks again, about
 * when it asks last; one that was met over an earlier transport is done.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "torture.h"

/* Lives differ by a few hundredths of their calls; this is a tenth. */
#define DRIFT 10

static struct lines known; /* over all transports */

static void put(struct plan *plan, const char *id, unsigned long from);

void
places_learn(struct plan *plan, const char *line, size_t len)
{
	char text[128] = "", id[20];
	unsigned long first, last;
	char *end;

	if (len < 24 || len >= sizeof(text) || memcmp(line, "place ", 6) != 0)
		return;
	memcpy(text, line + 6, len - 6);
	memcpy(id, text, 16);
	id[16] = '\0';
	first = strtoul(text + 16, &end, 10);
	last = strtoul(end, NULL, 10);
	if (lines_have(&known, id))
		return;
	lines_put(&known, id, 16);
	put(plan, id, 1);
	if (last - first > first / DRIFT)
		put(plan, id, last - last / DRIFT);
}

static void
put(struct plan *plan, const char *id, unsigned long from)
{
	struct target *target;

	if (plan->targets_count == plan->targets_cap) {
		plan->targets_cap = plan->targets_cap * 2 + 64;
		plan->targets = xrealloc(
		    plan->targets, plan->targets_cap, sizeof(*plan->targets));
	}
	target = &plan->targets[plan->targets_count++];
	(void)snprintf(target->id, sizeof(target->id), "%s", id);
	target->from = from;
}
