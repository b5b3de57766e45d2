/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers from options and queries.
 */
#ifndef CEFD_SIM_NUMBER_H
#define CEFD_SIM_NUMBER_H

#include <stdint.h>

/* "3" or "1-5". 0, or -1. */
int sim_range_parse(const char *text, uint64_t *ret_min, uint64_t *ret_max);

/* Decimal digits only. 0, or -1. */
int sim_uint_parse(const char *text, uint64_t *ret);

#endif
