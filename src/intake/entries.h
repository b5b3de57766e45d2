/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of a document about a whole threat, by the message that each is
 * of. Made once: a campaign has thousands of messages and ten times the links,
 * and to look through all of them for each would hold up the loop.
 */
#ifndef CEFD_INTAKE_ENTRIES_H
#define CEFD_INTAKE_ENTRIES_H

#include "base/text.h"

struct entries;
struct val;

struct entry {
	struct text id;
	const struct val *val;
	const struct entry *next; /* in the same bucket */
};

/* The array stays the document's, and has to outlive them. */
struct entries *entries_new(const struct val *array);
void entries_free(struct entries *entries);

/* The first entry of a message, or the one behind `after`, in the document's
 * order; NULL: no more. `entries` may be NULL: there are none. */
const struct entry *entries_next(
    const struct entries *entries, struct text id, const struct entry *after);

#endif
