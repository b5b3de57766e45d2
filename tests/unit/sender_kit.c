/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sender between a real spool and receivers in child processes.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "certs.h"
#include "io/timer.h"
#include "io/tls_context.h"
#include "sender_kit.h"
#include "spool/queue.h"
#include "spool/spool.h"
#include "spool_kit.h"

#define LIMIT_MS 20000
#define FRAME_LEN (4 + SENDER_KIT_RECORD_LEN)

char *sender_kit_certs;

static void on_released(void *arg);
static void on_limit(void *arg);
static void on_poll(void *arg);
static bool has_happened(struct sender_kit *f);

int
sender_kit_begin(void **state)
{
	(void)state;
	sender_kit_certs = kit_folder();
	return certs_write_all(sender_kit_certs);
}

int
sender_kit_finish(void **state)
{
	(void)state;
	kit_remove(sender_kit_certs);
	return 0;
}

int
sender_kit_setup(void **state)
{
	struct sender_kit *f = xcalloc(1, sizeof(*f));

	f->conf = (struct conf_destination){
	    .name = (char *)(uintptr_t) "test",
	    .servers = {f->servers, 0},
	    .enabled = true,
	    .confirm_timeout_ms = 10000,
	    .connect_timeout_ms = 5000,
	    .write_timeout_ms = 10000,
	    .session_records = 20000,
	    .session_bytes = 16 << 20,
	    .session_time_ms = 30000,
	    .relp_window = 128,
	    .tls_min = 0x0303,
	};
	*state = f;
	return 0;
}

/* Receivers first: the spool must not be open in them. */
void
sender_kit_start(
    struct sender_kit *f, const struct receiver_plan *plans, size_t count)
{
	const struct sender_hooks hooks = {on_released, f};
	struct tls_context *tls = NULL;
	struct err err;

	for (size_t i = 0; i < count; i++) {
		receiver_start(&f->r[i], &plans[i]);
		f->servers[i] = f->r[i].server;
	}
	f->conf.servers.count = count;
	f->conf.transport =
	    plans[0].folder != NULL ? TRANSPORT_TLS : TRANSPORT_TCP;
	if (plans[0].folder != NULL) {
		f->conf.ca_file = xasprintf("%s/ca.pem", sender_kit_certs);
		tls = sender_tls_context(&f->conf, &err);
		assert_non_null(tls);
	}
	f->folder = kit_folder();
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->queue = kit_queue(f->spool, "test");
	f->loop = loop_new(NULL);
	f->poll = timer_new(f->loop, on_poll, f);
	f->limit = timer_new(f->loop, on_limit, f);
	f->sender = sender_new(f->loop, f->queue, &f->conf, tls, &hooks);
}

int
sender_kit_teardown(void **state)
{
	struct sender_kit *f = *state;

	sender_free(f->sender);
	timer_free(f->poll);
	timer_free(f->limit);
	loop_free(f->loop);
	spool_close(f->spool);
	kit_remove(f->folder);
	for (size_t i = 0; i < 3; i++)
		receiver_stop(&f->r[i]);
	free(f->conf.ca_file);
	free(f);
	return 0;
}

void
sender_kit_send(struct sender_kit *f, unsigned count)
{
	kit_fill(f->spool, f->queue, count, SENDER_KIT_RECORD_LEN);
	sender_kick(f->sender);
}

/* What came on that connection are whole frames of records from `first` on.
 * Returns how many; a torn frame at the end does not count. */
uint64_t
sender_kit_check(
    const struct receiver *r, size_t connection, uint64_t first, bool lines)
{
	const struct receiver_seen *seen = &r->log->seen[connection];
	const char *data = r->log->data + seen->start;
	size_t frame = lines ? SENDER_KIT_RECORD_LEN + 1 : FRAME_LEN;
	uint64_t count = seen->len / frame;

	for (uint64_t i = 0; i < count; i++) {
		const char *at = data + i * frame;
		char text[40];

		(void)snprintf(text, sizeof(text), "%s<14>rec %012llu>",
		    lines ? "" : "700 ", (unsigned long long)(first + i));
		assert_memory_equal(at, text, strlen(text));
		if (lines)
			assert_int_equal(at[SENDER_KIT_RECORD_LEN], '\n');
	}
	return count;
}

void
sender_kit_run_until(struct sender_kit *f, enum sender_kit_event event)
{
	f->until = event;
	timer_set(f->poll, 0);
	timer_set(f->limit, LIMIT_MS);
	loop_run(f->loop);
	timer_cancel(f->limit);
	if (f->timed_out) {
		struct sender_stats stats;

		sender_stats(f->sender, &stats);
		print_error("state=%s error=%s\n",
		    sender_state_str(stats.state), stats.last_error);
	}
	assert_false(f->timed_out);
}

struct sender_stats
sender_kit_stats(struct sender_kit *f)
{
	struct sender_stats stats;

	sender_stats(f->sender, &stats);
	return stats;
}

uint64_t
sender_kit_head(struct sender_kit *f)
{
	struct queue_stat stat;

	assert_int_equal(queue_stat(f->queue, &stat, NULL), 0);
	return stat.head;
}

void
sender_kit_on_stopped(void *arg)
{
	struct sender_kit *f = arg;

	f->stopped = true;
}

void
sender_kit_on_done(void *arg)
{
	struct sender_kit *f = arg;

	f->done++;
}

static void
on_released(void *arg)
{
	struct sender_kit *f = arg;

	f->released++;
}

static void
on_limit(void *arg)
{
	struct sender_kit *f = arg;

	f->timed_out = true;
	loop_stop(f->loop);
}

/* Ask again and again: the condition may be in another process's hands. */
static void
on_poll(void *arg)
{
	struct sender_kit *f = arg;

	if (has_happened(f))
		loop_stop(f->loop);
	else
		timer_set(f->poll, 5);
}

static bool
has_happened(struct sender_kit *f)
{
	enum sender_state state = sender_kit_stats(f).state;

	switch (f->until) {
	case SENDER_KIT_EMPTY:
		return queue_is_empty(f->queue);
	case SENDER_KIT_STOPPED:
		return f->stopped;
	case SENDER_KIT_ARRIVED:
		return f->r[0].log->seen[0].len > 0;
	case SENDER_KIT_BACKING_OFF:
		return state == SENDER_BACKING_OFF;
	case SENDER_KIT_SENDING:
		return state == SENDER_SENDING;
	case SENDER_KIT_CONFIRMING:
		return state == SENDER_CONFIRMING;
	case SENDER_KIT_RELEASED:
		return f->released != 0;
	}
	return false;
}
