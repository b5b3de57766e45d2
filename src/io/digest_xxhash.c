/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XXH3 behind digest.h.
 */
#include "config.h"

#include <assert.h>
#include <endian.h>

#include <xxhash.h>

#include "io/digest.h"

_Static_assert(DIGEST_SECRET_MIN >= XXH3_SECRET_SIZE_MIN,
    "the secret may be too short for XXH3");

uint64_t
digest64(const void *data, size_t len)
{
	return XXH3_64bits(data, len);
}

struct digest128
digest128_keyed(
    const void *data, size_t len, const void *secret, size_t secret_len)
{
	XXH128_hash_t hash;

	assert(secret_len >= DIGEST_SECRET_MIN);
	hash = XXH3_128bits_withSecret(data, len, secret, secret_len);
	return (struct digest128){hash.low64, hash.high64};
}

size_t
digest_parts_bytes(const struct text *parts, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += sizeof(uint64_t) + parts[i].len;
	return len;
}

void
digest_parts_put(char *out, const struct text *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t len = htole64(parts[i].len);

		memcpy(out, &len, sizeof(len));
		out += sizeof(len);
		if (len != 0)
			memcpy(out, parts[i].ptr, parts[i].len);
		out += parts[i].len;
	}
}
