/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which warning was given is in the spool, so that a restart does not repeat
 * it and a new date begins anew.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/expiry.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/account.h"
#include "intake/notice.h"
#include "intake/poller.h"
#include "intake/stream.h"
#include "intake/token_end.h"
#include "intake/world.h"
#include "io/log.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define DAY_MS INT64_C(86400000)
#define NAME_SIZE 160

/* What is said of an end. */
struct words {
	const char *log, *act, *name, *msg;
};

static const struct words soon = {
    "the token expires soon: make a new one in the Abnormal portal and put it "
    "into its file",
    "expires", "Token expires soon",
    "Make a new API token in the Abnormal portal and put it into the token "
    "file"};
static const struct words over = {
    "the token has expired: make a new one in the Abnormal portal and put it "
    "into its file",
    "expired", "Token expired",
    "Make a new API token in the Abnormal portal and put it into the token "
    "file"};
static const struct words other = {
    "an API token of this tenant expires soon: if it is this source's, make a "
    "new one in the Abnormal portal and put it into its file; token-expires "
    "says when this source's ends",
    "expires", "A token of the tenant expires soon",
    "An API token of this tenant ends: if it is this source's, make a new one "
    "in the Abnormal portal and put it into the token file"};

static bool was_told(
    const struct intake_world *world, const char *name, const char *mark);
static bool store(const struct intake_world *world,
    const struct poller_setup *setup, const char *name,
    const struct notice *notice, bool is_new);
static void put_notice(struct batch *batch, const struct intake_world *world,
    const struct poller_setup *setup, const struct notice *notice);

bool
token_end_warn(const struct intake_world *world,
    const struct poller_setup *setup, const struct token_end *end,
    struct token_unstored *unstored)
{
	int64_t left_ms = end->ms - account_server_ms(setup->account);
	const struct words *w = !end->is_ours ? &other
	    : left_ms > 0                     ? &soon
	                                      : &over;
	int64_t days = left_ms / DAY_MS;
	char name[NAME_SIZE], when[RFC3339_SEC_LEN + 1];
	char mark[TOKEN_MARK_SIZE];
	struct notice notice = {
	    .cat = TEXT("token"),
	    .act = text_of(w->act),
	    .name = text_of(w->name),
	    .msg = text_of(w->msg),
	    .severity = end->is_ours && left_ms <= DAY_MS ? 7 : 5,
	    .end_ms = end->ms,
	    .count = left_ms > 0 ? days : -1,
	};
	bool is_new;

	if (expiry_due(left_ms) < 0)
		return true;
	rfc3339_sec(when, end->ms);
	(void)snprintf(mark, sizeof(mark), "%s %d", when, expiry_due(left_ms));
	(void)snprintf(name, NAME_SIZE, "token/%s/told", setup->conf->name);
	if (was_told(world, name, mark))
		return true;
	is_new = strcmp(unstored->mark, mark) != 0;
	if (is_new)
		log_warn("intake", "%s date=%s days=%" PRId64 " source=%s",
		    w->log, when, days, setup->conf->name);
	notice.id = text_of(mark);
	if (store(world, setup, name, &notice, is_new)) {
		unstored->mark[0] = '\0';
		return true;
	}
	memcpy(unstored->mark, mark, sizeof(mark));
	return false;
}

/* The notice, and under `name` that it was told. */
static bool
store(const struct intake_world *world, const struct poller_setup *setup,
    const char *name, const struct notice *notice, bool is_new)
{
	struct batch *batch = batch_new();
	struct err why;
	bool stored;

	put_notice(batch, world, setup, notice);
	batch_put_cursor(batch, name, notice->id.ptr);
	stored = spool_commit(world->spool, batch, &why) == 0;
	batch_free(batch);
	if (stored)
		world->committed(world->arg);
	else if (is_new)
		log_warn("intake",
		    "the warning is no record yet, and is tried again: %s "
		    "source=%s",
		    why.text, setup->conf->name);
	return stored;
}

static bool
was_told(const struct intake_world *world, const char *name, const char *mark)
{
	char value[TOKEN_MARK_SIZE];

	return cursor_get(world->spool, name, value, sizeof(value), NULL) ==
	    1 &&
	    strcmp(value, mark) == 0;
}

static void
put_notice(struct batch *batch, const struct intake_world *world,
    const struct poller_setup *setup, const struct notice *notice)
{
	struct taker taker;

	taker_init(&taker, world->spool, batch, &stream_threats);
	taker.context = setup->context;
	taker.outlets = setup->outlets;
	taker.outlet_count = setup->outlet_count;
	notice_put(&taker, notice, account_server_ms(setup->account));
	taker_clear(&taker);
}
