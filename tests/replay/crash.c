/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state is the process's, as the wrapped function takes no more arguments
 * than the real one.
 */
#include "config.h"

#include "base/err.h"
#include "crash.h"
#include "io/loop.h"
#include "oracle.h"
#include "ring.h"
#include "spool/spool.h"

static struct {
	struct ring *ring;
	struct loop *loop;
	bool is_dead;
	bool is_armed;
	unsigned commits_left;
	bool performs;
} crash;

/* The names that the linker's --wrap asks for. */
int __real_spool_commit(
    struct spool *spool, struct batch *batch, struct err *err);
int __wrap_spool_commit(
    struct spool *spool, struct batch *batch, struct err *err);

void
crash_begin(struct ring *ring, struct loop *loop)
{
	crash.ring = ring;
	crash.loop = loop;
	crash.is_dead = false;
	crash.is_armed = false;
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
		oracle_violation(crash.ring, NO_MESSAGE, "a commit failed");
		return -1;
	}
	oracle_committed(crash.ring);
	if (!dies)
		return 0;
	crash_now();
	return err_set(err, ERR_IO, "the power is off");
}
