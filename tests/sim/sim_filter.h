/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API's `filter` parameter.
 */
#ifndef CEFD_SIM_FILTER_H
#define CEFD_SIM_FILTER_H

#include <stdbool.h>
#include <stdint.h>

/* From `from_ms` up to and including `to_ms`. */
struct sim_filter {
	unsigned key;    /* its place in the list of keys */
	int64_t from_ms; /* INT64_MIN: open */
	int64_t to_ms;   /* INT64_MAX: open */
};

/*
 * KEY "gte" T ["lte" T], KEY "lte" T, or KEY "gte" T "and" KEY "lte" T, one
 * blank between the words. `keys` ends with NULL. Bounds are cut to ms. 0, or
 * -1 and one sentence on what is wrong in *ret_why.
 */
int sim_filter_parse(const char *text, const char *const *keys,
    struct sim_filter *ret, const char **ret_why);

/* Cut the bounds to whole seconds; the upper one is exclusive then. */
void sim_filter_cut(struct sim_filter *f);

bool sim_filter_has(const struct sim_filter *f, int64_t ms);

#endif
