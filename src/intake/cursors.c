/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a source remembers in the spool: how far it has got on each of the
 * API's clocks, where it began, and which threats it has fetched whole.
 */
#include "config.h"

#include <stdio.h>

#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/cursors.h"
#include "intake/poller_parts.h"
#include "intake/run.h"
#include "intake/server_time.h"
#include "spool/batch.h"

static const char *const names[WINDOW_KINDS] = {
    [WINDOW_NEW] = "received",
    [WINDOW_CHANGED] = "remediated",
    [WINDOW_LATE] = "origin",
};

static void name_of(
    const struct poller *p, enum window_kind kind, char *out, size_t size);
static int load(
    struct poller *p, enum window_kind kind, int64_t *ret_s, struct err *err);

/* At the very first poll there is none: begin where the configuration says. */
int
cursors_load(struct poller *p, struct err *err)
{
	int64_t begin_ms = p->conf->start_ms;
	int64_t values[WINDOW_KINDS];

	if (begin_ms == 0)
		begin_ms = poller_server_ms(p) - p->conf->start_ago_ms;
	for (enum window_kind kind = 0; kind < WINDOW_KINDS; kind++) {
		values[kind] = begin_ms / 1000;
		if (load(p, kind, &values[kind], err) == -1)
			return -1;
	}
	p->origin_s = values[WINDOW_LATE];
	memcpy(p->cursors_s, values, sizeof(values));
	return retries_load(p->retries, p->world.spool, err);
}

void
cursors_put(struct poller *p, enum window_kind kind)
{
	char name[256], value[RFC3339_SEC_LEN + 1];

	name_of(p, kind, name, sizeof(name));
	rfc3339_sec(value, p->cursors_s[kind] * 1000);
	batch_put_cursor(p->batch, name, value);
	/* The origin is settled with the first cursor. */
	name_of(p, WINDOW_LATE, name, sizeof(name));
	rfc3339_sec(value, p->origin_s * 1000);
	batch_put_cursor(p->batch, name, value);
}

struct ledger_key
parent_key(const struct poller *p, struct text id)
{
	const struct text parts[] = {
	    text_of(p->conf->name), text_of(p->stream->name), id};

	return ledger_key(p->world.spool, parts, 3);
}

/* An unreadable ledger says "not known": the detail is fetched once more. */
bool
parent_is_known(struct poller *p, struct text id)
{
	struct ledger_key key = parent_key(p, id);
	uint64_t state;

	return batch_get_ledger(p->batch, key, &state) == 1 ||
	    ledger_get(p->world.spool, key, &state, NULL) == 1;
}

/*
 * An id says nothing of where in the ledger it will lie, so in every commit
 * each of them changes a page of its own. They are held back until many share
 * a page. What is lost with the process costs a request each, and no record.
 */
void
parent_put(struct poller *p, struct text id)
{
	(void)keyset_add(&p->run.parents, parent_key(p, id));
	if (p->run.parents.count >= POLLER_PARENTS_MAX)
		parents_flush(p);
}

void
parents_flush(struct poller *p)
{
	struct keyset *parents = &p->run.parents;
	int64_t now_ms = loop_wall_ms(p->world.loop);

	if (parents->count > 0)
		run_gathered(p);
	for (size_t i = 0; i < parents->cap; i++)
		if (parents->slots[i].lo != 0 || parents->slots[i].hi != 0)
			batch_put_ledger(
			    p->batch, parents->slots[i], 0, now_ms);
	keyset_clear(parents);
}

static void
name_of(const struct poller *p, enum window_kind kind, char *out, size_t size)
{
	(void)snprintf(out, size, "cursor/%s/%s/%s", p->conf->name,
	    p->stream->name, names[kind]);
}

static int
load(struct poller *p, enum window_kind kind, int64_t *ret_s, struct err *err)
{
	char name[256], value[RFC3339_SEC_LEN + 1];
	int64_t ms;
	int found;

	name_of(p, kind, name, sizeof(name));
	found = cursor_get(p->world.spool, name, value, sizeof(value), err);
	if (found == -1)
		return -1;
	if (found == 0)
		return 0;
	if (rfc3339_parse(text_of(value), &ms) == -1)
		return err_set(
		    err, ERR_CORRUPT, "cursor %s is not a time", name);
	*ret_s = ms / 1000;
	return 0;
}
