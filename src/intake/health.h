/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the token is good for, told before it is too late; and a new token
 * taken into use as soon as its file changes.
 */
#ifndef CEFD_INTAKE_HEALTH_H
#define CEFD_INTAKE_HEALTH_H

#include <stdint.h>

struct health;
struct intake_world;
struct poller_setup;
struct source_stats;

/* `setup` is the source's and may change between calls. `new_token` is called
 * when a refused token's file has changed. */
struct health *health_new(const struct intake_world *world,
    const struct poller_setup *setup, void (*new_token)(void *arg), void *arg);
void health_free(struct health *health);

/* Look at the token's end for the first time, or anew, soon after `delay_ms`;
 * and from then on whatever the polls do. */
void health_start(struct health *health, int64_t delay_ms);

/* A stream's poll has ended. */
void health_poll_ended(struct health *health, const struct source_stats *stats);

/* As the configuration says, else as the API does; 0: not known. */
int64_t health_token_expires_ms(const struct health *health);

#endif
