/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks and the texts of times and durations. Written again rather than
 * taken from src/base, so that a mistake there is not made on both sides.
 */
#ifndef CEFD_SIM_TIME_H
#define CEFD_SIM_TIME_H

#include <stddef.h>
#include <stdint.h>

/* Octets with NUL of any text of a time here. */
#define SIM_TIME_MAX 40

/* ms since 1970, and ms since some point that never goes back. */
int64_t sim_time_now_ms(void);
int64_t sim_time_monotonic_ms(void);

/*
 * YYYY-MM-DDThh:mm:ssZ with 0-9 fraction digits: how many, and those beyond
 * ms, follow from `bits`. Fewer than 3 digits cut the time.
 */
void sim_time_fraction(char out[SIM_TIME_MAX], int64_t ms, uint64_t bits);

/*
 * The same date and time with `separator` between them, `digits` of fraction
 * and a zone: "Z", "+00:00", "+05:30", ...
 */
void sim_time_put(char out[SIM_TIME_MAX], int64_t ms, char separator,
    int digits, const char *zone);

/* `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110 section 5.6.7). */
void sim_time_http(char out[SIM_TIME_MAX], int64_t ms);

/* YYYY-MM-DDThh:mm:ss[.f...]Z, nothing else. 0, or -1. */
int sim_time_parse(const char *text, int64_t *ret_ms);

/* The same, also with a blank for the T and with +hh:mm or -hh:mm. 0, or -1. */
int sim_time_parse_any(const char *text, int64_t *ret_ms);

/* A number and ms, s (also when left out), m, h or d. 0, or -1. */
int sim_duration_parse(const char *text, int64_t *ret_ms);

/* "now", a time, or a duration with a sign, added to now. 0, or -1. */
int sim_time_parse_relative(const char *text, int64_t now_ms, int64_t *ret_ms);

#endif
