/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this process uses of the machine.
 */
#ifndef CEFD_IO_PROCESS_H
#define CEFD_IO_PROCESS_H

#include <stdint.h>

/* Processor time since the start, user and system together, in microseconds;
 * and memory in use, in octets. 0 where the system does not tell. */
void process_usage(int64_t *ret_cpu_us, uint64_t *ret_resident_bytes);

#endif
