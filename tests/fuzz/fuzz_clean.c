/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever goes in, what comes out of the hygiene is UTF-8 without controls,
 * within its limit, trimmed, and nothing would be found to do a second time.
 * The first octet is the limit.
 */
#include "config.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "format/clean.h"
#include "fuzz.h"

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
check_octets(struct text t)
{
	size_t i;

	for (i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.ptr[i];

		must(c >= 0x20 || c == '\r' || c == '\n');
		must(c != 0x7f);
		if (c == 0xc2) /* then C1 would follow */
			must((unsigned char)t.ptr[i + 1] >= 0xa0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf scratch;
	struct buf second;
	struct text out;
	bool cut = false;
	size_t max;

	if (size == 0)
		return 0;
	max = data[0];
	buf_init(&scratch, 1 << 16);
	buf_init(&second, 1 << 16);
	out = clean((struct text){(const char *)data + 1, size - 1}, max,
	    &scratch, &cut);
	must(max == 0 || out.len <= max);
	must(utf8_is_valid(out));
	check_octets(out);
	must(out.len == 0 || out.ptr[0] != ' ');
	/* A cut may leave a blank at the end, and only a cut. */
	if (!cut) {
		must(out.len == 0 || out.ptr[out.len - 1] != ' ');
		must(text_eq(out, clean(out, max, &second, &cut)));
		must(!cut);
	}
	buf_clear(&second);
	buf_clear(&scratch);
	return 0;
}
