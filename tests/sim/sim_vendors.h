/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vendors that were taken over or imitated: GET /v1/vendor-cases and
 * /v1/vendor-cases/{id}.
 */
#ifndef CEFD_SIM_VENDORS_H
#define CEFD_SIM_VENDORS_H

struct evkeyvalq;
struct sim_answer;

/* Fill the answer. `id` is "" for the list. */
void sim_vendors_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_vendors_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

#endif
