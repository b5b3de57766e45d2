/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cases of account takeover: GET /v1/cases, /v1/cases/{id} and
 * /v1/cases/{id}/analysis.
 */
#ifndef CEFD_SIM_CASES_H
#define CEFD_SIM_CASES_H

struct evkeyvalq;
struct sim_answer;

/* Fill the answer. `id` is "" for the list. */
void sim_cases_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_cases_detail(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_cases_analysis(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

#endif
