/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members that many documents have, in the several forms that the API gives
 * them.
 */
#ifndef CEFD_SIM_PUT_H
#define CEFD_SIM_PUT_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct rng;
struct sim_words;

#define SIM_ADDRESS_MAX 64 /* with NUL */

/* How the API says "nothing here". */
enum sim_nothing {
	SIM_NOTHING_ABSENT,
	SIM_NOTHING_NULL,
	SIM_NOTHING_EMPTY,
};

void sim_put_nothing(struct buf *b, const char *name, enum sim_nothing how);
void sim_put_any_nothing(struct buf *b, const char *name, struct rng *r);

/*
 * A time: half of them end with Z, the others with `zone`; how many digits the
 * fraction has follows from `bits`.
 */
void sim_put_time(struct buf *b, const char *name, int64_t ms, const char *zone,
    uint64_t bits);

/* A random UUID, as an element where `name` is NULL. */
void sim_put_uuid(struct buf *b, const char *name, struct rng *r);

/* A number, as it is or as text. */
void sim_put_number(struct buf *b, const char *name, int64_t number, bool text);

/* A plain or an odd subject. */
void sim_put_subject(struct buf *b, struct rng *r);

/* `insights`: objects of a short member, drawn from `words`, and a sentence. */
void sim_put_insights(struct buf *b, const char *name,
    const struct sim_words *words, struct rng *r);

/* An IPv4 or IPv6 address. */
void sim_put_ip(struct buf *b, const char *name, struct rng *r);

/* The address of one of the company's people, as text and as a member. */
void sim_address(char out[SIM_ADDRESS_MAX], uint64_t bits);
void sim_put_address(struct buf *b, const char *name, struct rng *r);

#endif
