/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two buckets: all requests pass the first; what looks at known things again
 * passes the second as well. The reserve in the first is for those who wait at
 * a terminal while a backfill takes all that there is.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "intake/account_parts.h"
#include "intake/asking.h"
#include "intake/gate.h"
#include "intake/world.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"

/* Requests that are left for whoever waits for the answer. */
#define RESERVE 2

struct ask {
	struct account *account;
	bool is_troubled; /* as its place in the gate is */
	struct http_call *call;
	http_done_fn *done;
	void *arg;
};

static void on_reply(
    const struct http_reply *reply, const struct err *failure, void *arg);
static void leave(struct account *account, bool is_troubled);

int64_t
account_admit(
    struct account *account, enum urgency urgency, struct gate_waiter *waiter)
{
	double reserve = urgency == URGENT ? 0 : RESERVE;
	int64_t now_ms = loop_now_ms(account->world->loop);
	int64_t wait_ms = bucket_wait(&account->budget->all, reserve, now_ms);

	if (now_ms < account->budget->hold_ms)
		return account->budget->hold_ms - now_ms;
	if (account->in_flight >= account->conf->max_in_flight)
		return ACCOUNT_NO_PLACE;
	if (wait_ms == 0 && urgency == LATE)
		wait_ms = bucket_wait(&account->budget->late, 0, now_ms);
	if (wait_ms > 0)
		return wait_ms;
	if (!gate_enter(account->world->gate, waiter))
		return ACCOUNT_NO_PLACE;
	account->is_troubled = waiter->is_troubled;
	(void)bucket_take(&account->budget->all, reserve, now_ms);
	if (urgency == LATE)
		(void)bucket_take(&account->budget->late, 0, now_ms);
	return 0;
}

void
account_hold(struct account *account, int64_t wait_ms)
{
	int64_t until_ms = loop_now_ms(account->world->loop) +
	    (wait_ms < ACCOUNT_HOLD_MAX_MS ? wait_ms : ACCOUNT_HOLD_MAX_MS);

	if (until_ms > account->budget->hold_ms)
		account->budget->hold_ms = until_ms;
}

int64_t
account_held_ms(const struct account *account)
{
	int64_t left_ms =
	    account->budget->hold_ms - loop_now_ms(account->world->loop);

	return left_ms > 0 ? left_ms : 0;
}

struct ask *
account_ask(struct account *account, const char *url, size_t max_bytes,
    http_done_fn *done, void *arg)
{
	const struct http_request request = {
	    .url = url,
	    .bearer = account->token,
	    .user_agent = "cefd/" PACKAGE_VERSION,
	    .ca_file = account->conf->ca_file,
	    .proxy = account->conf->proxy,
	    .timeout_ms = account->conf->timeout_ms,
	    .max_bytes = max_bytes,
	};
	struct ask *ask = xcalloc(1, sizeof(*ask));

	log_debug("intake", "GET %s source=%s", url, account->conf->name);
	account->requests++;
	account->in_flight++;
	ask->account = account;
	ask->is_troubled = account->is_troubled;
	ask->done = done;
	ask->arg = arg;
	ask->call = http_get(account->world->http, &request, on_reply, ask);
	return ask;
}

void
account_cancel(struct ask *ask)
{
	if (ask == NULL)
		return;
	http_cancel(ask->call);
	leave(ask->account, ask->is_troubled);
	/* Not from inside: who cancels is in the middle of something. */
	timer_set(ask->account->timer, 0);
	free(ask);
}

/* The account outlives `done`, which may end the poll but not the source. */
static void
on_reply(const struct http_reply *reply, const struct err *failure, void *arg)
{
	struct ask *ask = arg;
	struct account *account = ask->account;
	http_done_fn *done = ask->done;
	void *done_arg = ask->arg;
	struct err told;

	leave(account, ask->is_troubled);
	free(ask);
	/* A refusal of what is too old for it, too: it may be our clock. */
	if (reply != NULL &&
	    (reply->status == 200 ||
	        (reply->status == 400 && reply->date_ms > 0)))
		account_note_clock(
		    account, reply->date_ms, reply->date_late_ms);
	/* Whoever asked, and whatever it makes of it. */
	if (reply != NULL && reply->status == 429 && reply->retry_after_ms > 0)
		account_hold(account, reply->retry_after_ms);
	if (failure != NULL && failure->code != ERR_FULL)
		/* Whatever it is: the test walks there and knows what to do. */
		(void)err_set(&told, failure->code,
		    "%s (cefctl test %s tells more)", failure->text,
		    account->conf->name);
	else if (failure != NULL)
		told = *failure;
	done(reply, failure != NULL ? &told : NULL, done_arg);
	account->freed(account->arg);
}

static void
leave(struct account *account, bool is_troubled)
{
	account->in_flight--;
	gate_leave(account->world->gate, is_troubled);
}
