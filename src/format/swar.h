/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about eight octets at once, held in one machine word. The order of
 * the octets in the word does not matter to any of them.
 */
#ifndef CEFD_FORMAT_SWAR_H
#define CEFD_FORMAT_SWAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWAR_EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Is each octet within 0x20-0x7e? */
static inline bool
swar_is_plain(uint64_t word)
{
	/* Bit 7: of the octet itself; of one below 0x20 less 0x20, which may
	 * only borrow from what is not plain either; of 0x7f plus one. */
	return ((word | (word - SWAR_EACH(0x20)) | (word + SWAR_EACH(1))) &
	           SWAR_EACH(0x80)) == 0;
}

/* Is one of the octets, none over 0x7f, equal to `c`? */
static inline bool
swar_has(uint64_t word, char c)
{
	uint64_t x = word ^ SWAR_EACH((unsigned char)c);

	return ((x - SWAR_EACH(1)) & SWAR_EACH(0x80)) != 0;
}

/* swar_is_plain of fewer than eight octets. */
static inline bool
swar_is_plain_tail(const char *p, size_t len)
{
	for (; len != 0; len--, p++)
		if (*p < 0x20 || *p > 0x7e)
			return false;
	return true;
}

#endif
