/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One life of the intake, from opening the spool to the stop or the kill. The
 * only file that knows how the intake is driven.
 */
#ifndef CEFD_TESTS_REPLAY_LIFE_H
#define CEFD_TESTS_REPLAY_LIFE_H

#include "script.h"

struct ring;

/* Live on the spool in `folder` until something stops the loop. */
void life_run(struct ring *ring, const char *folder);

/* From inside the loop: an orderly stop. */
void life_stop(void);

/* Likewise: other settings (or those of before), pause or resume, fill the
 * spool, deliver what is in it. What has to last is in the ring. */
void life_turn(struct ring *ring, const struct turn *turn);

/* Read what all the lives have left in the queues. */
void life_judge(struct ring *ring, const char *folder);

#endif
