/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many seeds on all processors.
 */
#ifndef CEFD_TESTS_REPLAY_JOBS_H
#define CEFD_TESTS_REPLAY_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "ring.h"

#define JOBS_MAX 256

struct replay {
	uint64_t from, to; /* seeds, both included */
	unsigned days;
	unsigned jobs;
	unsigned without;
	enum ring_break lie;
	bool keep;
	bool verbose;
};

/* Returns the exit status. */
int replay_run(const struct replay *replay);

#endif
