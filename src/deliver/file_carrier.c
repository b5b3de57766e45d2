/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session into a file of this machine. It is gathered first, and then written
 * and waited for beside the loop, which a disk that is slow, or a mount that
 * has gone, would hold up; so a session holds little.
 *
 * The file is opened for each session and closed after it: so one that was
 * rotated away is noticed, and what a failure has left torn is cut off before
 * more is written. Records are confirmed once they are on the disk, under the
 * path that was asked for.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/frame.h"
#include "deliver/pump.h"
#include "io/append_beside.h"
#include "io/log.h"
#include "io/timer.h"
#include "spool/queue.h"

/* Of a session, at most; its last record may go over it. */
#define SESSION_BYTES_MAX (2U << 20)
#define SESSION_RECORDS_MAX 4096U
#define RECORD_MAX (QUEUE_RECORD_MAX + FRAME_EXTRA_MAX)

/* Where a record ends. */
struct mark {
	uint64_t end; /* octets of the session until then */
	uint64_t number;
};

struct file_carrier {
	struct carrier base;
	struct timer *turn; /* or until the disk has to answer */
	struct pump pump;
	bool open;
	struct buf octets;
	struct append_beside *beside; /* writes them */
	struct err failure;           /* of a record */
	struct mark *marks;
	size_t count; /* of marks */
};

static struct carrier *file_start(const struct carrier_job *job);
static void file_stop(struct carrier *carrier);
static void file_free(struct carrier *carrier);
static void on_turn(void *arg);
static void bound(struct session *session);
static enum pump_put put(
    struct buf *out, uint64_t number, const char *data, size_t len, void *arg);
static int keep(const void *data, size_t len, size_t *ret_len, void *arg);
static void gather(struct file_carrier *c);
static void write_out(struct file_carrier *c);
static void on_report(const struct append_report *report, void *arg);
static void tell_cut(
    const struct file_carrier *c, const struct append_report *report);
static void confirm_whole(struct file_carrier *c, uint64_t synced);
static void fail(
    struct file_carrier *c, enum carrier_end end, const struct err *why);

const struct carrier_ops file_carrier_ops = {
    file_start, file_stop, NULL, file_free};

static struct carrier *
file_start(const struct carrier_job *job)
{
	struct file_carrier *c = xcalloc(1, sizeof(*c));
	const struct pump_ops ops = {put, keep, c};

	c->marks = xcalloc(SESSION_RECORDS_MAX, sizeof(*c->marks));
	buf_init(&c->octets, SESSION_BYTES_MAX + RECORD_MAX);
	pump_init(&c->pump, job->queue, job->session, &ops);
	c->turn = timer_new(job->loop, on_turn, c);
	timer_set(c->turn, 0);
	return &c->base;
}

static void
file_stop(struct carrier *carrier)
{
	((struct file_carrier *)carrier)->pump.stop = true;
}

static void
file_free(struct carrier *carrier)
{
	struct file_carrier *c = (struct file_carrier *)carrier;

	append_beside_free(c->beside);
	timer_free(c->turn);
	pump_clear(&c->pump);
	buf_clear(&c->octets);
	free(c->marks);
	free(c);
}

static void
on_turn(void *arg)
{
	struct file_carrier *c = arg;
	const struct carrier_job *job = &c->base.job;
	struct err err;

	if (c->beside != NULL) {
		(void)err_set(&err, ERR_AGAIN,
		    "the disk has not taken the records within %lld ms "
		    "(confirm-timeout): look whether what is mounted there "
		    "answers",
		    (long long)job->conf->confirm_timeout_ms);
		job->session->written = c->octets.len;
		fail(c, CARRIER_FAILED, &err);
		return;
	}
	if (!c->open) {
		c->open = true;
		job->hooks.opened(job->hooks.arg);
		bound(job->session);
	}
	gather(c);
}

static void
bound(struct session *session)
{
	if (session->caps.bytes > SESSION_BYTES_MAX)
		session->caps.bytes = SESSION_BYTES_MAX;
	if (session->caps.records > SESSION_RECORDS_MAX)
		session->caps.records = SESSION_RECORDS_MAX;
}

static enum pump_put
put(struct buf *out, uint64_t number, const char *data, size_t len, void *arg)
{
	struct file_carrier *c = arg;
	size_t before = out->len;
	uint64_t end = c->count != 0 ? c->marks[c->count - 1].end : 0;

	if (frame_put(out, c->base.job.conf->framing, data, len) == -1) {
		(void)err_set(
		    &c->failure, ERR_FULL, "the session is too large");
		return PUMP_REFUSED;
	}
	c->marks[c->count++] = (struct mark){end + out->len - before, number};
	return PUMP_PUT;
}

static int
keep(const void *data, size_t len, size_t *ret_len, void *arg)
{
	struct file_carrier *c = arg;

	*ret_len = len;
	if (buf_put(&c->octets, data, len) == 0)
		return 0;
	return err_set(&c->failure, ERR_FULL, "the session is too large");
}

/* Nothing is in the file yet when that fails. */
static void
gather(struct file_carrier *c)
{
	struct session *session = c->base.job.session;
	struct err err;

	switch (pump_run(&c->pump, c->base.job.loop, &err)) {
	case PUMP_BLOCKED:
	case PUMP_HELD:
	case PUMP_MORE:
		timer_set(c->turn, 0);
		return;
	case PUMP_DONE:
		write_out(c);
		return;
	case PUMP_BROKEN:
		session->written = 0;
		fail(c, CARRIER_FAILED, &c->failure);
		return;
	case PUMP_FAILED:
		session->written = 0;
		fail(c, CARRIER_SPOOLED, &err);
		return;
	}
}

static void
write_out(struct file_carrier *c)
{
	const struct carrier_job *job = &c->base.job;
	const struct append_job append = {
	    .path = job->server,
	    .end = frame_last_octet(job->conf->framing),
	    .record_max = RECORD_MAX,
	    .data = c->octets.data,
	    .len = c->octets.len,
	};
	struct err err;

	job->session->written = 0;
	job->hooks.written(job->hooks.arg);
	if (append_beside_start(
	        &c->beside, job->loop, &append, on_report, c, &err) == -1)
		fail(c, CARRIER_FAILED, &err);
	else
		timer_set(c->turn, job->conf->confirm_timeout_ms);
}

static void
on_report(const struct append_report *report, void *arg)
{
	struct file_carrier *c = arg;
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	timer_cancel(c->turn);
	tell_cut(c, report);
	c->base.job.session->written = report->written;
	if (report->err.code == ERR_NONE) {
		FAULT_POINT("file-synced");
		hooks->ended(CARRIER_DONE, SESSION_FILE, NULL, hooks->arg);
		return;
	}
	confirm_whole(c, report->synced);
	fail(c, CARRIER_FAILED, &report->err);
}

static void
tell_cut(const struct file_carrier *c, const struct append_report *report)
{
	const struct carrier_job *job = &c->base.job;

	if (report->cut == 0)
		return;
	log_warn("deliver",
	    "destination \"%s\": the file ended with a torn record, which was "
	    "cut off and is %s %s.cut octets=%" PRIu64,
	    job->conf->name,
	    report->is_kept ? "kept in" : "sent again: it could not be kept in",
	    job->server, report->cut);
}

static void
confirm_whole(struct file_carrier *c, uint64_t synced)
{
	size_t n = 0;

	while (n < c->count && c->marks[n].end <= synced)
		n++;
	if (n != 0)
		session_confirm(
		    c->base.job.session, c->marks[n - 1].number + 1, n);
}

static void
fail(struct file_carrier *c, enum carrier_end end, const struct err *why)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	hooks->ended(end, SESSION_NONE, why, hooks->arg);
}
