/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This program's getrandom(2) stands before the C library's.
 */
#include "config.h"

#include <sys/random.h>

#include "base/rng.h"
#include "fake_random.h"

static struct rng drawn;

void
fake_random_seed(uint64_t seed)
{
	rng_init(&drawn, seed);
}

ssize_t
getrandom(void *buffer, size_t length, unsigned flags)
{
	unsigned char *octets = buffer;

	(void)flags;
	for (size_t i = 0; i < length; i++)
		octets[i] = (unsigned char)rng_below(&drawn, 256);
	return (ssize_t)length;
}
