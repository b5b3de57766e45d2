/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What documents are drawn from: even bits, words, chances.
 */
#ifndef CEFD_SIM_DRAW_H
#define CEFD_SIM_DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct rng;
struct sim_words;

/* Even bits from a key and a purpose, always the same ones. */
uint64_t sim_hash(uint64_t key, uint64_t purpose);

/* One of the words. */
const char *sim_draw(struct rng *r, const struct sim_words *words);

/* True in so many of 100 cases. */
bool sim_chance(struct rng *r, unsigned percent);

#endif
