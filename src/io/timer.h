/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A one-shot timer of a loop. Callbacks never run from inside timer_set: a
 * delay of 0 goes through the loop.
 */
#ifndef CEFD_IO_TIMER_H
#define CEFD_IO_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "io/loop.h"

struct timer;

struct timer *timer_new(struct loop *loop, loop_fn *fn, void *arg);
void timer_free(struct timer *timer);

/* Fire once, `delay_ms` from now; replaces an earlier setting. */
void timer_set(struct timer *timer, int64_t delay_ms);
void timer_cancel(struct timer *timer);
bool timer_is_set(const struct timer *timer);

#endif
