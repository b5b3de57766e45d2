/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a value should come out as, worked out in another way than cefd does:
 * slowly, one rule after the other, on nothing but "is this valid UTF-8?".
 */
#ifndef CEFD_TEST_HYGIENE_MODEL_H
#define CEFD_TEST_HYGIENE_MODEL_H

#include <stdbool.h>

#include "strict_text.h"

/* Repair, blank, trim, cut to `max` octets (0: never). *cut is set if it was
 * cut. Free the result with strict_text_free. */
struct strict_text model_clean(
    const void *data, size_t len, size_t max, bool *cut);

/* CRLF, CR and LF are one line end, which a reader sees as LF. */
void model_fold_lines(struct strict_text *t);

#endif
