/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a poller should have found: the oracle of system tests.
 */
#ifndef CEFD_SIM_TRUTH_H
#define CEFD_SIM_TRUTH_H

#include <stdint.h>

#include "sim_endpoint.h"

struct buf;
struct sim;
struct sim_item;
struct sim_threat;

/* A line for each state of each message; the columns are in README.md. */
void sim_truth_put(struct buf *out, const struct sim *sim);

/* The lines of one message only. */
void sim_truth_put_message(struct buf *out, const struct sim *sim,
    const struct sim_threat *t, uint32_t n);

/* The same for a stream of items, with columns of its own, and for one item. */
void sim_truth_put_items(
    struct buf *out, const struct sim *sim, enum sim_stream stream);
void sim_truth_put_item(
    struct buf *out, enum sim_stream stream, const struct sim_item *item);

#endif
