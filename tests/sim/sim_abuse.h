/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox to which people report: GET /v1/abusecampaigns,
 * /v1/abusecampaigns/{id} and /v1/abuse_mailbox/not_analyzed.
 */
#ifndef CEFD_SIM_ABUSE_H
#define CEFD_SIM_ABUSE_H

struct evkeyvalq;
struct sim_answer;

/* Fill the answer. `id` is "" for the lists. */
void sim_abuse_campaigns(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_abuse_campaign(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_abuse_not_analyzed(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

#endif
