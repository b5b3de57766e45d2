/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256, and SHA-1 for those who write it out: a second preimage of it is
 * not known, but nobody should come by it by default.
 */
#include "config.h"

#include <string.h>

#include "base/fingerprint.h"

static const struct {
	const char *name;
	size_t len;
} hashes[] = {
    [FINGERPRINT_SHA256] = {"sha-256", 32},
    [FINGERPRINT_SHA1] = {"sha-1", 20},
};

#define HASH_COUNT (sizeof(hashes) / sizeof(hashes[0]))

static const char *read_octets(
    struct text hex, size_t len, uint8_t octets[FINGERPRINT_OCTETS_MAX]);
static int digit(char c);

size_t
fingerprint_len(enum fingerprint_hash hash)
{
	return hashes[hash].len;
}

const char *
fingerprint_parse(struct text t, struct fingerprint *ret)
{
	struct fingerprint f = {0};

	for (size_t i = 0; i < HASH_COUNT; i++) {
		size_t len = strlen(hashes[i].name);
		const char *fault;

		if (t.len <= len || t.ptr[len] != ':' ||
		    !text_eq_nocase(
		        (struct text){t.ptr, len}, text_of(hashes[i].name)))
			continue;
		f.hash = (enum fingerprint_hash)i;
		fault =
		    read_octets((struct text){t.ptr + len + 1, t.len - len - 1},
		        hashes[i].len, f.octets);
		if (fault == NULL)
			*ret = f;
		return fault;
	}
	return "begins with neither sha-256: nor sha-1:";
}

void
fingerprint_put(
    const struct fingerprint *fingerprint, char ret[FINGERPRINT_TEXT_MAX])
{
	static const char digits[] = "0123456789ABCDEF";
	size_t at = strlen(hashes[fingerprint->hash].name);

	memcpy(ret, hashes[fingerprint->hash].name, at);
	for (size_t i = 0; i < fingerprint_len(fingerprint->hash); i++) {
		ret[at++] = ':';
		ret[at++] = digits[fingerprint->octets[i] >> 4];
		ret[at++] = digits[fingerprint->octets[i] & 15];
	}
	ret[at] = '\0';
}

bool
fingerprint_eq(const struct fingerprint *a, const struct fingerprint *b)
{
	return a->hash == b->hash &&
	    memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

static const char *
read_octets(struct text hex, size_t len, uint8_t octets[FINGERPRINT_OCTETS_MAX])
{
	if (hex.len != 3 * len - 1)
		return len == 32 ? "is not 32 octets, as AA:BB:CC and so on"
		                 : "is not 20 octets, as AA:BB:CC and so on";
	for (size_t i = 0; i < len; i++) {
		int high = digit(hex.ptr[3 * i]);
		int low = digit(hex.ptr[3 * i + 1]);

		if (high < 0 || low < 0)
			return "holds something else than hexadecimal digits";
		if (i + 1 < len && hex.ptr[3 * i + 2] != ':')
			return "has no colon between two octets";
		octets[i] = (uint8_t)(high << 4 | low);
	}
	return NULL;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}
