/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session into a file of this machine, or to standard output.
 *
 * The file is opened for each session and closed after it: so one that was
 * rotated away is noticed, and what a failure has left torn is cut off before
 * more is written. Records are confirmed once they are on the disk, under the
 * path that was asked for. The disk is waited for within the loop, so a
 * session holds little.
 *
 * Standard output confirms nothing: it is for runs in a terminal and tests.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault_point.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "deliver/carrier.h"
#include "deliver/frame.h"
#include "deliver/pump.h"
#include "io/append.h"
#include "io/conn.h"
#include "io/log.h"
#include "io/output.h"
#include "io/timer.h"
#include "spool/queue.h"

/* Of a session, at most. */
#define SESSION_BYTES_MAX (2U << 20)
#define SESSION_RECORDS_MAX 4096U
/* Until a full pipe is looked at again. */
#define BLOCKED_MS 10

/* Where a record ends. */
struct mark {
	uint64_t end; /* octets of the session until then */
	uint64_t number;
};

struct local {
	struct carrier base;
	struct timer *turn;
	struct pump pump;
	bool to_stdout;
	bool open;
	struct append *file; /* NULL: standard output */
	struct err failure;  /* of a write */
	struct mark *marks;
	size_t count; /* of marks */
	uint64_t end; /* of the last */
};

static struct carrier *start_file(const struct carrier_job *job);
static struct carrier *start_stdout(const struct carrier_job *job);
static struct local *start(const struct carrier_job *job);
static void local_stop(struct carrier *carrier);
static void local_facts(const struct carrier *carrier, struct conn_facts *ret);
static void local_free(struct carrier *carrier);
static void on_turn(void *arg);
static void bound(struct session *session);
static int open_file(struct local *c, struct err *err);
static enum pump_put put(
    struct buf *out, uint64_t number, const char *data, size_t len, void *arg);
static int write_some(const void *data, size_t len, size_t *ret_len, void *arg);
static void pump(struct local *c);
static void keep_whole(struct local *c);
static void all_written(struct local *c);
static void file_done(struct local *c);
static void fail(struct local *c, enum carrier_end end, const struct err *why);

const struct carrier_ops file_carrier_ops = {
    start_file, local_stop, local_facts, local_free};
const struct carrier_ops stdout_carrier_ops = {
    start_stdout, local_stop, local_facts, local_free};

static struct carrier *
start_file(const struct carrier_job *job)
{
	return &start(job)->base;
}

static struct carrier *
start_stdout(const struct carrier_job *job)
{
	struct local *c = start(job);

	c->to_stdout = true;
	return &c->base;
}

static struct local *
start(const struct carrier_job *job)
{
	struct local *c = xcalloc(1, sizeof(*c));
	const struct pump_ops ops = {put, write_some, c};

	c->marks = xcalloc(SESSION_RECORDS_MAX, sizeof(*c->marks));
	pump_init(&c->pump, job->queue, job->session, &ops);
	c->turn = timer_new(job->loop, on_turn, c);
	timer_set(c->turn, 0);
	return c;
}

static void
local_stop(struct carrier *carrier)
{
	((struct local *)carrier)->pump.stop = true;
}

static void
local_facts(const struct carrier *carrier, struct conn_facts *ret)
{
	(void)carrier;
	*ret = (struct conn_facts){.address = "", .version = ""};
}

static void
local_free(struct carrier *carrier)
{
	struct local *c = (struct local *)carrier;

	timer_free(c->turn);
	pump_clear(&c->pump);
	append_close(c->file);
	free(c->marks);
	free(c);
}

static void
on_turn(void *arg)
{
	struct local *c = arg;
	const struct carrier_hooks *hooks = &c->base.job.hooks;
	struct err err;

	if (!c->open) {
		if (!c->to_stdout && open_file(c, &err) == -1) {
			fail(c, CARRIER_FAILED, &err);
			return;
		}
		c->open = true;
		hooks->opened(hooks->arg);
		bound(c->base.job.session);
	}
	pump(c);
}

static void
bound(struct session *session)
{
	if (session->caps.bytes > SESSION_BYTES_MAX)
		session->caps.bytes = SESSION_BYTES_MAX;
	if (session->caps.records > SESSION_RECORDS_MAX)
		session->caps.records = SESSION_RECORDS_MAX;
}

static int
open_file(struct local *c, struct err *err)
{
	const struct carrier_job *job = &c->base.job;
	uint64_t cut;
	bool is_kept;

	if (append_open(&c->file, job->server,
	        frame_last_octet(job->conf->framing),
	        QUEUE_RECORD_MAX + FRAME_EXTRA_MAX, err) == -1)
		return -1;
	cut = append_cut_octets(c->file, &is_kept);
	if (cut != 0)
		log_warn("deliver",
		    "destination \"%s\": the file ended with a torn record, "
		    "which was cut off and is %s %s.cut octets=%" PRIu64,
		    job->conf->name,
		    is_kept ? "kept in" : "sent again: it could not be kept in",
		    job->server, cut);
	return 0;
}

static enum pump_put
put(struct buf *out, uint64_t number, const char *data, size_t len, void *arg)
{
	struct local *c = arg;
	size_t before = out->len;

	if (frame_put(out, c->base.job.conf->framing, data, len) == -1)
		return PUMP_REFUSED;
	c->end += out->len - before;
	c->marks[c->count++] = (struct mark){c->end, number};
	return PUMP_PUT;
}

static int
write_some(const void *data, size_t len, size_t *ret_len, void *arg)
{
	struct local *c = arg;

	if (c->to_stdout)
		return output_write(
		    STDOUT_FILENO, data, len, ret_len, &c->failure);
	return append_write(c->file, data, len, ret_len, &c->failure);
}

static void
pump(struct local *c)
{
	struct err err;

	switch (pump_run(&c->pump, c->base.job.loop, &err)) {
	case PUMP_BLOCKED:
		timer_set(c->turn, BLOCKED_MS);
		return;
	case PUMP_HELD:
	case PUMP_MORE:
		timer_set(c->turn, 0);
		return;
	case PUMP_DONE:
		all_written(c);
		return;
	case PUMP_BROKEN:
		keep_whole(c);
		fail(c,
		    c->failure.code == ERR_BAD ? CARRIER_HOPELESS
		                               : CARRIER_FAILED,
		    &c->failure);
		return;
	case PUMP_FAILED:
		keep_whole(c);
		fail(c, CARRIER_SPOOLED, &err);
		return;
	}
}

/*
 * The disk is full, perhaps, or the spool has failed. What is whole there
 * counts: otherwise it would be written again, and the little room that comes
 * free be filled with the same records again and again.
 */
static void
keep_whole(struct local *c)
{
	struct session *session = c->base.job.session;
	size_t n = 0;

	while (n < c->count && c->marks[n].end <= session->written)
		n++;
	if (n != 0 && c->file != NULL && append_sync(c->file, NULL) == 0)
		session_confirm(session, c->marks[n - 1].number + 1, n);
}

static void
all_written(struct local *c)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;
	struct err err;

	hooks->written(hooks->arg);
	if (c->to_stdout)
		hooks->ended(CARRIER_DONE, SESSION_NONE, NULL, hooks->arg);
	else if (append_sync(c->file, &err) == -1)
		fail(c, CARRIER_FAILED, &err);
	else
		file_done(c);
}

static void
file_done(struct local *c)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	FAULT_POINT("file-synced");
	hooks->ended(CARRIER_DONE, SESSION_FILE, NULL, hooks->arg);
}

static void
fail(struct local *c, enum carrier_end end, const struct err *why)
{
	const struct carrier_hooks *hooks = &c->base.job.hooks;

	hooks->ended(end, SESSION_NONE, why, hooks->arg);
}
