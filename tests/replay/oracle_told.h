/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the oracle is told as it happens.
 */
#ifndef CEFD_TESTS_REPLAY_ORACLE_TOLD_H
#define CEFD_TESTS_REPLAY_ORACLE_TOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define STREAM_ANY UINT32_MAX
/* Beside a stream's number: as a replay shows it. */
#define STREAM_AGAIN (1U << 8)

struct answer;
struct ring;

void oracle_shown(struct ring *ring, const struct answer *answer);
/* Messages have an index, and items of other streams one behind those. A
 * stream is 0 for threats, and 1 more than its other_kind. */
unsigned oracle_stream(const struct ring *ring, uint32_t message);
/* The further documents of a threat or case came: its page is taken. */
void oracle_taken(struct ring *ring, unsigned stream, struct text parent);
void oracle_committed(struct ring *ring, unsigned stream);
/* What was gathered is dropped. */
void oracle_lost(struct ring *ring, unsigned stream);
/* The replay has gone well: all of its time was shown again. */
void oracle_replayed(struct ring *ring);
/* Who was added later has its past: all of it. */
void oracle_joined(struct ring *ring);
/* The life is over; `clean`: it had time to commit what it had. */
void oracle_life_ended(struct ring *ring, bool clean);

#endif
