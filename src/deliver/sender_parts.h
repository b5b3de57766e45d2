/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What deliver/sender.c (between sessions), deliver/sender_session.c (within
 * one) and deliver/sender_release.c share. For these only.
 */
#ifndef CEFD_DELIVER_SENDER_PARTS_H
#define CEFD_DELIVER_SENDER_PARTS_H

#include "base/backoff.h"
#include "base/rng.h"
#include "deliver/habit.h"
#include "deliver/pace.h"
#include "deliver/sender.h"
#include "deliver/session.h"
#include "deliver/sizing.h"

struct carrier;
struct timer;

/* Settings that wait for the end of the session. */
struct pending {
	const struct conf_destination *conf; /* NULL: none wait */
	struct tls_context *tls;
	loop_fn *done; /* of the settings that are still in use */
	void *arg;
};

struct sender {
	struct loop *loop;
	struct queue *queue;
	const struct conf_destination *conf;
	struct tls_context *tls;
	struct pending pending;
	struct sender_hooks hooks;
	enum sender_state state;
	struct timer *timer; /* the back-off, or the next slice of a release */
	struct backoff backoff;
	struct rng rng;
	struct carrier *carrier; /* of the session that runs, or NULL */
	struct session session;
	uint64_t counted; /* records of it that the statistics have */
	struct sizing sizing;
	int64_t opening_ms; /* since when the session is being opened */
	struct pace pace;
	struct timer *pacer;  /* until the next session may begin */
	struct timer *noter;  /* a moment after a habit has changed */
	size_t server;        /* index of the one in use */
	int64_t left_ms;      /* when the first was left, unless it is in use */
	size_t failed;        /* servers in a row since the last back-off */
	unsigned failures;    /* sessions in a row */
	uint64_t release_to;  /* confirmed before that, not released yet; 0 */
	uint64_t waits_since; /* to do so: see spool/turn.h */
	unsigned setbacks; /* of the queue, that the numbers here are after */
	bool spool_failed; /* what it backs off from */
	bool stopping;
	bool key_told; /* that others can read it */
	loop_fn *stopped;
	void *stopped_arg;
	enum session_level level;
	struct habit *habits; /* of all servers so far, by name */
	size_t habit_count;
	struct sender_stats stats;
};

/* sender.c: begin the next session if records wait. */
void sender_begin(struct sender *sender);
/* Break off what runs; the state is IDLE afterwards. */
void sender_hang_up(struct sender *sender);
/* Take up settings that wait, if any, and let go of the old. */
void sender_swap(struct sender *sender);
/* No session runs: stop if asked to, otherwise look for the next one. */
void sender_go_on(struct sender *sender);
/* Forget all numbers if the queue's have gone back. No session runs. */
void sender_follow_queue(struct sender *sender);
/* The server in use, or what stands for it. */
const char *sender_server(const struct sender *sender);

/* sender_session.c: run a session with the server in use. */
void sender_connect(struct sender *sender);
loop_fn sender_on_timer;
/* The fault is ours, no server's: back off. */
void sender_spool_failed(struct sender *sender, const struct err *why);

/* sender_release.c: take what is confirmed off the queue, the whole or a part: in
 * one transaction, if the turn is left for it. 1, or 0 where nothing was done; -1
 * and backing off on failure. */
int sender_release(struct sender *sender, bool whole);
/* The same in as many turns as it takes, and then go on. No session runs. */
void sender_release_and_go_on(struct sender *sender);

#endif
