/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sentence for each decision, all with source= and stream= at the end, so
 * that one stream's can be picked out.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/rfc3339.h"
#include "conf/conf.h"
#include "intake/explain.h"
#include "intake/plan.h"
#include "intake/poller_parts.h"
#include "io/http.h"
#include "io/log.h"
#include "io/loop.h"

#define ROOM "intake"
#define WHO "source=%s stream=%s"
#define TEXT_MAX 1024

static const char *reason(const struct poller *p, const struct window *w);
static const char *key_of(const struct poller *p, const struct window *w);

void
explain(const struct poller *p, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	if (!log_is_debug())
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_debug(ROOM, "%s " WHO, text, p->conf->name, p->stream->name);
}

void
explain_poll(const struct poller *p, const char *why)
{
	log_debug(ROOM, "poll begins: %s windows=%zu retries=%zu " WHO, why,
	    p->run.windows.count, retries_count(p->retries), p->conf->name,
	    p->stream->name);
}

void
explain_window(const struct listing *l)
{
	const struct poller *p = l->poller;
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	if (!log_is_debug())
		return;
	rfc3339_sec(from, l->window.from_s * 1000);
	rfc3339_sec(to, l->window.to_s * 1000);
	log_debug(ROOM, "window begins: %s%s key=%s from=%s to=%s " WHO,
	    reason(p, &l->window),
	    l->is_resumed ? ", begun by an earlier run" : "",
	    key_of(p, &l->window), from, to, p->conf->name, p->stream->name);
}

void
explain_list(const struct listing *l, const struct explain_ids *ids)
{
	const struct poller *p = l->poller;

	log_debug(ROOM,
	    "list of %zu ids page=%lld pass=%u new=%zu again=%zu known=%zu "
	    "met=%zu " WHO,
	    ids->unknown + ids->again + ids->known + ids->met,
	    (long long)l->page, l->pass, ids->unknown, ids->again, ids->known,
	    ids->met, p->conf->name, p->stream->name);
}

void
explain_halves(
    const struct poller *p, const struct window *whole, const char *why)
{
	char from[RFC3339_SEC_LEN + 1], to[RFC3339_SEC_LEN + 1];

	if (!log_is_debug())
		return;
	rfc3339_sec(from, whole->from_s * 1000);
	rfc3339_sec(to, whole->to_s * 1000);
	log_debug(ROOM, "window is halved: %s key=%s from=%s to=%s " WHO, why,
	    key_of(p, whole), from, to, p->conf->name, p->stream->name);
}

void
explain_detail(const struct detail *d)
{
	const struct poller *p = d->poller;
	const char *what = d->held > 0 ? "held, still being judged"
	    : d->records == 0          ? "unchanged"
	    : d->updates == 0          ? "new"
	    : d->updates == d->records ? "update"
	                               : "new, and an update";

	log_debug(ROOM,
	    "detail taken: %s%s id=%s records=%u updates=%u pages=%u " WHO,
	    what, d->is_retry ? ", after a failure" : "", d->id, d->records,
	    d->updates, d->pages + 1, p->conf->name, p->stream->name);
}

/* run_pump comes by often: once for each wait. */
void
explain_wait(struct poller *p, int64_t wait_ms, bool is_late)
{
	int64_t now_ms = loop_now_ms(p->world.loop);

	if (now_ms < p->run.wait_told_ms)
		return;
	if (wait_ms > 0) {
		p->run.wait_told_ms = now_ms + wait_ms;
		log_debug(ROOM, "waiting for %s ms=%lld " WHO,
		    is_late ? "the share of the budget that looking back has"
		            : "the budget of requests, or as the API has asked",
		    (long long)wait_ms, p->conf->name, p->stream->name);
	} else {
		log_debug(ROOM,
		    "waiting for a place among the requests of all "
		    "sources " WHO,
		    p->conf->name, p->stream->name);
	}
}

void
explain_retry_after(const struct poller *p, const struct http_reply *reply)
{
	if (reply->retry_after_ms > 0)
		log_debug(ROOM, "the API says Retry-After ms=%lld " WHO,
		    (long long)reply->retry_after_ms, p->conf->name,
		    p->stream->name);
	else
		log_debug(ROOM,
		    "the API does not say how long: a minute, and twice as "
		    "long each time " WHO,
		    p->conf->name, p->stream->name);
}

void
explain_commit(const struct poller *p, size_t records)
{
	char at[WINDOW_LATE][RFC3339_SEC_LEN + 1];

	if (!log_is_debug())
		return;
	rfc3339_sec(at[0], p->spans[WINDOW_NEW].cursor_s * 1000);
	rfc3339_sec(at[1], p->spans[WINDOW_CHANGED].cursor_s * 1000);
	log_debug(ROOM,
	    "committed records=%zu cursor=%s cursor_changed=%s holes=%zu " WHO,
	    records, at[0],
	    p->stream->filter_keys[WINDOW_CHANGED] != NULL ? at[1] : "-",
	    p->spans[WINDOW_NEW].count, p->conf->name, p->stream->name);
}

static const char *
reason(const struct poller *p, const struct window *w)
{
	int64_t overlap_s = p->conf->overlap_ms / 1000;

	if (p->errand.until_s != 0)
		return "replay";
	switch (w->kind) {
	case WINDOW_NEW:
		return w->from_s < p->spans[WINDOW_NEW].cursor_s
		    ? "a hole that was left"
		    : "new since the cursor";
	case WINDOW_CHANGED:
		return "changed since the cursor";
	case WINDOW_LATE:
		return w->to_s <= plan_newest_s(p) - overlap_s
		    ? "recheck of what is older than the overlap"
		    : "looking back over the overlap";
	case WINDOW_KINDS:
		break;
	}
	return "";
}

static const char *
key_of(const struct poller *p, const struct window *w)
{
	const char *key = p->stream->filter_keys[w->kind];

	return key != NULL && key[0] != '\0' ? key : "range";
}
