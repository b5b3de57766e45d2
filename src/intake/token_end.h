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

/* A warning that is in the log, and that the spool did not take; empty: none. */
#define TOKEN_MARK_SIZE 64
struct token_unstored {
	char mark[TOKEN_MARK_SIZE];
};

/*
 * In the log and to the destinations, if one is due that was not given yet, in
 * an earlier life neither. False when the spool has no room for it: it is in
 * the log, and to be called again with the same `unstored`.
 */
bool token_end_warn(const struct intake_world *world,
    const struct poller_setup *setup, const struct token_end *end,
    struct token_unstored *unstored);

#endif
