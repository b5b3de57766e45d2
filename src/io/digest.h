/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fast hashes of octets, the same on every machine. They tell apart what is
 * different by chance, not by intent.
 */
#ifndef CEFD_IO_DIGEST_H
#define CEFD_IO_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The least octets of a secret. */
#define DIGEST_SECRET_MIN 136

struct digest128 {
	uint64_t lo, hi;
};

uint64_t digest64(const void *data, size_t len);

/* Without the secret nobody can say what the hash of anything is. */
struct digest128 digest128_keyed(
    const void *data, size_t len, const void *secret, size_t secret_len);

/*
 * Several texts as one to be hashed, each with its length before it, so that
 * ("ab", "c") and ("a", "bc") differ: how many octets that takes, and put them
 * at `out`.
 */
size_t digest_parts_bytes(const struct text *parts, size_t count);
void digest_parts_put(char *out, const struct text *parts, size_t count);

#endif
