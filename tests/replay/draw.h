/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws that several files make.
 */
#ifndef CEFD_TESTS_REPLAY_DRAW_H
#define CEFD_TESTS_REPLAY_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"

bool draw_chance(struct rng *rng, unsigned percent);
int64_t draw_between(struct rng *rng, int64_t low, int64_t high);
/* As likely within a factor of low as within one of high. */
int64_t draw_log(struct rng *rng, int64_t low, int64_t high);

#endif
