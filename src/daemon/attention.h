/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody should look at, and the next thing to do about it. Where
 * nothing is found, all is well.
 */
#ifndef CEFD_DAEMON_ATTENTION_H
#define CEFD_DAEMON_ATTENTION_H

#include <stdbool.h>
#include <stdint.h>

struct stats;
struct stats_destination;
struct stats_source;

struct attention {
	bool is_urgent;   /* something does not work now */
	const char *name; /* of the source or destination, or "cefd" */
	char what[1200];
	char next[640];
};

/* `item` is good during the call. */
typedef void attention_fn(const struct attention *item, void *arg);

/* Call fn for each thing; `fn` may be NULL. Returns how many there are. */
unsigned attention_to_spool(
    const struct stats *stats, attention_fn *fn, void *arg);
unsigned attention_to_source(
    const struct stats_source *s, int64_t now_ms, attention_fn *fn, void *arg);
unsigned attention_to_destination(const struct stats_destination *d,
    int64_t now_ms, attention_fn *fn, void *arg);

/* All of these. */
unsigned attention_to_all(
    const struct stats *stats, attention_fn *fn, void *arg);

#endif
