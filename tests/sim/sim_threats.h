/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threats stream: GET /v1/threats and GET /v1/threats/{id}. A further
 * stream is a further file like this one and a row in sim_api.c.
 */
#ifndef CEFD_SIM_THREATS_H
#define CEFD_SIM_THREATS_H

#include <stdint.h>

struct evkeyvalq;
struct sim;
struct sim_answer;
struct sim_threat;

/* Fill the answer. `id` is "" for the list. */
void sim_threats_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_threats_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

/* How many messages of a threat can be had at all, the first ones. */
uint64_t sim_threats_visible(const struct sim *sim, const struct sim_threat *t);

#endif
