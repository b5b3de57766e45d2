/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attachments and addresses in the letters of a threat, the same in all of
 * its messages: as members of a message, and GET /v1/threats/{id}/attachments
 * and /v1/threats/{id}/links.
 */
#ifndef CEFD_SIM_PARTS_H
#define CEFD_SIM_PARTS_H

struct buf;
struct evkeyvalq;
struct sim_answer;
struct sim_threat;

/* attachmentNames and urls, with their counts in the newer style. */
void sim_parts_put(struct buf *out, const struct sim_threat *t);

/* Fill the answer. */
void sim_parts_attachments(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);
void sim_parts_links(
    struct sim_answer *a, const char *id, const struct evkeyvalq *query);

#endif
