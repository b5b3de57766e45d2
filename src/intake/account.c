/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Budget and clock.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conf/conf.h"
#include "intake/account_parts.h"
#include "intake/asking.h"
#include "intake/world.h"
#include "io/log.h"
#include "io/loop.h"
#include "io/timer.h"

/* What need not be told. */
#define SKEW_TOLD_MS 2000
/* What a Date may be off, from the API's clock and from ours, without doubt. */
#define JUMP_MS 60000
#define FIRST_JUMP_MS (INT64_C(2) * 86400000)
#define JUMPS_BELIEVED 3
#define DOUBTS_MAX 6
#define UNTOLD_MAX 6
/* 2018-01-01, when there was no such API: no Date is older, whoever says it. */
#define OLDEST_MS (INT64_C(1514764800) * 1000)

static void use_budget(struct account *account);
static bool is_believed(
    struct account *account, int64_t date_ms, int64_t now_ms);
static void note_step(
    struct account *account, int64_t date_ms, int64_t expected_ms);
static bool is_near(int64_t a, int64_t b, int64_t limit_ms);
static void tell_skew(
    struct account *account, int64_t skew_ms, int64_t late_ms);

struct account *
account_new(const struct intake_world *world, const struct conf_source *conf,
    void (*freed)(void *arg), void *arg)
{
	struct account *account = xcalloc(1, sizeof(*account));

	account->world = world;
	account->freed = freed;
	account->arg = arg;
	account->timer = timer_new(world->loop, freed, arg);
	/* Its own, until there is a token. */
	account->shared = (uint64_t)(uintptr_t)account;
	account_configure(account, conf);
	return account;
}

void
account_free(struct account *account)
{
	if (account == NULL)
		return;
	budget_leave(&account->budget, loop_now_ms(account->world->loop));
	timer_free(account->timer);
	secret_free(account->token);
	free(account);
}

void
account_configure(struct account *account, const struct conf_source *conf)
{
	account->conf = conf;
	use_budget(account);
}

static void
use_budget(struct account *account)
{
	budget_use(account->world->budgets, &account->budget, account->shared,
	    account->conf->requests_per_minute,
	    loop_now_ms(account->world->loop));
}

struct bucket *
account_bucket(struct account *account)
{
	return &account->budget->all;
}

uint64_t
account_requests(const struct account *account)
{
	return account->requests;
}

int64_t
account_server_ms(const struct account *account)
{
	if (account->server_ms == 0)
		return loop_wall_ms(account->world->loop);
	return account->server_ms + loop_now_ms(account->world->loop) -
	    account->server_at_ms;
}

bool
account_knows_time(const struct account *account)
{
	return account->server_ms != 0;
}

bool
account_lacks_time(const struct account *account)
{
	return account->server_ms == 0 && account->untold >= UNTOLD_MAX;
}

int64_t
account_back_ms(const struct account *account, int64_t *ret_from_ms)
{
	*ret_from_ms = account->untrue_ms;
	return account->back_ms;
}

int64_t
account_skew_ms(const struct account *account)
{
	if (account->server_ms == 0)
		return 0;
	return loop_wall_ms(account->world->loop) - account_server_ms(account);
}

bool
account_doubts_time(const struct account *account)
{
	return account->doubts > 0 && account->doubts <= DOUBTS_MAX;
}

void
account_note_clock(struct account *account, int64_t date_ms, int64_t late_ms)
{
	int64_t now_ms = loop_now_ms(account->world->loop);

	if (!is_believed(account, date_ms, now_ms)) {
		if (account->server_ms == 0 && ++account->untold == UNTOLD_MAX)
			log_warn("intake",
			    "the API's replies do not tell the time (no Date, "
			    "or none that can be): this machine's clock is "
			    "used, have NTP keep it right source=%s",
			    account->conf->name);
		return;
	}
	account->jumps = account->doubts = 0;
	if (account->server_ms != 0)
		note_step(account, date_ms, account_server_ms(account));
	account->server_ms = date_ms;
	account->server_at_ms = now_ms;
	tell_skew(
	    account, loop_wall_ms(account->world->loop) - date_ms, late_ms);
}

/*
 * A cursor that was carried into the future by a wrong Date would leave out all
 * that comes until then. So what is far from what was expected is believed when
 * several replies in a row say the same, and else passed over.
 */
static bool
is_believed(struct account *account, int64_t date_ms, int64_t now_ms)
{
	int64_t limit_ms = account->server_ms != 0 ? JUMP_MS : FIRST_JUMP_MS;
	int64_t start_ms = date_ms - now_ms;

	if (date_ms < OLDEST_MS) {
		/* Nor is there anything to wait for. */
		account->jumps = account->doubts = 0;
		return false;
	}
	if (is_near(date_ms, account_server_ms(account), limit_ms))
		return true;
	if (account->jumps == 0 ||
	    !is_near(start_ms, account->jump_ms, JUMP_MS)) {
		account->jump_ms = start_ms;
		account->jumps = 0;
	}
	account->doubts++;
	return ++account->jumps >= JUMPS_BELIEVED;
}

/* Who was ahead, and how long, is known when it comes back. */
static void
note_step(struct account *account, int64_t date_ms, int64_t expected_ms)
{
	if (is_near(date_ms, expected_ms, JUMP_MS))
		return;
	if (date_ms > expected_ms) {
		if (account->ahead_ms == 0)
			account->ahead_ms = expected_ms;
		return;
	}
	account->back_ms += expected_ms - date_ms;
	account->untrue_ms = account->ahead_ms;
	account->ahead_ms = 0;
}

static bool
is_near(int64_t a, int64_t b, int64_t limit_ms)
{
	return a - b <= limit_ms && b - a <= limit_ms;
}

static void
tell_skew(struct account *account, int64_t skew_ms, int64_t late_ms)
{
	/* The server's second may have been nearly over, and the reply or we
	 * slow. */
	late_ms += 1000;
	if (skew_ms > 0)
		skew_ms = skew_ms > late_ms ? skew_ms - late_ms : 0;
	if (is_near(skew_ms, account->skew_told_ms, SKEW_TOLD_MS))
		return;
	account->skew_told_ms = skew_ms;
	if (is_near(skew_ms, 0, SKEW_TOLD_MS)) {
		log_info("intake",
		    "this machine's clock agrees with the API's again "
		    "source=%s",
		    account->conf->name);
		return;
	}
	log_warn("intake",
	    "this machine's clock is %.1f s %s the API's, which is used: have "
	    "NTP set it "
	    "source=%s",
	    (double)(skew_ms < 0 ? -skew_ms : skew_ms) / 1000,
	    skew_ms < 0 ? "behind" : "ahead of", account->conf->name);
}
