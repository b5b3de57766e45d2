/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Empties one queue into one destination.
 *
 *   IDLE --> CONNECTING --> SENDING --> CONFIRMING --> IDLE or CONNECTING
 *               ^  |           |            |
 *               |  +-----------+------------+--> next server: CONNECTING
 *               |                                after the last: BACKING_OFF
 *               +--------------------------------------------------+
 *
 * Any state --> PAUSED once stopped. Records leave the queue in one place
 * only: release(), after session_verdict() said that the peer has them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "conf/conf.h"
#include "deliver/pump.h"
#include "deliver/sender.h"
#include "io/conn.h"
#include "io/log.h"
#include "io/timer.h"
#include "io/tls.h"
#include "spool/queue.h"

#define ROOM "deliver"
#define BACKOFF_BASE_MS 1000
#define BACKOFF_MAX_MS 60000
/* A peer whose kernel goes on acknowledging may put confirm-timeout off so
 * many times. */
#define CONFIRM_ROUNDS_MAX 20

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
	struct timer *timer; /* the back-off, or the limit of a session */
	struct backoff backoff;
	struct rng rng;
	struct conn *conn;
	struct pump pump;
	size_t server;       /* index of the one in use */
	size_t failed;       /* servers in a row since the last back-off */
	unsigned failures;   /* sessions in a row */
	uint64_t release_to; /* confirmed before that, not released yet; 0 */
	int64_t progress_ms; /* when the peer last took something */
	uint64_t unacknowledged; /* at the last look */
	unsigned rounds;         /* of confirm-timeout */
	bool stopping;
	loop_fn *stopped;
	void *stopped_arg;
	enum session_level level;
	struct sender_stats stats;
};

static void begin(struct sender *sender);
static void connect_to(struct sender *sender);
static void on_opened(void *arg);
static void on_writable(void *arg);
static void on_ended(enum conn_end end, const struct err *why, void *arg);
static void on_timer(void *arg);
static void pump(struct sender *sender);
static void confirm(struct sender *sender);
static void check_progress(struct sender *sender);
static void check_answer(struct sender *sender);
static void judge(
    struct sender *sender, enum session_end end, const struct err *why);
static void confirmed(struct sender *sender, enum session_level level);
static void note_level(struct sender *sender, enum session_level level);
static int release(struct sender *sender);
static void session_failed(struct sender *sender, const struct err *why);
static void spool_failed(struct sender *sender, const struct err *why);
static void back_off(struct sender *sender, const char *what);
static void hang_up(struct sender *sender);
static void go_on(struct sender *sender);
static void swap(struct sender *sender);
static void stop_now(struct sender *sender);
static const char *server_of(const struct sender *sender);

const char *
sender_state_str(enum sender_state state)
{
	switch (state) {
	case SENDER_IDLE:
		return "idle";
	case SENDER_CONNECTING:
		return "connecting";
	case SENDER_SENDING:
		return "sending";
	case SENDER_CONFIRMING:
		return "confirming";
	case SENDER_BACKING_OFF:
		return "backing-off";
	case SENDER_PAUSED:
		return "paused";
	}
	return "unknown";
}

struct tls_context *
sender_tls_context(const struct conf_destination *conf, struct err *err)
{
	const struct tls_options options = {
	    .ca_file = conf->ca_file,
	    .cert_file = conf->cert_file,
	    .key_file = conf->key_file,
	    .min_version = conf->tls_min,
	};

	return tls_context_new(&options, err);
}

struct sender *
sender_new(struct loop *loop, struct queue *queue,
    const struct conf_destination *conf, struct tls_context *tls,
    const struct sender_hooks *hooks)
{
	struct sender *sender = xcalloc(1, sizeof(*sender));

	sender->loop = loop;
	sender->queue = queue;
	sender->conf = conf;
	sender->tls = tls;
	sender->hooks = *hooks;
	sender->state = SENDER_IDLE;
	sender->timer = timer_new(loop, on_timer, sender);
	backoff_init(&sender->backoff, BACKOFF_BASE_MS, BACKOFF_MAX_MS);
	rng_init(&sender->rng,
	    (uint64_t)loop_wall_ms(loop) ^ (uint64_t)(uintptr_t)sender);
	pump_init(&sender->pump, queue);
	return sender;
}

void
sender_free(struct sender *sender)
{
	if (sender == NULL)
		return;
	hang_up(sender);
	swap(sender);
	pump_clear(&sender->pump);
	timer_free(sender->timer);
	tls_context_free(sender->tls);
	free(sender);
}

void
sender_kick(struct sender *sender)
{
	if (sender->state == SENDER_IDLE)
		begin(sender);
}

void
sender_reconfigure(struct sender *sender, const struct conf_destination *conf,
    struct tls_context *tls, loop_fn *done, void *arg)
{
	struct pending *pending = &sender->pending;

	if (pending->conf != NULL) {
		/* Those that waited are never used: let go of them at once. */
		tls_context_free(pending->tls);
		pending->conf = conf;
		pending->tls = tls;
		done(arg);
		return;
	}
	*pending = (struct pending){conf, tls, done, arg};
	switch (sender->state) {
	case SENDER_SENDING:
	case SENDER_CONFIRMING:
		return;
	case SENDER_CONNECTING:
	case SENDER_BACKING_OFF:
		/* The new settings may be the cure. */
		hang_up(sender);
		go_on(sender);
		return;
	case SENDER_IDLE:
	case SENDER_PAUSED:
		swap(sender);
		return;
	}
}

void
sender_stop(struct sender *sender, loop_fn *stopped, void *arg)
{
	sender->stopping = true;
	sender->stopped = stopped;
	sender->stopped_arg = arg;
	switch (sender->state) {
	case SENDER_SENDING:
		/* What is written already may still be confirmed. */
		sender->pump.stop = true;
		return;
	case SENDER_CONFIRMING:
		return;
	case SENDER_IDLE:
	case SENDER_CONNECTING:
	case SENDER_BACKING_OFF:
	case SENDER_PAUSED:
		hang_up(sender);
		stop_now(sender);
		return;
	}
}

void
sender_stats(const struct sender *sender, struct sender_stats *ret)
{
	*ret = sender->stats;
	ret->state = sender->state;
	ret->resent = sender->pump.resent;
	ret->confirm_level = session_level_str(sender->level);
}

static void
begin(struct sender *sender)
{
	sender->state = SENDER_IDLE;
	if (sender->release_to != 0 && release(sender) == -1)
		return;
	/* The hook may have kicked us. */
	if (sender->state == SENDER_IDLE && !queue_is_empty(sender->queue))
		connect_to(sender);
}

static void
connect_to(struct sender *sender)
{
	const struct conf_destination *conf = sender->conf;
	const struct conn_options options = {
	    .server = server_of(sender),
	    .name = conf->server_name,
	    .tls = sender->tls,
	    .connect_timeout_ms = conf->connect_timeout_ms,
	    .write_timeout_ms = conf->write_timeout_ms,
	};
	const struct conn_hooks hooks = {
	    .opened = on_opened,
	    .writable = on_writable,
	    .ended = on_ended,
	    .arg = sender,
	};

	(void)snprintf(sender->stats.server, sizeof(sender->stats.server), "%s",
	    options.server);
	sender->state = SENDER_CONNECTING;
	sender->conn = conn_open(sender->loop, &options, &hooks);
}

static void
on_opened(void *arg)
{
	struct sender *sender = arg;
	const struct conf_destination *conf = sender->conf;
	const struct session_caps caps = {
	    .records = conf->session_records,
	    .bytes = conf->session_bytes,
	    .time_ms = conf->session_time_ms,
	};
	struct conn_facts facts;

	conn_facts(sender->conn, &facts);
	log_debug(ROOM,
	    "connected destination=%s server=%s address=%s tls=%s resumed=%d",
	    conf->name, server_of(sender), facts.address, facts.version,
	    facts.resumed);
	sender->stats.certificate_expires_ms = facts.expires_ms;
	sender->state = SENDER_SENDING;
	sender->progress_ms = loop_now_ms(sender->loop);
	pump_begin(&sender->pump, conf->framing, &caps, sender->progress_ms);
	timer_set(sender->timer, conf->write_timeout_ms);
	pump(sender);
}

static void
on_writable(void *arg)
{
	pump(arg);
}

static void
on_ended(enum conn_end end, const struct err *why, void *arg)
{
	struct sender *sender = arg;

	switch (end) {
	case CONN_CLOSED:
		judge(sender, SESSION_END_CLOSED, why);
		return;
	case CONN_EOF:
		judge(sender, SESSION_END_EOF, why);
		return;
	case CONN_BROKEN:
		judge(sender, SESSION_END_BROKEN, why);
		return;
	}
}

static void
on_timer(void *arg)
{
	struct sender *sender = arg;

	switch (sender->state) {
	case SENDER_BACKING_OFF:
		begin(sender);
		return;
	case SENDER_SENDING:
		check_progress(sender);
		return;
	case SENDER_CONFIRMING:
		check_answer(sender);
		return;
	case SENDER_IDLE:
	case SENDER_CONNECTING:
	case SENDER_PAUSED:
		return;
	}
}

static void
pump(struct sender *sender)
{
	uint64_t before = sender->pump.written;
	struct err err;
	enum pump_status status =
	    pump_run(&sender->pump, sender->conn, sender->loop, &err);

	if (sender->pump.written != before)
		sender->progress_ms = loop_now_ms(sender->loop);
	switch (status) {
	case PUMP_BLOCKED:
	case PUMP_MORE:
		conn_want_write(sender->conn, true);
		return;
	case PUMP_DONE:
		confirm(sender);
		return;
	case PUMP_BROKEN:
		return; /* on_ended comes */
	case PUMP_FAILED:
		spool_failed(sender, &err);
		return;
	}
}

/* All is written: end the session and wait for the peer's own end. */
static void
confirm(struct sender *sender)
{
	sender->state = SENDER_CONFIRMING;
	sender->rounds = 0;
	pump_clear(&sender->pump);
	conn_finish(sender->conn);
	sender->unacknowledged = conn_unacknowledged(sender->conn);
	timer_set(sender->timer, sender->conf->confirm_timeout_ms);
}

static void
check_progress(struct sender *sender)
{
	int64_t limit_ms = sender->conf->write_timeout_ms;
	int64_t idle_ms = loop_now_ms(sender->loop) - sender->progress_ms;
	struct err err;

	if (idle_ms < limit_ms) {
		timer_set(sender->timer, limit_ms - idle_ms);
		return;
	}
	(void)err_set(&err, ERR_AGAIN,
	    "the server has taken nothing for %lld ms (write-timeout)",
	    (long long)limit_ms);
	session_failed(sender, &err);
}

/* A peer that is slow but takes what is on the way gets more time. */
static void
check_answer(struct sender *sender)
{
	uint64_t now = conn_unacknowledged(sender->conn);
	struct err err;

	if (now < sender->unacknowledged &&
	    ++sender->rounds < CONFIRM_ROUNDS_MAX) {
		sender->unacknowledged = now;
		timer_set(sender->timer, sender->conf->confirm_timeout_ms);
		return;
	}
	(void)err_set(&err, ERR_AGAIN,
	    "the server did not end the session within %lld ms "
	    "(confirm-timeout)",
	    (long long)sender->conf->confirm_timeout_ms);
	judge(sender, SESSION_END_SILENT, &err);
}

static void
judge(struct sender *sender, enum session_end end, const struct err *why)
{
	const struct session_facts facts = {
	    .end = end,
	    .finished = conn_is_finished(sender->conn),
	    .unacknowledged = conn_unacknowledged(sender->conn),
	    .confirm = sender->conf->confirm,
	};
	enum session_level level = session_verdict(&facts);

	if (level != SESSION_NONE)
		confirmed(sender, level);
	else
		session_failed(sender, why);
}

static void
confirmed(struct sender *sender, enum session_level level)
{
	const struct session *session = &sender->pump.session;

	log_debug(ROOM,
	    "session confirmed destination=%s server=%s level=%s "
	    "records=%llu octets=%llu ms=%lld",
	    sender->conf->name, server_of(sender), session_level_str(level),
	    (unsigned long long)session->records,
	    (unsigned long long)session->bytes,
	    (long long)(loop_now_ms(sender->loop) - session->began_ms));
	hang_up(sender);
	note_level(sender, level);
	if (sender->failures != 0)
		log_info(ROOM,
		    "destination \"%s\" is delivering again server=%s",
		    sender->conf->name, server_of(sender));
	backoff_reset(&sender->backoff);
	sender->failed = 0;
	sender->failures = 0;
	sender->stats.sessions++;
	sender->stats.confirmed += session->records;
	sender->stats.last_confirmed_ms = loop_wall_ms(sender->loop);
	sender->stats.last_error[0] = '\0';
	sender->release_to = session->next;
	if (release(sender) == 0)
		go_on(sender);
}

static void
note_level(struct sender *sender, enum session_level level)
{
	if (level == SESSION_KERNEL && sender->level != SESSION_KERNEL)
		log_warn(ROOM,
		    "destination \"%s\": the server never ends a session; "
		    "records count as delivered once its kernel has them, "
		    "which is weaker (confirm = \"close\" asks for more) "
		    "server=%s",
		    sender->conf->name, server_of(sender));
	sender->level = level;
}

/* The one place where records leave the queue. */
static int
release(struct sender *sender)
{
	struct err err;

	if (queue_release(sender->queue, sender->release_to, &err) == -1) {
		(void)err_wrap(&err, "cannot release what is delivered");
		spool_failed(sender, &err);
		return -1;
	}
	sender->release_to = 0;
	sender->hooks.released(sender->hooks.arg);
	return 0;
}

/* Nothing of it is confirmed: all of it will be sent again. */
static void
session_failed(struct sender *sender, const struct err *why)
{
	const char *server = server_of(sender);
	struct conn_facts facts;
	char what[ERR_TEXT_MAX + 400];

	conn_facts(sender->conn, &facts);
	(void)snprintf(what, sizeof(what), "%s%s%s%s: %s", server,
	    facts.address[0] != '\0' ? " (" : "", facts.address,
	    facts.address[0] != '\0' ? ")" : "", why->text);
	if (sender->state != SENDER_CONNECTING) {
		pump_fail(&sender->pump);
		sender->level = SESSION_NONE;
	}
	hang_up(sender);
	sender->failures++;
	sender->failed++;
	sender->server = (sender->server + 1) % sender->conf->servers.count;
	(void)snprintf(sender->stats.last_error,
	    sizeof(sender->stats.last_error), "%s", what);
	if (!sender->stopping && sender->pending.conf == NULL &&
	    sender->failed < sender->conf->servers.count) {
		log_warn(ROOM, "destination \"%s\": %s; trying %s next",
		    sender->conf->name, what, server_of(sender));
		connect_to(sender);
		return;
	}
	back_off(sender, what);
}

/* The fault is ours, no server's. */
static void
spool_failed(struct sender *sender, const struct err *why)
{
	hang_up(sender);
	(void)snprintf(sender->stats.last_error,
	    sizeof(sender->stats.last_error), "%s", why->text);
	sender->failures++;
	back_off(sender, why->text);
}

static void
back_off(struct sender *sender, const char *what)
{
	int64_t wait_ms;

	if (sender->stopping || sender->pending.conf != NULL) {
		log_warn(
		    ROOM, "destination \"%s\": %s", sender->conf->name, what);
		go_on(sender);
		return;
	}
	wait_ms = backoff_fail(&sender->backoff, &sender->rng);
	log_warn(ROOM, "destination \"%s\": %s; retrying in %llds",
	    sender->conf->name, what, (long long)((wait_ms + 999) / 1000));
	sender->failed = 0;
	sender->state = SENDER_BACKING_OFF;
	timer_set(sender->timer, wait_ms);
}

static void
hang_up(struct sender *sender)
{
	timer_cancel(sender->timer);
	conn_free(sender->conn);
	sender->conn = NULL;
	pump_clear(&sender->pump);
	sender->state = SENDER_IDLE;
}

/* No session runs: what is next? Mostly the next session. */
static void
go_on(struct sender *sender)
{
	swap(sender);
	if (sender->stopping)
		stop_now(sender);
	else
		sender_kick(sender);
}

/* Take up the settings that wait, and let go of the old. */
static void
swap(struct sender *sender)
{
	struct pending pending = sender->pending;

	if (pending.conf == NULL)
		return;
	sender->pending.conf = NULL;
	tls_context_free(sender->tls);
	sender->conf = pending.conf;
	sender->tls = pending.tls;
	sender->server = 0;
	sender->failed = 0;
	backoff_reset(&sender->backoff);
	pending.done(pending.arg);
}

static void
stop_now(struct sender *sender)
{
	loop_fn *stopped = sender->stopped;

	sender->state = SENDER_PAUSED;
	sender->stopped = NULL;
	if (stopped != NULL)
		stopped(sender->stopped_arg);
}

static const char *
server_of(const struct sender *sender)
{
	return sender->conf->servers.items[sender->server];
}
