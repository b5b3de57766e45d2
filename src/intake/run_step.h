/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run does next.
 */
#ifndef CEFD_INTAKE_RUN_STEP_H
#define CEFD_INTAKE_RUN_STEP_H

#include <stdbool.h>

struct poller;

/* One thing at most; true when there may be more to do at once. */
bool run_step(struct poller *p);

#endif
