/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The habits of a sender's servers, for the sender only.
 */
#ifndef CEFD_DELIVER_SENDER_HABITS_H
#define CEFD_DELIVER_SENDER_HABITS_H

#include "deliver/session.h"

struct err;
struct habit;
struct sender;

/* What is stored of them is a cursor SENDER_HABITS_ROWS DESTINATION/SERVER. */
#define SENDER_HABITS_ROWS "habit/"

/* Of the server in use. */
struct habit *sender_habit(struct sender *sender);
/* Store what has changed, for the next cefd; `arg` is the sender. */
void sender_habits_note(void *arg);
/* Does its end confirm the session? -1 with the reason when not. */
int sender_judge_end(
    struct sender *sender, enum session_level level, struct err *why);
/* Other settings: what stands behind a name ends what it will as before, but
 * may no longer end at all. */
void sender_habits_renew(struct sender *sender);
void sender_habits_free(struct sender *sender);

#endif
