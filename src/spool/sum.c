/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XXH3 behind sum.h. What is hashed with the key is nearly always short: it is
 * gathered on the stack and hashed at once, which is several times as fast as
 * feeding a hash state; what does not fit there is gathered on the heap.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/mem.h"
#include "spool/sum.h"

/* Most keys are some stream's name, an id and an address. */
#define GATHER_BYTES 1024

_Static_assert(SUM_SECRET_BYTES >= XXH3_SECRET_SIZE_MIN,
    "the secret is too short for XXH3");

static size_t gathered_bytes(const struct text *parts, unsigned count);
static void gather(
    char *out, char domain, const struct text *parts, unsigned count);

uint64_t
sum64(const void *data, size_t len)
{
	return XXH3_64bits(data, len);
}

struct sum128
sum_keyed(const struct sum_secret *secret, char domain,
    const struct text *parts, unsigned count)
{
	char small[GATHER_BYTES];
	char *large = NULL;
	char *out = small;
	size_t len = gathered_bytes(parts, count);
	XXH128_hash_t hash;

	if (len > sizeof(small)) {
		large = xmalloc(len);
		out = large;
	}
	gather(out, domain, parts, count);
	hash = XXH3_128bits_withSecret(
	    out, len, secret->octets, sizeof(secret->octets));
	free(large);
	return (struct sum128){hash.low64, hash.high64};
}

static size_t
gathered_bytes(const struct text *parts, unsigned count)
{
	size_t len = 1;
	unsigned i;

	for (i = 0; i < count; i++)
		len += sizeof(uint64_t) + parts[i].len;
	return len;
}

static void
gather(char *out, char domain, const struct text *parts, unsigned count)
{
	unsigned i;

	*out++ = domain;
	for (i = 0; i < count; i++) {
		uint64_t len = parts[i].len;

		memcpy(out, &len, sizeof(len));
		out += sizeof(len);
		if (len != 0)
			memcpy(out, parts[i].ptr, parts[i].len);
		out += len;
	}
}
