/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One session: the carrier takes it to its end, and what follows from that end
 * is decided here. The moves between states are in the picture at the head of
 * sender.c.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/sender_habits.h"
#include "deliver/sender_parts.h"
#include "io/conn.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/queue.h"

#define ROOM "deliver"

static void on_opened(void *arg);
static uint64_t allowance(struct sender *sender);
static void on_written(void *arg);
static void on_confirmed(void *arg);
static void on_ended(enum carrier_end end, enum session_level level,
    const struct err *why, void *arg);
static void note_said(struct sender *sender);
static size_t server_count(const struct sender *sender);
static void confirmed(struct sender *sender, enum session_level level);
static void tell_size(const struct sender *sender, const struct sizing *before);
static void note_level(struct sender *sender, enum session_level level);
static void release_meanwhile(struct sender *sender);
static void count_confirmed(struct sender *sender);
static void session_failed(struct sender *sender, const struct err *why);
static int keep_confirmed(struct sender *sender);
static void put_place(const struct sender *sender, struct err *what);
static void give_up(struct sender *sender, const struct err *why);
static void back_off(struct sender *sender, const struct err *what);
static uint64_t min_u64(uint64_t a, uint64_t b);

void
sender_connect(struct sender *sender)
{
	const struct carrier_job job = {
	    .loop = sender->loop,
	    .queue = sender->queue,
	    .session = &sender->session,
	    .conf = sender->conf,
	    .tls = sender->tls,
	    .server = sender_server(sender),
	    .hooks = {on_opened, on_written, on_confirmed, on_ended, sender},
	};

	/* What is known of the certificate is another server's. */
	if (strcmp(sender->stats.server, job.server) != 0)
		sender->stats.certificate_expires_ms = 0;
	(void)snprintf(sender->stats.server, sizeof(sender->stats.server), "%s",
	    job.server);
	log_debug(ROOM, "session begins destination=%s server=%s queued=%llu",
	    sender->conf->name, job.server,
	    (unsigned long long)queue_waiting(sender->queue));
	sender->state = SENDER_CONNECTING;
	sender_renew_tls(sender);
	sender->opening_ms = loop_now_ms(sender->loop);
	sender->carrier = carrier_start(&job);
}

void
sender_on_timer(void *arg)
{
	struct sender *sender = arg;

	if (sender->state == SENDER_BACKING_OFF)
		sender_begin(sender);
	else if (sender->release_to != 0 && sender->carrier == NULL)
		sender_release_and_go_on(sender);
	else if (sender->release_to != 0)
		release_meanwhile(sender);
}

static void
on_opened(void *arg)
{
	struct sender *sender = arg;
	const struct conf_destination *conf = sender->conf;
	const struct session_caps caps = {
	    .records = allowance(sender),
	    .bytes = min_u64(conf->session_bytes, sender->sizing.bytes),
	    .time_ms = conf->session_time_ms,
	};
	struct conn_facts facts;

	carrier_facts(sender->carrier, &facts);
	log_debug(ROOM,
	    "connected destination=%s server=%s address=%s tls=%s resumed=%d",
	    conf->name, sender_server(sender), facts.address, facts.version,
	    facts.resumed);
	sender->stats.certificate_expires_ms = facts.expires_ms;
	sender->state = SENDER_SENDING;
	sender->opening_ms = loop_now_ms(sender->loop) - sender->opening_ms;
	sender_follow_queue(sender);
	session_begin(&sender->session, &caps, loop_now_ms(sender->loop));
	sender->counted = 0;
}

/* How many records the session that begins now may hold. */
static uint64_t
allowance(struct sender *sender)
{
	const struct conf_destination *conf = sender->conf;
	uint64_t most = min_u64(conf->session_records, sender->sizing.records);

	/* Of a session that failed, if there was one. */
	pace_settle(&sender->pace, sender->session.records);
	return pace_lend(
	    &sender->pace, conf->rate, most, loop_now_ms(sender->loop));
}

static void
on_written(void *arg)
{
	struct sender *sender = arg;
	const struct session *session = &sender->session;

	log_debug(ROOM,
	    "session is complete: %s destination=%s records=%llu octets=%llu",
	    sender->stopping
	        ? "cefd stops, or it is paused"
	        : session_end_str(session, loop_now_ms(sender->loop)),
	    sender->conf->name, (unsigned long long)session->records,
	    (unsigned long long)session->bytes);
	sender->state = SENDER_CONFIRMING;
	FAULT_POINT("session-sent");
}

/* Some of it, and the session goes on. */
static void
on_confirmed(void *arg)
{
	struct sender *sender = arg;

	count_confirmed(sender);
	release_meanwhile(sender);
}

/* A part at a turn; the session goes on. */
static void
release_meanwhile(struct sender *sender)
{
	int result = sender_release(sender, false);

	if (result == -1)
		return;
	if (sender->release_to != 0)
		timer_set(sender->timer, 0);
	if (result == 1)
		sender->hooks.released(sender->hooks.arg);
}

static void
on_ended(enum carrier_end end, enum session_level level, const struct err *why,
    void *arg)
{
	struct sender *sender = arg;
	/* It is the carrier's, which goes before it was told. */
	struct err copy = why != NULL ? *why : (struct err){.code = ERR_NONE};

	note_said(sender);
	switch (end) {
	case CARRIER_DONE:
		if (sender_judge_end(sender, level, &copy) == -1)
			session_failed(sender, &copy);
		else
			confirmed(sender, level);
		return;
	case CARRIER_FAILED:
		habit_broken(sender_habit(sender));
		sender->stats.held = false;
		session_failed(sender, &copy);
		return;
	case CARRIER_SPOOLED:
		sender_spool_failed(sender, &copy);
		return;
	case CARRIER_HOPELESS:
		give_up(sender, &copy);
		return;
	}
}

/* What speaks there may be anything. */
static void
note_said(struct sender *sender)
{
	struct conn_facts facts;
	const char *said;

	carrier_facts(sender->carrier, &facts);
	said = facts.said != NULL ? facts.said : "";
	if (said[0] != '\0' && strcmp(sender->stats.said, said) != 0)
		log_warn(ROOM,
		    "destination \"%s\": the server says \"%s\", where a "
		    "receiver of syslog is silent: look whether servers and "
		    "transport are right server=%s",
		    sender->conf->name, said, sender_server(sender));
	(void)snprintf(
	    sender->stats.said, sizeof(sender->stats.said), "%s", said);
}

static size_t
server_count(const struct sender *sender)
{
	return conf_transport_has_servers(sender->conf->transport)
	    ? sender->conf->servers.count
	    : 1;
}

static void
confirmed(struct sender *sender, enum session_level level)
{
	struct session *session = &sender->session;
	int64_t took_ms = loop_now_ms(sender->loop) - session->began_ms;
	struct sizing before = sender->sizing;

	FAULT_POINT("session-confirmed");
	log_debug(ROOM,
	    "session confirmed destination=%s server=%s level=%s "
	    "records=%llu octets=%llu ms=%lld",
	    sender->conf->name, sender_server(sender), session_level_str(level),
	    (unsigned long long)session->records,
	    (unsigned long long)session->bytes, (long long)took_ms);
	sizing_good(&sender->sizing, session, sender->opening_ms, took_ms);
	tell_size(sender, &before);
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
	sender->stats.last_error[0] = '\0';
	session_confirm(session, session->next, session->records);
	count_confirmed(sender);
	sender_release_and_go_on(sender);
}

static void
tell_size(const struct sender *sender, const struct sizing *before)
{
	const struct sizing *now = &sender->sizing;
	bool less =
	    now->records < before->records || now->bytes < before->bytes;

	if (now->records == before->records && now->bytes == before->bytes)
		return;
	log_debug(ROOM,
	    "sessions are made %s destination=%s records=%llu octets=%llu",
	    less ? "shorter" : "longer", sender->conf->name,
	    (unsigned long long)now->records, (unsigned long long)now->bytes);
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

static void
count_confirmed(struct sender *sender)
{
	const struct session *session = &sender->session;

	sender->stats.confirmed += session->confirmed - sender->counted;
	sender->counted = session->confirmed;
	sender->stats.last_confirmed_ms = loop_wall_ms(sender->loop);
	sender->release_to = session->confirmed_to;
}

/* What is not confirmed of it will be sent again. */
static void
session_failed(struct sender *sender, const struct err *why)
{
	size_t servers = server_count(sender);
	struct err what = *why;

	put_place(sender, &what);
	pace_rest(&sender->pace);
	log_debug(ROOM,
	    "session failed, what is not confirmed is sent again "
	    "destination=%s records=%llu confirmed=%llu failures=%u",
	    sender->conf->name,
	    sender->state == SENDER_CONNECTING
	        ? 0ULL
	        : (unsigned long long)sender->session.records,
	    sender->state == SENDER_CONNECTING
	        ? 0ULL
	        : (unsigned long long)sender->session.confirmed,
	    sender->failures + 1);
	if (sender->state != SENDER_CONNECTING && keep_confirmed(sender) == -1)
		return;
	sender_hang_up(sender);
	sender->failures++;
	sender->failed++;
	if (sender->server == 0)
		sender->left_ms = loop_now_ms(sender->loop);
	sender->server = (sender->server + 1) % servers;
	if (!sender->stopping && sender->pending.conf == NULL &&
	    sender->failed < servers) {
		memcpy(sender->stats.last_error, what.text, ERR_TEXT_MAX);
		log_warn(ROOM, "destination \"%s\": %s; trying %s next",
		    sender->conf->name, what.text, sender_server(sender));
		sender_connect(sender);
		return;
	}
	back_off(sender, &what);
}

/* Release what was confirmed before the failure, if anything. */
static int
keep_confirmed(struct sender *sender)
{
	struct sizing before = sender->sizing;

	session_fail(&sender->session);
	sizing_bad(&sender->sizing, &sender->session);
	tell_size(sender, &before);
	sender->level = SESSION_NONE;
	if (sender->session.confirmed == 0)
		return 0;
	/* Something gets through: do not wait for long. */
	backoff_reset(&sender->backoff);
	count_confirmed(sender);
	if (sender_release(sender, true) == -1)
		return -1;
	sender->hooks.released(sender->hooks.arg);
	return 0;
}

/* Put the server, and the address if it says more, before the reason. */
static void
put_place(const struct sender *sender, struct err *what)
{
	const char *server = sender_server(sender);
	struct conn_facts facts;

	carrier_facts(sender->carrier, &facts);
	if (facts.address[0] != '\0' && strcmp(facts.address, server) != 0)
		(void)err_wrap(what, "%s (%s)", server, facts.address);
	else
		(void)err_wrap(what, "%s", server);
}

void
sender_spool_failed(struct sender *sender, const struct err *why)
{
	bool in_session = sender->state == SENDER_SENDING ||
	    sender->state == SENDER_CONFIRMING;

	if (sender->carrier != NULL && in_session) {
		session_fail(&sender->session);
		sender->level = SESSION_NONE;
		/* It is released first, once the spool is well. */
		if (sender->session.confirmed != 0)
			count_confirmed(sender);
	}
	sender_hang_up(sender);
	pace_rest(&sender->pace);
	sender->failures++;
	sender->spool_failed = true;
	back_off(sender, why);
}

/* Trying again is of no use before the settings change. */
static void
give_up(struct sender *sender, const struct err *why)
{
	struct err what;

	/* Before its owner, the carrier, is gone. */
	(void)err_set(&what, why->code,
	    "%s; given up until its settings change (cefctl reload) or cefd is "
	    "started again",
	    why->text);
	session_fail(&sender->session);
	sender_hang_up(sender);
	sender->failures++;
	memcpy(sender->stats.last_error, what.text, ERR_TEXT_MAX);
	log_error(
	    ROOM, "destination \"%s\": %s", sender->conf->name, what.text);
	/* Without a timer: only new settings, or a stop, end this. */
	sender->state = SENDER_BACKING_OFF;
	if (sender->stopping || sender->pending.conf != NULL)
		sender_go_on(sender);
}

static void
back_off(struct sender *sender, const struct err *what)
{
	int64_t wait_ms;

	memcpy(sender->stats.last_error, what->text, ERR_TEXT_MAX);
	if (sender->stopping || sender->pending.conf != NULL) {
		log_warn(ROOM,
		    "destination \"%s\": %s; what is not confirmed is sent "
		    "again",
		    sender->conf->name, what->text);
		sender_go_on(sender);
		return;
	}
	wait_ms = backoff_fail(&sender->backoff, &sender->rng);
	/* Whatever it is: the test walks there and knows what to do. */
	log_warn(ROOM,
	    "destination \"%s\": %s; retrying in %llds (cefctl test %s tells "
	    "more)",
	    sender->conf->name, what->text, (long long)((wait_ms + 999) / 1000),
	    sender->conf->name);
	sender->failed = 0;
	sender->state = SENDER_BACKING_OFF;
	timer_set(sender->timer, wait_ms);
}

static uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}
