/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API's own clock.
 */
#ifndef CEFD_INTAKE_SERVER_TIME_H
#define CEFD_INTAKE_SERVER_TIME_H

#include <stdint.h>

struct http_reply;
struct poller;

/* Milliseconds since 1970; this machine's until the first reply. */
int64_t poller_server_ms(const struct poller *p);

/* Learn it from a reply's Date, and say so when ours is off. */
void poller_note_reply(struct poller *p, const struct http_reply *reply);

#endif
