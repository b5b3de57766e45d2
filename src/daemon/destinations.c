/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sending half of the fleet. A reload first prepares everything that can
 * fail (certificates, queues) and only then touches what runs.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "daemon/fleet_parts.h"
#include "daemon/pauses.h"
#include "daemon/starts.h"
#include "io/log.h"
#include "io/tls_context.h"
#include "spool/queue.h"

/* What a destination of the new configuration needs. */
struct plan {
	struct tls_context *tls;
	struct queue *queue;
};

_Static_assert(CONF_DESTINATIONS_MAX <= QUEUE_COUNT_MAX, "one each");

/* An old configuration, until the sender has let go of it. */
struct farewell {
	struct conf *conf;
};

static void destination_free(struct destination *d);
static void reap(struct fleet *fleet);
static int prepare(struct fleet *fleet, const struct conf *conf,
    struct plan **ret_plans, struct err *err);
static void plans_free(struct plan *plans, size_t count);
static void start(struct fleet *fleet, struct conf *conf,
    const struct conf_destination *section, struct plan *plan);
static struct destination *call_back(struct fleet *fleet, const char *name);
static void recall(struct destination *d);
static bool change(struct destination *d, struct conf *conf,
    const struct conf_destination *section, struct plan *plan);
static bool leave_missing(struct fleet *fleet, const struct conf *conf);
static void on_left(void *arg);
static void on_let_go(void *arg);

int
destinations_apply(
    struct fleet *fleet, struct conf *conf, bool *ret_changed, struct err *err)
{
	struct plan *plans = NULL;
	bool changed;

	if (prepare(fleet, conf, &plans, err) == -1)
		return -1;
	reap(fleet);
	changed = leave_missing(fleet, conf);
	for (size_t i = 0; i < conf->destination_count; i++) {
		const struct conf_destination *section = &conf->destinations[i];
		struct destination *d = destination_find(fleet, section->name);

		if (!section->enabled)
			continue;
		if (d == NULL && (d = call_back(fleet, section->name)) != NULL)
			changed = true;
		if (d == NULL) {
			start(fleet, conf, section, &plans[i]);
			changed = true;
		} else if (change(d, conf, section, &plans[i])) {
			changed = true;
		}
	}
	plans_free(plans, conf->destination_count);
	*ret_changed = changed;
	return 0;
}

void
destinations_stop(struct fleet *fleet, loop_fn *stopped, void *arg)
{
	struct destination *d, *next;

	reap(fleet);
	fleet->stopped = stopped;
	fleet->stopped_arg = arg;
	if (TAILQ_EMPTY(&fleet->destinations)) {
		stopped(arg);
		return;
	}
	for (d = TAILQ_FIRST(&fleet->destinations); d != NULL; d = next) {
		next = TAILQ_NEXT(d, next);
		if (d->leaving)
			continue;
		d->leaving = true;
		sender_stop(d->sender, on_left, d);
	}
}

void
destinations_free(struct fleet *fleet)
{
	while (!TAILQ_EMPTY(&fleet->destinations))
		destination_free(TAILQ_FIRST(&fleet->destinations));
}

static void
destination_free(struct destination *d)
{
	TAILQ_REMOVE(&d->fleet->destinations, d, next);
	sender_free(d->sender);
	conf_unref(d->conf);
	free(d);
}

/* Free those that have left. */
static void
reap(struct fleet *fleet)
{
	struct destination *d, *next;

	for (d = TAILQ_FIRST(&fleet->destinations); d != NULL; d = next) {
		next = TAILQ_NEXT(d, next);
		if (d->stopped)
			destination_free(d);
	}
}

static int
prepare(struct fleet *fleet, const struct conf *conf, struct plan **ret_plans,
    struct err *err)
{
	struct plan *plans =
	    xcalloc(conf->destination_count + 1, sizeof(*plans));

	for (size_t i = 0; i < conf->destination_count; i++) {
		const struct conf_destination *section = &conf->destinations[i];

		if (!section->enabled)
			continue;
		if (conf_transport_is_tls(section->transport))
			plans[i].tls = sender_tls_context(section, err);
		if ((conf_transport_is_tls(section->transport) &&
		        plans[i].tls == NULL) ||
		    (destination_find(fleet, section->name) == NULL &&
		        pauses_check(fleet, section->name, err) == -1) ||
		    queue_open(fleet->spool, section->name, &plans[i].queue,
		        err) == -1) {
			plans_free(plans, conf->destination_count);
			return err_wrap(
			    err, "destination \"%s\"", section->name);
		}
	}
	*ret_plans = plans;
	return 0;
}

static void
plans_free(struct plan *plans, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tls_context_free(plans[i].tls);
	free(plans);
}

/* One that is leaving does not count. */
struct destination *
destination_find(const struct fleet *fleet, const char *name)
{
	struct destination *d;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	if (!d->leaving && strcmp(d->section->name, name) == 0)
		return d;
	return NULL;
}

static void
start(struct fleet *fleet, struct conf *conf,
    const struct conf_destination *section, struct plan *plan)
{
	const struct sender_hooks hooks = {fleet_released, fleet};
	struct destination *d = xcalloc(1, sizeof(*d));

	d->fleet = fleet;
	d->conf = conf_ref(conf);
	d->section = section;
	d->queue = plan->queue;
	d->sequence = queue_next(plan->queue);
	/* What waited before is to leave first. */
	d->beat_number = d->sequence;
	d->sender =
	    sender_new(fleet->loop, d->queue, section, plan->tls, &hooks);
	plan->tls = NULL;
	TAILQ_INSERT_TAIL(&fleet->destinations, d, next);
	recall(d);
}

/*
 * One that is still leaving stays, with the session that it was to end: two
 * senders must never empty one queue, and a session that is broken off would be
 * sent again. NULL: there is none.
 */
static struct destination *
call_back(struct fleet *fleet, const char *name)
{
	struct destination *d;

	TAILQ_FOREACH(d, &fleet->destinations, next)
	if (d->leaving && strcmp(d->section->name, name) == 0)
		break;
	if (d == NULL)
		return NULL;
	d->leaving = false;
	sender_resume(d->sender);
	recall(d);
	return d;
}

/* What the spool knows of it. */
static void
recall(struct destination *d)
{
	struct err err;

	if (starts_note(d, &err) == -1)
		log_warn("deliver",
		    "destination \"%s\": its start cannot be noted yet: %s; "
		    "look at the spool's disk",
		    d->section->name, err.text);
	pauses_load(d);
}

/* True when something about it is different now. */
static bool
change(struct destination *d, struct conf *conf,
    const struct conf_destination *section, struct plan *plan)
{
	struct farewell *farewell;

	if (conf_destination_equal(d->section, section))
		return false;
	farewell = xcalloc(1, sizeof(*farewell));
	farewell->conf = d->conf;
	d->conf_before = conf_ref(d->conf);
	d->conf = conf_ref(conf);
	d->section = section;
	sender_reconfigure(d->sender, section, plan->tls, on_let_go, farewell);
	plan->tls = NULL;
	return true;
}

static void
on_let_go(void *arg)
{
	struct farewell *farewell = arg;

	conf_unref(farewell->conf);
	free(farewell);
}

/* One that is no longer named ends its session; its queue stays. */
static bool
leave_missing(struct fleet *fleet, const struct conf *conf)
{
	struct destination *d, *next;
	bool changed = false;

	for (d = TAILQ_FIRST(&fleet->destinations); d != NULL; d = next) {
		bool found = false;

		next = TAILQ_NEXT(d, next);
		for (size_t i = 0; i < conf->destination_count; i++)
			found |= conf->destinations[i].enabled &&
			    strcmp(conf->destinations[i].name,
			        d->section->name) == 0;
		if (found || d->leaving)
			continue;
		log_info("deliver",
		    "destination \"%s\" is no longer in use; what waits for "
		    "it stays in the spool",
		    d->section->name);
		d->leaving = true;
		changed = true;
		sender_stop(d->sender, on_left, d);
	}
	return changed;
}

/* Called from the sender, which is still on the stack: it is freed later. */
static void
on_left(void *arg)
{
	struct destination *d = arg;
	struct fleet *fleet = d->fleet;
	struct destination *other;

	d->stopped = true;
	if (fleet->stopped == NULL)
		return;
	TAILQ_FOREACH(other, &fleet->destinations, next)
	if (!other->stopped)
		return;
	fleet->stopped(fleet->stopped_arg);
}
