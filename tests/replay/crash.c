/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state is the process's, as the wrapped function takes no more arguments
 * than the real one.
 */
#include "config.h"

#include "base/err.h"
#include "conf/conf.h"
#include "crash.h"
#include "intake/asking.h"
#include "intake/cursors.h"
#include "intake/poller_parts.h"
#include "io/loop.h"
#include "oracle.h"
#include "oracle_told.h"
#include "ring.h"
#include "spool/spool.h"

/* Streams of all the pollers that a life may make. */
#define BATCHES_MAX 256
#define STREAM_NONE (STREAM_ANY - 1)

static struct {
	struct ring *ring;
	struct loop *loop;
	bool is_dead;
	bool is_armed;
	unsigned commits_left;
	bool performs;
	bool asks_again;
	/* Whose stream a batch is; a freed one's place is taken again. */
	struct {
		const struct batch *batch;
		const struct gate_waiter *waiter;
		unsigned stream;
	} batches[BATCHES_MAX];
	size_t batch_count;
} crash;

/* The names that the linker's --wrap asks for. */
int __real_spool_commit(
    struct spool *spool, struct batch *batch, struct err *err);
int __wrap_spool_commit(
    struct spool *spool, struct batch *batch, struct err *err);
struct poller *__real_poller_new(const struct intake_world *world,
    const struct poller_setup *setup, const struct stream *stream,
    const struct poller_errand *errand);
struct poller *__wrap_poller_new(const struct intake_world *world,
    const struct poller_setup *setup, const struct stream *stream,
    const struct poller_errand *errand);
int __real_take_page(struct taker *taker, const struct val *root,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err);
int __wrap_take_page(struct taker *taker, const struct val *root,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err);
int64_t __real_account_admit(
    struct account *account, enum urgency urgency, struct gate_waiter *waiter);
int64_t __wrap_account_admit(
    struct account *account, enum urgency urgency, struct gate_waiter *waiter);
int __real_cursors_load(struct poller *p, struct err *err);
int __wrap_cursors_load(struct poller *p, struct err *err);
void __real_batch_reset(struct batch *batch);
void __wrap_batch_reset(struct batch *batch);

static bool is_again(const struct gate_waiter *waiter);
static unsigned stream_of(const struct batch *batch);
static unsigned number_of(const struct stream *stream);

void
crash_begin(struct ring *ring, struct loop *loop)
{
	crash.ring = ring;
	crash.loop = loop;
	crash.is_dead = false;
	crash.is_armed = false;
	crash.batch_count = 0;
	crash.asks_again = false;
}

void
crash_arm(unsigned commits, bool performs)
{
	crash.is_armed = true;
	crash.commits_left = commits;
	crash.performs = performs;
}

void
crash_now(void)
{
	crash.is_dead = true;
	loop_stop(crash.loop);
}

bool
crash_is_dead(void)
{
	return crash.is_dead;
}

bool
crash_asks_again(void)
{
	return crash.asks_again;
}

int
__wrap_spool_commit(struct spool *spool, struct batch *batch, struct err *err)
{
	bool dies = crash.is_armed && crash.commits_left == 0;

	if (crash.is_dead || (dies && !crash.performs)) {
		crash_now();
		return err_set(err, ERR_IO, "the power is off");
	}
	if (crash.is_armed && !dies)
		crash.commits_left--;
	if (__real_spool_commit(spool, batch, err) == -1) {
		if (!crash.ring->is_full || err->code != ERR_FULL)
			oracle_violation(crash.ring, NO_MESSAGE,
			    "a commit failed: %s", err->text);
		return -1;
	}
	oracle_committed(crash.ring, stream_of(batch));
	if (!dies)
		return 0;
	crash_now();
	return err_set(err, ERR_IO, "the power is off");
}

struct poller *
__wrap_poller_new(const struct intake_world *world,
    const struct poller_setup *setup, const struct stream *stream,
    const struct poller_errand *errand)
{
	struct poller *p = __real_poller_new(world, setup, stream, errand);
	size_t i = 0;

	/* One that is freed may have lain where this one does. */
	for (size_t k = 0; k < crash.batch_count; k++)
		if (crash.batches[k].waiter == &p->waiter)
			crash.batches[k].waiter = NULL;
	while (i < crash.batch_count && crash.batches[i].batch != p->batch)
		i++;
	if (i == BATCHES_MAX) {
		oracle_violation(crash.ring, NO_MESSAGE, "too many pollers");
		return p;
	}
	if (i == crash.batch_count)
		crash.batch_count++;
	crash.batches[i].batch = p->batch;
	crash.batches[i].waiter = &p->waiter;
	crash.batches[i].stream = number_of(stream) |
	    (errand != NULL && errand->until_s != 0 ? STREAM_AGAIN : 0);
	return p;
}

int
__wrap_take_page(struct taker *taker, const struct val *root,
    struct text parent_id, int64_t now_ms, struct keyset *seen,
    struct taken *taken, struct err *err)
{
	oracle_taken(crash.ring, stream_of(taker->batch), parent_id);
	return __real_take_page(
	    taker, root, parent_id, now_ms, seen, taken, err);
}

/* What looks back has a fourth of the budget. */
int64_t
__wrap_account_admit(
    struct account *account, enum urgency urgency, struct gate_waiter *waiter)
{
	struct ring *ring = crash.ring;
	int64_t wait_ms = __real_account_admit(account, urgency, waiter);
	unsigned limit = ring->script.requests_per_minute / 4;
	int64_t *before_ms;

	if (wait_ms == 0)
		crash.asks_again = is_again(waiter);
	if (wait_ms != 0 || urgency != LATE)
		return wait_ms;
	before_ms = &ring->late_ms[ring->late_at++ % limit];
	if (*before_ms != 0 && ring->clock.now_ms - *before_ms < RATE_SPAN_MS)
		oracle_violation(ring, NO_MESSAGE,
		    "more than %u requests in a minute to look back", limit);
	*before_ms = ring->clock.now_ms;
	return 0;
}

/* When a run begins, or anew by the API's time: what that reply has shown is not
 * taken. */
int
__wrap_cursors_load(struct poller *p, struct err *err)
{
	oracle_lost(crash.ring, stream_of(p->batch));
	return __real_cursors_load(p, err);
}

void
__wrap_batch_reset(struct batch *batch)
{
	oracle_lost(crash.ring, stream_of(batch));
	__real_batch_reset(batch);
}

static bool
is_again(const struct gate_waiter *waiter)
{
	for (size_t i = 0; i < crash.batch_count; i++)
		if (crash.batches[i].waiter == waiter)
			return (crash.batches[i].stream & STREAM_AGAIN) != 0;
	return false;
}

static unsigned
stream_of(const struct batch *batch)
{
	for (size_t i = 0; i < crash.batch_count; i++)
		if (crash.batches[i].batch == batch)
			return crash.batches[i].stream;
	return STREAM_NONE;
}

static unsigned
number_of(const struct stream *stream)
{
	static const unsigned bits[] = {STREAM_CASES, STREAM_VENDOR_CASES,
	    STREAM_ABUSE_CAMPAIGNS, STREAM_ABUSE_NOT_ANALYZED, STREAM_AUDIT};

	for (unsigned i = 0; i < OTHER_KINDS; i++)
		if (stream->bit == bits[i])
			return i + 1;
	return 0;
}
