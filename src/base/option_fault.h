/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What getopt_long(3) does not like, in words of ours: its own do not say what
 * to do next, and repeat octets that a terminal obeys.
 */
#ifndef CEFD_BASE_OPTION_FAULT_H
#define CEFD_BASE_OPTION_FAULT_H

struct option;

/*
 * "WORD: why" for free(), right after getopt_long() has returned `got`, which
 * is '?' or ':'. Its string of letters must begin with ":", and each letter of
 * it must be the `val` of one of `known`.
 */
char *option_fault(int got, char *const *argv, const struct option *known);

#endif
