/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cefctl may ask for beside status: polls now, and dry runs. The answer
 * comes when the poll has ended.
 */
#ifndef CEFD_DAEMON_ANSWERS_H
#define CEFD_DAEMON_ANSWERS_H

#include "io/loop.h"

struct answers;
struct fleet;
struct unix_request;

struct answers *answers_new(struct loop *loop, struct fleet *fleet);

/* Requests that wait are failed. Takes NULL. */
void answers_free(struct answers *answers);

/* Poll `source`, or all when it is NULL. Ends the request. */
void answers_poll(
    struct answers *answers, const char *source, struct unix_request *request);

/* Show what a poll of `source` would send. Ends the request. */
void answers_dry_run(
    struct answers *answers, const char *source, struct unix_request *request);

/* Forget the pollers: the configuration is about to change. */
void answers_drop(struct answers *answers);

#endif
