/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time that can be read can be written, and reads the same again.
 */
#include "config.h"

#include <stdlib.h>

#include "base/rfc3339.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = {(const char *)data, size};
	char out[RFC3339_MS_LEN + 1];
	int64_t again;
	int64_t ms;

	if (rfc3339_parse(in, &ms) == -1)
		return 0;
	rfc3339_ms(out, ms);
	if (rfc3339_parse(text_of(out), &again) == -1 || again != ms)
		abort();
	return 0;
}
