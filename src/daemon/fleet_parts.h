/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the fleet: fleet.c (sources, and the whole), destinations.c and
 * fleet_stats.c share it, nobody else does.
 */
#ifndef CEFD_DAEMON_FLEET_PARTS_H
#define CEFD_DAEMON_FLEET_PARTS_H

#include <stdbool.h>
#include <sys/queue.h>

#include "daemon/fleet.h"
#include "deliver/sender.h"

struct conf_destination;
struct conf_source;
struct queue;

struct source {
	struct conf *conf;                 /* a reference */
	const struct conf_source *section; /* of it */
	struct poller *poller;
	TAILQ_ENTRY(source) next;
};

struct destination {
	struct fleet *fleet;
	struct conf *conf;
	const struct conf_destination *section;
	struct queue *queue; /* the spool's */
	struct sender *sender;
	uint64_t sequence; /* for structured data */
	bool leaving;      /* ends its session, then goes */
	bool stopped;
	TAILQ_ENTRY(destination) next;
};

struct fleet {
	struct loop *loop;
	struct spool *spool;
	struct conf *conf;
	struct poller_world world;
	TAILQ_HEAD(, source) sources;
	TAILQ_HEAD(, destination) destinations;
	loop_fn *stopped; /* set while stopping */
	void *stopped_arg;
	/* what fleet_stats last filled */
	struct stats_source *source_stats;
	struct stats_destination *destination_stats;
	struct poller_stats *poller_stats;
	struct sender_stats *sender_stats;
};

/* fleet.c */
void fleet_released(void *arg);

/* destinations.c */
int destinations_apply(
    struct fleet *fleet, struct conf *conf, bool *ret_changed, struct err *err);
void destinations_stop(struct fleet *fleet, loop_fn *stopped, void *arg);
void destinations_free(struct fleet *fleet);

/* The destinations that want the source's records, for free(). */
size_t outlets_of(
    struct fleet *fleet, const char *source, struct outlet **ret_outlets);

#endif
