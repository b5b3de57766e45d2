/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a script that one seed in five or so has.
 */
#ifndef CEFD_TESTS_REPLAY_SCRIPT_EXTRAS_H
#define CEFD_TESTS_REPLAY_SCRIPT_EXTRAS_H

#include <stdint.h>

struct rng;
struct script;

/* After the rest of the script. */
void script_extras_draw(struct script *script, struct rng *rng);

/* At last: let troubles and turns make room for them. */
void script_extras_settle(struct script *script);

/* After those: how else the API answers; in script_api.c. */
void script_api_draw(struct script *script, uint64_t seed);

#endif
