/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks for memory, inside of tests/bin/cefd_torture.
 */
#ifndef CEFD_TESTS_TORTURE_STACKS_H
#define CEFD_TESTS_TORTURE_STACKS_H

#include <stdint.h>

/* Before all others: what they need is loaded now. */
void stack_arm(void);

/* Of who has called, never 0; the same in each life of one program. */
uint64_t stack_id(void);

/* It made the n-th call. */
void stack_note(uint64_t id, unsigned long n);

/* Put all that was noted into the journal. */
void stack_tell(void);

#endif
