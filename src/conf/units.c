/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number and a unit from a table, largest first.
 */
#include "config.h"

#include "base/buf.h"
#include "conf/units.h"

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit duration_units[] = {
    {"d", INT64_C(86400000)},
    {"h", INT64_C(3600000)},
    {"m", INT64_C(60000)},
    {"s", INT64_C(1000)},
    {"ms", 1},
    {NULL, 0},
};

static const struct unit size_units[] = {
    {"TiB", INT64_C(1) << 40},
    {"GiB", INT64_C(1) << 30},
    {"MiB", INT64_C(1) << 20},
    {"KiB", INT64_C(1) << 10},
    {"", 1},
    {NULL, 0},
};

static int read_unit(struct text t, const struct unit *units, int64_t *ret);
static void put_unit(struct buf *out, const struct unit *units, int64_t n);
static size_t digits(struct text t);

int
units_read_int(struct text t, int64_t *ret)
{
	int64_t n = 0;

	if (t.len == 0 || digits(t) != t.len)
		return -1;
	for (size_t i = 0; i < t.len; i++) {
		int digit = t.ptr[i] - '0';

		if (n > (INT64_MAX - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	*ret = n;
	return 0;
}

int
units_read_duration(struct text t, int64_t *ret_ms)
{
	return read_unit(t, duration_units, ret_ms);
}

int
units_read_size(struct text t, int64_t *ret_bytes)
{
	return read_unit(t, size_units, ret_bytes);
}

void
units_put_duration(struct buf *out, int64_t ms)
{
	if (ms == 0)
		(void)buf_puts(out, "0s");
	else
		put_unit(out, duration_units, ms);
}

void
units_put_size(struct buf *out, int64_t bytes)
{
	if (bytes == 0)
		(void)buf_puts(out, "0");
	else
		put_unit(out, size_units, bytes);
}

static int
read_unit(struct text t, const struct unit *units, int64_t *ret)
{
	size_t len = digits(t);
	struct text name = {t.ptr + len, t.len - len};
	int64_t n;

	if (units_read_int((struct text){t.ptr, len}, &n) == -1)
		return -1;
	for (; units->name != NULL; units++) {
		if (!text_eq(text_of(units->name), name))
			continue;
		if (n > INT64_MAX / units->factor)
			return -1;
		*ret = n * units->factor;
		return 0;
	}
	return -1;
}

static void
put_unit(struct buf *out, const struct unit *units, int64_t n)
{
	while (n % units->factor != 0)
		units++;
	(void)buf_put_int(out, n / units->factor);
	(void)buf_puts(out, units->name);
}

static size_t
digits(struct text t)
{
	size_t len = 0;

	while (len < t.len && t.ptr[len] >= '0' && t.ptr[len] <= '9')
		len++;
	return len;
}
