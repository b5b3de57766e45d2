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
static void put_notice(struct batch *batch, const struct intake_world *world,
    const struct poller_setup *setup, const struct notice *notice);

void
token_end_warn(const struct intake_world *world,
    const struct poller_setup *setup, const struct token_end *end)
{
	int64_t left_ms = end->ms - account_server_ms(setup->account);
	const struct words *w = !end->is_ours ? &other
	    : left_ms > 0                     ? &soon
	                                      : &over;
	int64_t days = left_ms / DAY_MS;
	char name[NAME_SIZE], when[RFC3339_SEC_LEN + 1], mark[64];
	struct notice notice = {
	    .cat = TEXT("token"),
	    .act = text_of(w->act),
	    .name = text_of(w->name),
	    .msg = text_of(w->msg),
	    .severity = end->is_ours && left_ms <= DAY_MS ? 7 : 5,
	    .end_ms = end->ms,
	    .count = left_ms > 0 ? days : -1,
	};
	struct batch *batch;
	struct err why;

	if (expiry_due(left_ms) < 0)
		return;
	rfc3339_sec(when, end->ms);
	(void)snprintf(mark, sizeof(mark), "%s %d", when, expiry_due(left_ms));
	(void)snprintf(name, NAME_SIZE, "token/%s/told", setup->conf->name);
	if (was_told(world, name, mark))
		return;
	log_warn("intake", "%s date=%s days=%" PRId64 " source=%s", w->log,
	    when, days, setup->conf->name);
	notice.id = text_of(mark);
	batch = batch_new();
	put_notice(batch, world, setup, &notice);
	batch_put_cursor(batch, name, mark);
	if (spool_commit(world->spool, batch, &why) == -1)
		log_warn("intake", "the warning cannot be stored: %s source=%s",
		    why.text, setup->conf->name);
	else
		world->committed(world->arg);
	batch_free(batch);
}

static bool
was_told(const struct intake_world *world, const char *name, const char *mark)
{
	char value[64];

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
