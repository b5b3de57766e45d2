/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spool's queues, shown to people and taken away by them. Among them may be
 * some of destinations that are in the configuration no more.
 */
#ifndef CEFD_DAEMON_QUEUES_H
#define CEFD_DAEMON_QUEUES_H

#include <stdint.h>

struct fleet;
struct queues;
struct trials;
struct unix_request;

/* `trials` hear what is dropped, and must outlive it. */
struct queues *queues_new(struct fleet *fleet, struct trials *trials);

/* Requests that wait are failed. Takes NULL. */
void queues_free(struct queues *queues);

/* Warn of those whose destinations are gone; and how many records are in them. */
void queues_warn(struct queues *queues);
uint64_t queues_abandoned(const struct queues *queues);

/* A line for each. */
void queues_list(struct queues *queues, struct unix_request *request);

/* The oldest records: `words` are NAME and how many, "-": of all. */
void queues_peek(
    struct queues *queues, const char *words, struct unix_request *request);

/*
 * Forget what waits: `words` are NAME and, for one that is in use, "force". A
 * slice at a time, and one request at a time for a queue; answers at the end
 * how many records went.
 */
void queues_drop(
    struct queues *queues, const char *words, struct unix_request *request);

#endif
