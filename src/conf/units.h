/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durations and sizes as people write them: 500ms 30s 10m 24h 7d, and
 * 8000 64KiB 16MiB 2GiB 1TiB. No blanks, no signs, no fractions.
 */
#ifndef CEFD_CONF_UNITS_H
#define CEFD_CONF_UNITS_H

#include <stdint.h>

#include "base/text.h"

struct buf;

/* Decimal digits and nothing else. 0, or -1 also when it is over INT64_MAX. */
int units_read_int(struct text t, int64_t *ret);
/* A unit is needed, even for 0. */
int units_read_duration(struct text t, int64_t *ret_ms);
int units_read_size(struct text t, int64_t *ret_bytes);

/* Append in the largest unit that divides it. */
void units_put_duration(struct buf *out, int64_t ms);
void units_put_size(struct buf *out, int64_t bytes);

#endif
