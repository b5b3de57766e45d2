/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the API says of a threat's attachments and links in documents of their
 * own. Those are about the whole threat; each entry names its message.
 */
#ifndef CEFD_INTAKE_ENRICH_H
#define CEFD_INTAKE_ENRICH_H

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct event;
struct normalise_context;

/* Fill the fields of an event of schema_threat from the entries whose message
 * is `id`. False when there are none, or no documents. */
bool enrich_threat(struct event *event, const struct normalise_context *context,
    struct text id, struct arena *arena);

#endif
