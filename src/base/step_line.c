/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one way from outside to a terminal.
 */
#include "config.h"

#include "base/buf.h"
#include "base/step_line.h"
#include "base/utf8.h"

/* So many octets of the secret in a row give it away. */
#define RUN_MIN ((size_t)8)

static const char *const marks[STEP_MARKS] = {
    [STEP_OK] = "ok",
    [STEP_WARN] = "warn",
    [STEP_FAIL] = "FAIL",
    [STEP_SKIP] = "skip",
};

static size_t secret_at(struct text t, struct text secret);

void
step_line(struct buf *out, enum step_mark mark, const char *topic,
    struct text t, const char *secret)
{
	(void)buf_printf(out, "%-5s %-12s ", marks[mark], topic);
	step_text(out, t, secret);
	(void)buf_putc(out, '\n');
}

void
step_text(struct buf *out, struct text t, const char *secret)
{
	size_t len;
	uint32_t c;

	while (t.len > 0) {
		len = secret_at(t, text_of(secret));
		if (len != 0) {
			(void)buf_puts(out, "(the token)");
		} else {
			len = utf8_decode(t, &c);
			if (c != UTF8_INVALID && !utf8_is_hostile(c))
				(void)buf_put(out, t.ptr, len);
			else
				for (size_t i = 0; i < len; i++)
					(void)buf_printf(out, "\\x%02x",
					    (unsigned char)t.ptr[i]);
		}
		t.ptr += len;
		t.len -= len;
	}
}

/* Octets at the front of `t` that are the secret's, or 0. A run of it is
 * enough: a server may have cut it. */
static size_t
secret_at(struct text t, struct text secret)
{
	size_t run = secret.len < RUN_MIN ? secret.len : RUN_MIN;
	const char *at;

	if (run == 0 || t.len < run)
		return 0;
	at = memmem(secret.ptr, secret.len, t.ptr, run);
	if (at == NULL)
		return 0;
	while (run < t.len && at + run < secret.ptr + secret.len &&
	    at[run] == t.ptr[run])
		run++;
	return run;
}
