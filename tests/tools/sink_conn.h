/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection of the receiver, in the manner that the options ask for.
 */
#ifndef CEFD_TESTS_TOOLS_SINK_CONN_H
#define CEFD_TESTS_TOOLS_SINK_CONN_H

#include <stdbool.h>

struct sink;
struct sink_conn;

/* A connection of its own life; NULL when it was ended at once. */
struct sink_conn *sink_conn_new(struct sink *s, int fd);
void sink_conn_free(struct sink_conn *c);
int sink_conn_fd(const struct sink_conn *c);

/* poll(2) events to wait for, and the most ms to wait; -1: no limit. */
short sink_conn_wants(const struct sink_conn *c, int *ret_timeout_ms);

/* Do what can be done now. False when the connection is over. */
bool sink_conn_work(struct sink_conn *c, short revents);

#endif
