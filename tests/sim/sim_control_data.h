/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controls that change the tables; sim_control.c finds and calls them.
 */
#ifndef CEFD_SIM_CONTROL_DATA_H
#define CEFD_SIM_CONTROL_DATA_H

#include <stdint.h>

struct buf;
struct evkeyvalq;
struct sim;

/* Writes its text to `out`. NULL, or what is wrong with the parameters. */
typedef const char *sim_control_fn(
    struct sim *sim, const struct evkeyvalq *query, struct buf *out);

sim_control_fn sim_control_add;
sim_control_fn sim_control_recipient;
sim_control_fn sim_control_status;

/* A parameter; leaves *value where it is not given. 0, or -1. */
int sim_control_uint(
    const struct evkeyvalq *query, const char *name, uint64_t *value);

#endif
