/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop: one thread, timers on the monotonic clock, file descriptors
 * and signals. Everything that waits, waits here. libevent is behind it; the
 * replay tests link another implementation of the same names that owns the
 * clock.
 */
#ifndef CEFD_IO_LOOP_H
#define CEFD_IO_LOOP_H

#include <stdint.h>

struct err;
struct loop;

typedef void loop_fn(void *arg);

struct loop *loop_new(struct err *err);

/* Free the loop. Timers, watches and signals on it must be gone. */
void loop_free(struct loop *loop);

/* Run callbacks until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Milliseconds of a clock that never steps. */
int64_t loop_now_ms(const struct loop *loop);

/* Milliseconds since 1970 by the machine's clock, which may step. */
int64_t loop_wall_ms(const struct loop *loop);

/* The longest turn so far: from the first callback of those that are due at
 * once to the end of the last. Whatever else is due waits for so long. */
int64_t loop_longest_us(const struct loop *loop);

/* Call fn(arg) from the loop at each `signo`, until loop_free. */
int loop_on_signal(
    struct loop *loop, int signo, loop_fn *fn, void *arg, struct err *err);

/* Which turn this is: another number than in any other. */
uint64_t loop_turn(const struct loop *loop);

/* The implementation's own handle, for the other files of io/. */
void *loop_handle(struct loop *loop);

#endif
