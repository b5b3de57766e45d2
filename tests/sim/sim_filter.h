/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API's `filter` parameter, and which threats it picks.
 */
#ifndef CEFD_SIM_FILTER_H
#define CEFD_SIM_FILTER_H

#include <stdbool.h>
#include <stdint.h>

struct sim_threat;

enum sim_filter_key {
	SIM_FILTER_RECEIVED,
	SIM_FILTER_REMEDIATED,
};

/* From `from_ms` on, up to and not including `to_ms`. */
struct sim_filter {
	enum sim_filter_key key;
	int64_t from_ms; /* INT64_MIN: open */
	int64_t to_ms;   /* INT64_MAX: open */
};

/*
 * KEY "gte" T ["lte" T], KEY "lte" T, or KEY "gte" T "and" KEY "lte" T, one
 * blank between the words. Bounds are cut to whole seconds. 0, or -1 and one
 * sentence on what is wrong in *ret_why.
 */
int sim_filter_parse(
    const char *text, struct sim_filter *ret, const char **ret_why);

bool sim_filter_takes(const struct sim_filter *f, const struct sim_threat *t);

#endif
