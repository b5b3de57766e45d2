/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the verdict share.
 */
#ifndef CEFD_TESTS_REPLAY_ORACLE_PARTS_H
#define CEFD_TESTS_REPLAY_ORACLE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

struct cef_line;
struct ring;

/* When what the configuration's start covers begins for certain. */
int64_t oracle_origin_ms(const struct ring *ring);

/* Is the state older than what the API keeps, and became visible when nobody
 * asked? `stamp_ms` is what lists go by. */
bool oracle_is_lost(const struct ring *ring, int64_t set_ms, int64_t stamp_ms);
void oracle_take_gap(
    struct ring *ring, unsigned queue, const struct cef_line *line);
void oracle_judge_gaps(struct ring *ring, unsigned queue);

/* Without trouble: was everything taken in time? */
void oracle_judge_delays(struct ring *ring);
/* Were further documents asked for only where something was new? */
void oracle_judge_extras(struct ring *ring);

/* The last state of every item of the other streams has to be known. */
void oracle_judge_others(struct ring *ring);
/* Does the record show the item as it was in that state? */
bool oracle_fits_other(const struct ring *ring, uint32_t index, uint32_t number,
    const struct cef_line *line);

#endif
