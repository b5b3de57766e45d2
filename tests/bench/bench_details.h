/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threat details as the API sends them, made up by number: the same number
 * gives the same octets on every machine. About 1.5 kB a message.
 */
#ifndef CEFD_BENCH_BENCH_DETAILS_H
#define CEFD_BENCH_BENCH_DETAILS_H

#include <stdint.h>

struct buf;

#define BENCH_DETAIL_MESSAGES 3

/* Append the detail of threat `number` as one JSON document. */
void bench_detail_put(struct buf *out, uint64_t number);

#endif
