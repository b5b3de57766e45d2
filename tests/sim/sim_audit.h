/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people did in the portal: GET /v1/auditlogs.
 */
#ifndef CEFD_SIM_AUDIT_H
#define CEFD_SIM_AUDIT_H

struct evkeyvalq;
struct sim_answer;

/* Fill the answer. */
void sim_audit_list(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

#endif
