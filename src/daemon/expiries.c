/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A warning is told once: a row beside the cursors has what was told last.
 *
 *   certificate/DESTINATION/SERVER    "DATE DAYS", of a receiver
 *   certificate/DESTINATION/          the same, of our own
 *   crl/DESTINATION                   of the list of revoked ones
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/err.h"
#include "base/expiry.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "conf/conf.h"
#include "daemon/expiries.h"
#include "daemon/fleet_parts.h"
#include "daemon/outlets.h"
#include "intake/notice.h"
#include "intake/stream.h"
#include "intake/style.h"
#include "intake/take.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/batch.h"
#include "spool/spool.h"

#define LOOK_EVERY_MS 10000
#define DAY_MS INT64_C(86400000)
#define NAME_SIZE 400
#define MARK_SIZE 64

/* What was logged of a subject, and the spool did not take. */
struct unstored {
	char row[NAME_SIZE];
	char mark[MARK_SIZE];
	LIST_ENTRY(unstored) next;
};

struct expiries {
	struct fleet *fleet;
	struct timer *timer;
	LIST_HEAD(, unstored) unstored;
};

enum whose { THEIRS, OURS, LIST };

/* A certificate that is looked at, or a list of revoked ones. */
struct subject {
	enum whose whose;
	const char *destination;
	const char *server; /* whose it is; "": not a server's */
	int64_t expires_ms; /* 0: there is none, or it is not known */
	int64_t left_ms;
	int due;              /* as in base/expiry.h */
	char mark[MARK_SIZE]; /* what is due to be told */
};

static void on_look(void *arg);
static void look_at_all(struct expiries *expiries, const char *name,
    const struct sender_stats *stats);
static void look_at(struct expiries *expiries, struct subject *subject);
static bool was_told(const struct fleet *fleet, const struct subject *subject);
static void tell(struct expiries *expiries, const struct subject *subject);
static void note(
    struct expiries *expiries, const struct subject *subject, bool stored);
static void unstored_free(struct unstored *known);
static void log_it(const struct subject *subject);
static void put(
    struct fleet *fleet, const struct subject *subject, struct batch *batch);
static void row_name(const struct subject *subject, char ret[NAME_SIZE]);

struct expiries *
expiries_new(struct fleet *fleet)
{
	struct expiries *expiries = xcalloc(1, sizeof(*expiries));

	expiries->fleet = fleet;
	LIST_INIT(&expiries->unstored);
	expiries->timer = timer_new(fleet->loop, on_look, expiries);
	timer_set(expiries->timer, LOOK_EVERY_MS);
	return expiries;
}

void
expiries_free(struct expiries *expiries)
{
	if (expiries == NULL)
		return;
	while (!LIST_EMPTY(&expiries->unstored))
		unstored_free(LIST_FIRST(&expiries->unstored));
	timer_free(expiries->timer);
	free(expiries);
}

static void
on_look(void *arg)
{
	struct expiries *expiries = arg;
	struct fleet *fleet = expiries->fleet;
	struct sender_stats stats;
	struct destination *d;

	if (fleet->stopped != NULL)
		return;
	TAILQ_FOREACH(d, &fleet->destinations, next)
	{
		if (d->leaving)
			continue;
		sender_renew_tls(d->sender);
		sender_stats(d->sender, &stats);
		look_at_all(expiries, d->section->name, &stats);
	}
	timer_set(expiries->timer, LOOK_EVERY_MS);
}

static void
look_at_all(struct expiries *expiries, const char *name,
    const struct sender_stats *stats)
{
	int64_t now_ms = loop_wall_ms(expiries->fleet->loop);
	struct subject all[] = {
	    {.whose = THEIRS,
	        .server = stats->server,
	        .expires_ms = stats->certificate_expires_ms},
	    {.whose = OURS,
	        .server = "",
	        .expires_ms = stats->client_certificate_expires_ms},
	    {.whose = LIST, .server = "", .expires_ms = stats->crl_expires_ms},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct subject *subject = &all[i];

		subject->destination = name;
		subject->left_ms = subject->expires_ms - now_ms;
		subject->due = subject->whose == LIST
		    ? expiry_list_due(
		          stats->crl_from_ms, stats->crl_expires_ms, now_ms)
		    : expiry_due(subject->left_ms);
		if (subject->expires_ms != 0 && subject->due >= 0)
			look_at(expiries, subject);
	}
}

static void
look_at(struct expiries *expiries, struct subject *subject)
{
	char when[RFC3339_SEC_LEN + 1];

	rfc3339_sec(when, subject->expires_ms);
	(void)snprintf(
	    subject->mark, sizeof(subject->mark), "%s %d", when, subject->due);
	if (!was_told(expiries->fleet, subject))
		tell(expiries, subject);
}

static bool
was_told(const struct fleet *fleet, const struct subject *subject)
{
	char name[NAME_SIZE], value[MARK_SIZE];

	row_name(subject, name);
	return cursor_get(fleet->spool, name, value, sizeof(value), NULL) ==
	    1 &&
	    strcmp(value, subject->mark) == 0;
}

/* What the spool does not take is tried again, but logged once. */
static void
tell(struct expiries *expiries, const struct subject *subject)
{
	struct fleet *fleet = expiries->fleet;
	struct batch *batch = batch_new();
	bool stored;

	put(fleet, subject, batch);
	stored = spool_commit(fleet->spool, batch, NULL) == 0;
	batch_free(batch);
	note(expiries, subject, stored);
	if (stored)
		fleet->world.committed(fleet->world.arg);
}

/* Log what was not logged before, and keep that in mind if it must be told
 * again. */
static void
note(struct expiries *expiries, const struct subject *subject, bool stored)
{
	struct unstored *known;
	char row[NAME_SIZE];

	row_name(subject, row);
	LIST_FOREACH(known, &expiries->unstored, next)
	if (strcmp(known->row, row) == 0)
		break;
	if (known == NULL || strcmp(known->mark, subject->mark) != 0)
		log_it(subject);
	if (stored) {
		unstored_free(known);
		return;
	}
	if (known == NULL) {
		known = xcalloc(1, sizeof(*known));
		memcpy(known->row, row, sizeof(row));
		LIST_INSERT_HEAD(&expiries->unstored, known, next);
	}
	memcpy(known->mark, subject->mark, sizeof(known->mark));
}

static void
unstored_free(struct unstored *known)
{
	if (known == NULL)
		return;
	LIST_REMOVE(known, next);
	free(known);
}

static void
log_it(const struct subject *subject)
{
	static const char *const words[] = {
	    [THEIRS] = "the receiver's certificate",
	    [OURS] = "our certificate",
	    [LIST] = "the list of revoked certificates",
	};
	static const char *const cures[] = {
	    [THEIRS] = "have its owner renew it",
	    [OURS] = "put a new one into cert-file and key-file",
	    [LIST] = "put a newer one into crl-file",
	};

	log_warn("deliver",
	    "destination \"%s\": %s %s: %s date=%.20s days=%" PRId64 "%s%s",
	    subject->destination, words[subject->whose],
	    subject->left_ms > 0 ? "expires soon" : "has expired",
	    cures[subject->whose], subject->mark, subject->left_ms / DAY_MS,
	    subject->whose == THEIRS ? " server=" : "", subject->server);
}

/* A record for every destination: this one may soon be out of reach. */
static void
put(struct fleet *fleet, const struct subject *subject, struct batch *batch)
{
	bool list = subject->whose == LIST, over = subject->left_ms <= 0;
	char id[NAME_SIZE + MARK_SIZE], msg[NAME_SIZE + 100], name[NAME_SIZE];
	int64_t days = subject->left_ms / DAY_MS;
	const char *const by[] = {
	    [THEIRS] = subject->server, [OURS] = "client", [LIST] = "crl"};
	const struct notice notice = {
	    .cat = TEXT("certificate"),
	    .act = over ? TEXT("expired") : TEXT("expires"),
	    .name = list && over ? TEXT("List of revoked certificates expired")
	        : list           ? TEXT("List of revoked certificates expires "
	                                          "soon")
	        : over           ? TEXT("Certificate expired")
	                         : TEXT("Certificate expires soon"),
	    .msg = {msg,
	        (size_t)snprintf(msg, sizeof(msg),
	            list ? "Destination %s: the list of revoked certificates"
	                 : "Destination %s: the certificate of %s",
	            subject->destination,
	            subject->whose == OURS ? "cefd itself" : subject->server)},
	    .severity = subject->left_ms > DAY_MS ? 5 : 7,
	    .end_ms = subject->expires_ms,
	    .count = over ? -1 : days,
	    .id = {id,
	        (size_t)snprintf(id, sizeof(id), "%s %s %s",
	            subject->destination, by[subject->whose], subject->mark)},
	};
	struct outlet *outlets;
	struct taker taker;

	taker_init(&taker, fleet->spool, batch, &stream_threats);
	taker.outlet_count = outlets_of_all(fleet, &outlets);
	taker.outlets = outlets;
	notice_put(&taker, &notice, loop_wall_ms(fleet->loop));
	row_name(subject, name);
	batch_put_cursor(batch, name, subject->mark);
	taker_clear(&taker);
	free(outlets);
}

static void
row_name(const struct subject *subject, char ret[NAME_SIZE])
{
	if (subject->whose == LIST)
		(void)snprintf(ret, NAME_SIZE, "crl/%s", subject->destination);
	else
		(void)snprintf(ret, NAME_SIZE, "certificate/%s/%s",
		    subject->destination, subject->server);
}
