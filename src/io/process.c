/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getrusage(2) has the processor time; the memory of now, not the most ever, is
 * in statm (proc(5)), counted in pages.
 */
#include "config.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "io/process.h"

static int64_t to_us(const struct timeval *time);

void
process_usage(int64_t *ret_cpu_us, uint64_t *ret_resident_bytes)
{
	struct rusage usage;
	unsigned long pages = 0;
	FILE *statm = fopen("/proc/self/statm", "re");

	*ret_cpu_us = 0;
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		*ret_cpu_us = to_us(&usage.ru_utime) + to_us(&usage.ru_stime);
	if (statm != NULL) {
		if (fscanf(statm, "%*u %lu", &pages) != 1)
			pages = 0;
		(void)fclose(statm);
	}
	*ret_resident_bytes = pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int64_t
to_us(const struct timeval *time)
{
	return time->tv_sec * INT64_C(1000000) + time->tv_usec;
}
