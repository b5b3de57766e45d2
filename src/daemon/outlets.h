/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose records go to whom.
 */
#ifndef CEFD_DAEMON_OUTLETS_H
#define CEFD_DAEMON_OUTLETS_H

#include <stdbool.h>
#include <stddef.h>

struct destination;
struct fleet;
struct outlet;

/* Does it want the records of the source? */
bool destination_wants(const struct destination *d, const char *source);

/* The destinations that want the source's records, or of them only the one
 * named `only`, for free(). */
size_t outlets_of(struct fleet *fleet, const char *source, const char *only,
    struct outlet **ret_outlets);
/* Every destination, whatever it wants, for a notice. */
size_t outlets_of_all(struct fleet *fleet, struct outlet **ret_outlets);

#endif
