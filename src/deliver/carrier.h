/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What carries one session from the queue to where it goes. There is one kind
 * for each way to confirm: streams (by their end), RELP (by replies), files
 * (by the disk), and those that nobody confirms. Servers, back-off and the
 * release of what is confirmed are the sender's.
 */
#ifndef CEFD_DELIVER_CARRIER_H
#define CEFD_DELIVER_CARRIER_H

#include <stdint.h>

#include "deliver/session.h"

struct carrier;
struct conf_destination;
struct conn;
struct conn_facts;
struct conn_hooks;
struct err;
struct loop;
struct queue;
struct tls_context;

/* How a session came to its end. */
enum carrier_end {
	CARRIER_DONE,     /* all that it held is confirmed */
	CARRIER_FAILED,   /* another server, or later, it may go well */
	CARRIER_SPOOLED,  /* the queue cannot be read: the fault is ours */
	CARRIER_HOPELESS, /* it will never go well with these settings */
};

struct carrier_hooks {
	/* Records can be sent now: begin the session. Comes once. */
	void (*opened)(void *arg);
	/* All that the session holds is written; what is left is the answer. */
	void (*written)(void *arg);
	/*
	 * These two are the last thing that a turn does, so that the carrier
	 * may be freed in them. More is confirmed while the session goes on:
	 */
	void (*confirmed)(void *arg);
	/* The end; comes once. `why` is NULL for CARRIER_DONE only. */
	void (*ended)(enum carrier_end end, enum session_level level,
	    const struct err *why, void *arg);
	void *arg;
};

/* All of it must outlive the carrier. */
struct carrier_job {
	struct loop *loop;
	struct queue *queue;
	struct session *session;
	const struct conf_destination *conf;
	struct tls_context *tls; /* NULL: plain */
	const char *server;      /* host:port, or the file's path */
	struct carrier_hooks hooks;
};

struct carrier_ops {
	struct carrier *(*start)(const struct carrier_job *job);
	/* See the functions below. */
	void (*stop)(struct carrier *carrier);
	/* NULL: there are none. */
	void (*facts)(const struct carrier *carrier, struct conn_facts *ret);
	void (*free)(struct carrier *carrier);
};

/* The head of each carrier. */
struct carrier {
	const struct carrier_ops *ops;
	struct carrier_job job;
};

/* Begin, by the destination's transport. Never calls back at once. */
struct carrier *carrier_start(const struct carrier_job *job);

/* Take no more records, and come to the end with those that are taken. */
void carrier_stop(struct carrier *carrier);

/* Of the connection; empty where there is none. */
void carrier_facts(const struct carrier *carrier, struct conn_facts *ret);

/* Break off what runs. Takes NULL. */
void carrier_free(struct carrier *carrier);

/* For the kinds that have a stream: open it as the destination says. */
struct conn *carrier_open(
    const struct carrier_job *job, const struct conn_hooks *hooks);

/* The kinds: stream_carrier.c, relp_carrier.c and so on. */
extern const struct carrier_ops stream_carrier_ops;
extern const struct carrier_ops relp_carrier_ops;
extern const struct carrier_ops udp_carrier_ops;
extern const struct carrier_ops file_carrier_ops;
extern const struct carrier_ops stdout_carrier_ops;

#endif
