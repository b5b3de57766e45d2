/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict on what further documents add to records.
 */
#ifndef CEFD_TESTS_REPLAY_ORACLE_EXTRAS_H
#define CEFD_TESTS_REPLAY_ORACLE_EXTRAS_H

#include <stdbool.h>
#include <stdint.h>

struct cef_line;
struct ring;

/* A record of a message came: it has what further documents say, or its turn is
 * to come. True when it is that turn, and no other state. */
bool oracle_take_extras(struct ring *ring, unsigned queue, uint32_t message,
    const struct cef_line *line);
void oracle_take_incomplete(
    struct ring *ring, unsigned queue, const struct cef_line *line);
/* All is read: is anything still without, and no notice tells? */
void oracle_judge_bare(struct ring *ring, unsigned queue);
#endif
