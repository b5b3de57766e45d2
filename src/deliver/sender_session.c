/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One session: from the connection to the verdict and what follows from it.
 * The moves between states are in the picture at the head of sender.c.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "deliver/sender_parts.h"
#include "io/conn.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/queue.h"

#define ROOM "deliver"
/* A peer whose kernel goes on acknowledging may put confirm-timeout off so
 * many times. */
#define CONFIRM_ROUNDS_MAX 20

static void on_opened(void *arg);
static void on_writable(void *arg);
static void on_ended(enum conn_end end, const struct err *why, void *arg);
static void pump(struct sender *sender);
static void confirm(struct sender *sender);
static void check_progress(struct sender *sender);
static void check_answer(struct sender *sender);
static void judge(
    struct sender *sender, enum session_end end, const struct err *why);
static void confirmed(struct sender *sender, enum session_level level);
static void note_level(struct sender *sender, enum session_level level);
static void session_failed(struct sender *sender, const struct err *why);
static void put_place(const struct sender *sender, struct err *what);
static void spool_failed(struct sender *sender, const struct err *why);
static void back_off(struct sender *sender, const struct err *what);

void
sender_connect(struct sender *sender)
{
	const struct conf_destination *conf = sender->conf;
	const struct conn_options options = {
	    .server = sender_server(sender),
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
	    .records = sender_allowance(sender),
	    .bytes = conf->session_bytes,
	    .time_ms = conf->session_time_ms,
	};
	struct conn_facts facts;

	conn_facts(sender->conn, &facts);
	log_debug(ROOM,
	    "connected destination=%s server=%s address=%s tls=%s resumed=%d",
	    conf->name, sender_server(sender), facts.address, facts.version,
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

void
sender_on_timer(void *arg)
{
	struct sender *sender = arg;

	switch (sender->state) {
	case SENDER_BACKING_OFF:
		sender_begin(sender);
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
		sender->unacknowledged = conn_unacknowledged(sender->conn);
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
	uint64_t now = conn_unacknowledged(sender->conn);
	struct err err;

	/* A slow peer frees room in the socket long before poll says so. */
	if (now < sender->unacknowledged)
		idle_ms = 0;
	sender->unacknowledged = now;
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

	if (now != 0 && now < sender->unacknowledged &&
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
	struct err copy = *why;

	if (level == SESSION_EOF && sender->says_close_notify) {
		/* It knows better: its process may have died with records in
		 * hand that it had read. Once only: it may have changed. */
		level = SESSION_NONE;
		(void)err_set(&copy, ERR_IO,
		    "the server ended the session without close_notify, which "
		    "it gave before");
	}
	sender->says_close_notify = level == SESSION_CLOSE_NOTIFY;
	if (level != SESSION_NONE) {
		confirmed(sender, level);
		return;
	}
	if (facts.finished &&
	    (end == SESSION_END_CLOSED || end == SESSION_END_EOF))
		(void)err_wrap(&copy, "not all of the session was taken");
	session_failed(sender, &copy);
}

static void
confirmed(struct sender *sender, enum session_level level)
{
	const struct session *session = &sender->pump.session;

	log_debug(ROOM,
	    "session confirmed destination=%s server=%s level=%s "
	    "records=%llu octets=%llu ms=%lld",
	    sender->conf->name, sender_server(sender), session_level_str(level),
	    (unsigned long long)session->records,
	    (unsigned long long)session->bytes,
	    (long long)(loop_now_ms(sender->loop) - session->began_ms));
	sender_hang_up(sender);
	note_level(sender, level);
	if (sender->failures != 0)
		log_info(ROOM,
		    "destination \"%s\" is delivering again server=%s",
		    sender->conf->name, sender_server(sender));
	backoff_reset(&sender->backoff);
	sender->failed = 0;
	sender->failures = 0;
	sender->stats.sessions++;
	sender->stats.confirmed += session->records;
	sender->stats.last_confirmed_ms = loop_wall_ms(sender->loop);
	sender->stats.last_error[0] = '\0';
	sender->release_to = session->next;
	if (sender_release(sender) == -1)
		return;
	sender_swap(sender);
	sender->hooks.released(sender->hooks.arg);
	sender_go_on(sender);
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
		    sender->conf->name, sender_server(sender));
	sender->level = level;
}

/* The one place where records leave the queue. */
int
sender_release(struct sender *sender)
{
	struct err err;

	if (queue_release(sender->queue, sender->release_to, &err) == -1) {
		(void)err_wrap(&err, "cannot release what is delivered");
		spool_failed(sender, &err);
		return -1;
	}
	sender->release_to = 0;
	return 0;
}

/* Nothing of it is confirmed: all of it will be sent again. */
static void
session_failed(struct sender *sender, const struct err *why)
{
	struct err what = *why;

	put_place(sender, &what);
	if (sender->state != SENDER_CONNECTING) {
		pump_fail(&sender->pump);
		sender->level = SESSION_NONE;
	}
	sender_hang_up(sender);
	sender->failures++;
	sender->failed++;
	sender->server = (sender->server + 1) % sender->conf->servers.count;
	if (!sender->stopping && sender->pending.conf == NULL &&
	    sender->failed < sender->conf->servers.count) {
		memcpy(sender->stats.last_error, what.text, ERR_TEXT_MAX);
		log_warn(ROOM, "destination \"%s\": %s; trying %s next",
		    sender->conf->name, what.text, sender_server(sender));
		sender_connect(sender);
		return;
	}
	back_off(sender, &what);
}

/* Put the server, and the address if it says more, before the reason. */
static void
put_place(const struct sender *sender, struct err *what)
{
	const char *server = sender_server(sender);
	struct conn_facts facts;

	conn_facts(sender->conn, &facts);
	if (facts.address[0] != '\0' && strcmp(facts.address, server) != 0)
		(void)err_wrap(what, "%s (%s)", server, facts.address);
	else
		(void)err_wrap(what, "%s", server);
}

/* The fault is ours, no server's. */
static void
spool_failed(struct sender *sender, const struct err *why)
{
	sender_hang_up(sender);
	sender->failures++;
	back_off(sender, why);
}

static void
back_off(struct sender *sender, const struct err *what)
{
	int64_t wait_ms;

	memcpy(sender->stats.last_error, what->text, ERR_TEXT_MAX);
	if (sender->stopping || sender->pending.conf != NULL) {
		log_warn(ROOM, "destination \"%s\": %s", sender->conf->name,
		    what->text);
		sender_go_on(sender);
		return;
	}
	wait_ms = backoff_fail(&sender->backoff, &sender->rng);
	log_warn(ROOM, "destination \"%s\": %s; retrying in %llds",
	    sender->conf->name, what->text,
	    (long long)((wait_ms + 999) / 1000));
	sender->failed = 0;
	sender->state = SENDER_BACKING_OFF;
	timer_set(sender->timer, wait_ms);
}
