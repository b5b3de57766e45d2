/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefd's sender with a full queue, until all of it is confirmed and released.
 */
#ifndef CEFD_BENCH_BENCH_SENDER_H
#define CEFD_BENCH_BENCH_SENDER_H

#include <stdbool.h>
#include <stdint.h>

struct bench_sender {
	const char *port, *ca; /* a TLS receiver on 127.0.0.1 */
	const char *fill;      /* the program tests/bin/fill */
	unsigned long records, size;
	uint64_t session_records; /* 0: the defaults */
	bool endless;             /* one session for all of it */
};

/*
 * Records/s, from before the connection to the last release. Ends the program
 * when not all of it is confirmed, or something was sent twice. *ret_sessions
 * is how many it took.
 */
double bench_sender_run(const struct bench_sender *job, uint64_t *ret_sessions);

#endif
