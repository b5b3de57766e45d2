/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Empties one queue into one destination, a session at a time: connect, send,
 * end, wait for the peer's own end, and only then release what was sent.
 */
#ifndef CEFD_DELIVER_SENDER_H
#define CEFD_DELIVER_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "io/conn.h"
#include "io/loop.h"

struct conf;
struct conf_destination;
struct err;
struct queue;
struct sender;
struct tls_context;

enum sender_state {
	SENDER_IDLE,
	SENDER_CONNECTING,
	SENDER_SENDING,
	SENDER_CONFIRMING,
	SENDER_BACKING_OFF,
	SENDER_PAUSED,
};
const char *sender_state_str(enum sender_state state);

struct sender_stats {
	enum sender_state state;
	bool held;          /* the next end tells what the last one was */
	char server[300];   /* in use or used last; "" before the first */
	uint64_t confirmed; /* records, since start */
	uint64_t resent;    /* records sent again after a failed session */
	uint64_t sessions;
	const char *confirm_level;      /* of the last session, see session.h */
	int64_t last_confirmed_ms;      /* wall clock; 0: never */
	int64_t certificate_expires_ms; /* the peer's; 0: not known */
	int64_t client_certificate_expires_ms; /* ours; 0: there is none */
	int64_t crl_from_ms, crl_expires_ms;   /* as in struct tls_lists */
	char last_error[512];     /* "" when the last session went well */
	char tls_error[512];      /* why files that have changed are not used */
	char said[CONN_SAID_MAX]; /* conn_facts, of the last session */
};

/* Called from the loop after records were released. */
struct sender_hooks {
	void (*released)(void *arg);
	void *arg;
};

/*
 * What TLS needs, with certificates and keys already read: NULL on error. A tcp
 * destination has no context and must not ask for one.
 */
struct tls_context *sender_tls_context(
    const struct conf_destination *conf, struct err *err);

/*
 * Starts idle; the first sender_kick makes it look. `conf` must outlive the
 * sender or its replacement by sender_reconfigure; `tls` becomes the sender's
 * (NULL for tcp).
 */
struct sender *sender_new(struct loop *loop, struct queue *queue,
    const struct conf_destination *conf, struct tls_context *tls,
    const struct sender_hooks *hooks);

/*
 * Look whether certificates, keys or lists have changed on the disk, and use
 * those that are good from the next connection on. Each connection begins with
 * such a look; this is for the time when there is none.
 */
void sender_renew_tls(struct sender *sender);

/* Breaks a session that runs; its records stay in the queue. */
void sender_free(struct sender *sender);

/* Records may wait: begin a session unless one runs or a back-off does. */
void sender_kick(struct sender *sender);

/*
 * Use other settings from the next session on. `done(arg)` is called once the
 * old ones are no longer looked at, perhaps at once.
 */
void sender_reconfigure(struct sender *sender,
    const struct conf_destination *conf, struct tls_context *tls, loop_fn *done,
    void *arg);

/* Finish the session, begin no other, then call stopped(arg), if not NULL. */
void sender_stop(struct sender *sender, loop_fn *stopped, void *arg);

/* Take back a stop, which then calls nothing. */
void sender_resume(struct sender *sender);

void sender_stats(const struct sender *sender, struct sender_stats *ret);

#endif
