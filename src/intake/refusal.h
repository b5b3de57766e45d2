/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows that the API does not take: too wide for it, or before its data.
 */
#ifndef CEFD_INTAKE_REFUSAL_H
#define CEFD_INTAKE_REFUSAL_H

#include <stdbool.h>

struct err;
struct http_reply;
struct listing;

/* A window's list was answered with 400, or 404. The listing is over. */
void refusal_take(
    struct listing *l, const struct http_reply *reply, const struct err *why);

/*
 * A window's list was answered with 403, which may be about its key only: then
 * the other one goes on, or is asked next to find out, and the listing is over.
 * False when all is refused: the run has to end.
 */
bool refusal_is_by_key(struct listing *l, const struct err *why);

/* A control is not answered while others are: see proof.h. It is over. */
void refusal_unanswered(struct listing *control, const struct err *why);

#endif
