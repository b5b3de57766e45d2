/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sender and what it needs around it, for one drain.
 */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "bench_frames.h"
#include "bench_kit.h"
#include "bench_sender.h"
#include "conf/conf.h"
#include "deliver/sender_parts.h"
#include "io/loop.h"
#include "io/timer.h"
#include "io/tls.h"
#include "spool/queue.h"
#include "spool/spool.h"

#define QUOTA_BYTES (UINT64_C(64) << 30)
#define DRAIN_LIMIT_MS 300000

struct drain {
	struct loop *loop;
	struct timer *limit;
	struct spool *spool;
	struct queue *queue;
	struct conf *conf;
	struct sender *sender;
};

static void drain_begin(
    struct drain *d, const struct bench_sender *job, const char *folder);
static struct conf *drain_conf(const struct bench_sender *job);
static void drain_end(
    struct drain *d, const struct bench_sender *job, uint64_t *ret_sessions);
static void on_released(void *arg);
static void on_limit(void *arg);

double
bench_sender_run(const struct bench_sender *job, uint64_t *ret_sessions)
{
	char folder[PATH_MAX];
	struct drain d = {.loop = NULL};
	double start_s, took_s;

	bench_folder_make(folder);
	bench_fill(job->fill, folder, job->records, job->size);
	drain_begin(&d, job, folder);
	start_s = bench_now_s();
	sender_kick(d.sender);
	loop_run(d.loop);
	took_s = bench_now_s() - start_s;
	drain_end(&d, job, ret_sessions);
	bench_folder_remove(folder);
	return (double)job->records / took_s;
}

static void
drain_begin(struct drain *d, const struct bench_sender *job, const char *folder)
{
	const struct sender_hooks hooks = {on_released, d};
	struct tls_context *tls;
	struct err err;

	d->conf = drain_conf(job);
	d->loop = loop_new(&err);
	if (d->loop == NULL ||
	    spool_open(&d->spool, folder, QUOTA_BYTES, &err) == -1 ||
	    queue_open(d->spool, BENCH_QUEUE, &d->queue, &err) == -1)
		bench_die("%s", err.text);
	tls = sender_tls_context(&d->conf->destinations[0], &err);
	if (tls == NULL)
		bench_die("%s", err.text);
	d->sender = sender_new(
	    d->loop, d->queue, &d->conf->destinations[0], tls, &hooks);
	if (job->endless)
		d->sender->sizing = (struct sizing){
		    .records = UINT64_MAX / 2, .bytes = UINT64_MAX / 2};
	d->limit = timer_new(d->loop, on_limit, d);
	timer_set(d->limit, DRAIN_LIMIT_MS);
}

/* All the defaults, unless the job says otherwise, and where to. */
static struct conf *
drain_conf(const struct bench_sender *job)
{
	struct conf *conf = conf_defaults();
	struct conf_destination *destination = &conf->destinations[0];

	destination->servers.items =
	    xcalloc(1, sizeof(*destination->servers.items));
	destination->servers.items[0] = xasprintf("127.0.0.1:%s", job->port);
	destination->servers.count = 1;
	destination->ca_file = xstrdup(job->ca);
	if (job->session_records != 0)
		destination->session_records = job->session_records;
	if (job->endless) {
		destination->session_records = UINT64_MAX / 2;
		destination->session_bytes = UINT64_MAX / 2;
		destination->session_time_ms = INT64_MAX / 2;
	}
	return conf;
}

static void
drain_end(
    struct drain *d, const struct bench_sender *job, uint64_t *ret_sessions)
{
	struct sender_stats stats;

	sender_stats(d->sender, &stats);
	if (!queue_is_empty(d->queue) || stats.confirmed != job->records ||
	    stats.resent != 0)
		bench_die("%llu of %lu confirmed, %llu sent again: %s",
		    (unsigned long long)stats.confirmed, job->records,
		    (unsigned long long)stats.resent, stats.last_error);
	*ret_sessions = stats.sessions;
	timer_free(d->limit);
	sender_free(d->sender);
	loop_free(d->loop);
	spool_close(d->spool);
	conf_unref(d->conf);
}

static void
on_released(void *arg)
{
	struct drain *d = arg;

	if (queue_is_empty(d->queue))
		loop_stop(d->loop);
}

static void
on_limit(void *arg)
{
	struct drain *d = arg;

	loop_stop(d->loop);
}
