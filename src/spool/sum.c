/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is hashed with the key is nearly always short: it is gathered on the
 * stack and hashed at once, which is several times as fast as feeding a hash
 * state; what does not fit there is gathered on the heap.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "io/digest.h"
#include "spool/sum.h"

/* Most keys are some stream's name, an id and an address. */
#define GATHER_BYTES 1024

_Static_assert(
    SUM_SECRET_BYTES >= DIGEST_SECRET_MIN, "the secret is too short");

uint64_t
sum64(const void *data, size_t len)
{
	return digest64(data, len);
}

bool
sum_turn_back(void *data, size_t len, sum_fits_fn *fits, void *arg)
{
	unsigned char *octets = data;

	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			octets[i] ^= (unsigned char)(1U << bit);
			if (fits(arg))
				return true;
			octets[i] ^= (unsigned char)(1U << bit);
		}
	return false;
}

struct sum128
sum_keyed(const struct sum_secret *secret, char domain,
    const struct text *parts, unsigned count)
{
	char small[GATHER_BYTES];
	char *large = NULL;
	char *out = small;
	size_t len = 1 + digest_parts_bytes(parts, count);
	struct digest128 hash;

	if (len > sizeof(small)) {
		large = xmalloc(len);
		out = large;
	}
	out[0] = domain;
	digest_parts_put(out + 1, parts, count);
	hash =
	    digest128_keyed(out, len, secret->octets, sizeof(secret->octets));
	free(large);
	return (struct sum128){hash.lo, hash.hi};
}
