/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destinations as the intake sees them.
 */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/outlets.h"
#include "daemon/starts.h"
#include "intake/style.h"
#include "intake/take.h"

size_t
outlets_of_all(struct fleet *fleet, struct outlet **ret_outlets)
{
	return outlets_of(fleet, NULL, NULL, ret_outlets);
}

size_t
outlets_of(struct fleet *fleet, const char *source, const char *only,
    struct outlet **ret_outlets)
{
	struct destination *d;
	size_t count = 0;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	count++;
	*ret_outlets = xcalloc(count + 1, sizeof(**ret_outlets));
	count = 0;
	TAILQ_FOREACH(d, &fleet->destinations, next)
	{
		struct outlet *outlet = &(*ret_outlets)[count];

		if (d->leaving ||
		    (source != NULL && !destination_wants(d, source)) ||
		    (only != NULL && strcmp(d->section->name, only) != 0))
			continue;
		outlet->queue = d->queue;
		outlet->sequence = &d->sequence;
		outlet->id = d->id;
		outlet->lacks_past = source != NULL && starts_wait(d, source);
		style_of(&outlet->style, d->section);
		filter_of(&outlet->filter, d->section);
		count++;
	}
	return count;
}

bool
destination_wants(const struct destination *d, const char *source)
{
	const struct conf_destination *section = d->section;

	for (size_t i = 0; i < section->sources.count; i++)
		if (strcmp(section->sources.items[i], "*") == 0 ||
		    strcmp(section->sources.items[i], source) == 0)
			return true;
	return false;
}
