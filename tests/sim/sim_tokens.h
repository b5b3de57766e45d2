/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tenant's tokens: GET /v1/soar/tokens.
 */
#ifndef CEFD_SIM_TOKENS_H
#define CEFD_SIM_TOKENS_H

struct evkeyvalq;
struct sim_answer;

/* Fill the answer. */
void sim_tokens_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

#endif
