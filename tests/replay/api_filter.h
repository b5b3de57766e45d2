/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which span of time a list asks for.
 */
#ifndef CEFD_TESTS_REPLAY_API_FILTER_H
#define CEFD_TESTS_REPLAY_API_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct answer;
struct ring;

/* A list's span of time, [from, to) or both inclusive. */
struct filter {
	int64_t from_s, to_s;
};
/* KEY gte TIME lte TIME. */
bool api_read_filter(struct text text, const char *key, struct filter *ret);
bool api_read_time(struct text *text, int64_t *ret_s);
/* Is the window too wide, or too old? Then it is answered. */
bool api_is_refused(struct ring *ring, struct answer *answer,
    const struct filter *filter, bool is_range, bool is_other);

/* Can it not be answered? Then it is, so. */
bool api_is_poisoned(struct ring *ring, struct answer *answer,
    const struct filter *filter, unsigned stream, bool is_by_change);

#endif
