/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash of a certificate, as RFC 5425 section 4.2.2 writes it: the hash's
 * name, ":", and the octets in hexadecimal with a ":" between.
 */
#ifndef CEFD_BASE_FINGERPRINT_H
#define CEFD_BASE_FINGERPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum fingerprint_hash { FINGERPRINT_SHA256, FINGERPRINT_SHA1 };

#define FINGERPRINT_OCTETS_MAX 32
/* Of the text, the final NUL included. */
#define FINGERPRINT_TEXT_MAX (sizeof("sha-256:") + 3 * FINGERPRINT_OCTETS_MAX)

struct fingerprint {
	enum fingerprint_hash hash;
	uint8_t octets[FINGERPRINT_OCTETS_MAX]; /* those behind its end: 0 */
};

/* The octets of such a hash. */
size_t fingerprint_len(enum fingerprint_hash hash);

/* Read one; digits in upper or lower case. NULL, or what is wrong with it. */
const char *fingerprint_parse(struct text t, struct fingerprint *ret);

/* Write one, in upper case, with a NUL. */
void fingerprint_put(
    const struct fingerprint *fingerprint, char ret[FINGERPRINT_TEXT_MAX]);

bool fingerprint_eq(const struct fingerprint *a, const struct fingerprint *b);

#endif
