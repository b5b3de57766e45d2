/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The warnings before a token ends, and after it.
 */
#ifndef CEFD_INTAKE_TOKEN_END_H
#define CEFD_INTAKE_TOKEN_END_H

#include <stdbool.h>
#include <stdint.h>

struct intake_world;
struct poller_setup;

struct token_end {
	int64_t ms;   /* since 1970, on the API's clock */
	bool is_ours; /* else of some token of the tenant */
};

/* In the log and to the destinations, if one is due that was not given yet, in
 * an earlier life neither. */
void token_end_warn(const struct intake_world *world,
    const struct poller_setup *setup, const struct token_end *end);

#endif
