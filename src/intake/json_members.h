/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record's JSON for the formats that hand it on as it is.
 */
#ifndef CEFD_INTAKE_JSON_MEMBERS_H
#define CEFD_INTAKE_JSON_MEMBERS_H

struct arena;
struct event;
struct val;

/*
 * Give an event, normalised from `value`, the members of `value`. It costs more
 * than the event did, so it is for when a destination wants them. Nothing when
 * it has them already, or `value` is NULL: a notice of our own. Memory is the
 * arena's.
 */
void members_fill(
    struct event *event, const struct val *value, struct arena *arena);

#endif
