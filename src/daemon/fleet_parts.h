/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the fleet: fleet.c (the whole), members.c (sources),
 * destinations.c and fleet_stats.c share it, nobody else does.
 */
#ifndef CEFD_DAEMON_FLEET_PARTS_H
#define CEFD_DAEMON_FLEET_PARTS_H

#include <stdbool.h>
#include <sys/queue.h>

#include "daemon/fleet.h"
#include "daemon/progress.h"
#include "daemon/silence.h"
#include "deliver/sender.h"
#include "spool/queue.h"

struct conf_destination;
struct conf_source;
struct queue;

/* A source of the configuration, and what runs for it. */
struct member {
	struct conf *conf;                 /* a reference */
	const struct conf_source *section; /* of it */
	struct source *source;
	struct progress backfill; /* seconds that are to be listed */
	struct silence silence;   /* when it was looked at last */
	TAILQ_ENTRY(member) next;
};

struct destination {
	struct fleet *fleet;
	struct conf *conf;
	struct conf *conf_before; /* while members still make records by it */
	const struct conf_destination *section;
	struct queue *queue;          /* the spool's */
	struct queue_stat queue_seen; /* when it was last asked for */
	struct progress drain;        /* of it, in records */
	struct sender *sender;
	uint64_t sequence;    /* for structured data */
	uint64_t id;          /* see struct outlet */
	int64_t beat_due_ms;  /* the next heartbeat; monotonic */
	uint64_t beat_number; /* of the last one in the queue */
	char noted_as[40];    /* where it began; see starts.c */
	bool is_noted;        /* that is in the spool */
	bool is_new;
	bool leaving; /* ends its session, then goes */
	bool stopped;
	bool paused; /* as the spool has it */
	TAILQ_ENTRY(destination) next;
};

struct fleet {
	struct loop *loop;
	struct spool *spool;
	struct conf *conf;
	struct intake_world world;
	struct keeper *keeper; /* of the spool */
	struct starts *starts;
	struct expiries *expiries;
	struct heartbeats *heartbeats;
	TAILQ_HEAD(, member) members;
	TAILQ_HEAD(, destination) destinations;
	int64_t looked_ms; /* at progress, last */
	loop_fn *stopped;  /* set while stopping */
	void *stopped_arg;
	/* what fleet_stats last filled */
	struct stats_source *source_stats;
	struct stats_destination *destination_stats;
	struct source_stats *intake_stats;
	struct sender_stats *sender_stats;
};

/* fleet.c: the spool had failed and has not now */
void fleet_recovered(struct fleet *fleet);

/* members.c */
void members_apply(
    struct fleet *fleet, struct conf *conf, bool outlets_changed);
void members_free(struct fleet *fleet);
/* The earliest of the APIs' clocks, ms since 1970; 0: none has told. */
int64_t members_api_ms(const struct fleet *fleet);
void fleet_released(void *arg); /* a sender has made room */

/* destinations.c */
int destinations_apply(
    struct fleet *fleet, struct conf *conf, bool *ret_changed, struct err *err);
void destinations_stop(struct fleet *fleet, loop_fn *stopped, void *arg);
void destinations_free(struct fleet *fleet);

/* fleet_progress.c: something was committed or released, which may be often;
 * or somebody asks. */
void fleet_look(struct fleet *fleet, bool is_asked);

/* The one of that name that is not leaving, or NULL. */
struct destination *destination_find(
    const struct fleet *fleet, const char *name);

#endif
