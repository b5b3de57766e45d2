/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random hostile events, formatted, read back by the strict parsers and held
 * against a model of the hygiene: each value that arrives is the cleaned
 * input, each that does not was left out by rule and is said to be.
 *
 * CEFD_SEED=N runs one seed alone; each failure names its own.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rng.h"
#include "format/schema_case.h"
#include "format/schema_report.h"
#include "format_sample.h"
#include "hygiene_model.h"
#include "strict_cef.h"
#include "strict_rfc5424.h"

#define SEEDS 3000
#define ITEMS_MAX 8
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What one field should give when it is not shed. */
struct expected {
	struct strict_text value; /* ptr NULL: the field is not there */
	bool cut;
};

struct round {
	struct arena arena;
	struct rng rng;
	struct event event;
	struct expected fields[SCHEMA_FIELDS_MAX];
	uint64_t seed;
};

static const struct text nasty[] = {{"\x80", 1}, {"\xc0\xaf", 2},
    {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4}, {"\xe2\x82", 2},
    {"\xf0\x9f\x98", 3}, {"\xff\xfe", 2}, {"\0", 1}, {"\t", 1}, {"\r", 1},
    {"\n", 1}, {"\r\n", 2}, {"\x7f", 1}, {"\xc2\x85", 2}, {"\xe2\x80\xa8", 3},
    {"\xe2\x80\xae", 3}, {"\xe2\x81\xa6", 3}, {"\xe2\x80\x8b", 3},
    {"\xef\xbb\xbf", 3}, {"|", 1}, {"\\", 1}, {"=", 1}, {" externalId=1", 13},
    {"\\n", 2}, {"\\=", 2}, {" ", 1}, {";", 1}, {"]", 1}, {"\"", 1},
    {"\xf0\x9f\x98\x80", 4}, {"\xc3\xa9", 2}, {"CEF:0|", 6}, {"%s%n", 4},
    {"<0>1 ", 5}};

static struct buf out;

static struct text
random_text(struct round *r, size_t max)
{
	size_t len = (size_t)rng_below(&r->rng, max + 1);
	char *p = arena_alloc(&r->arena, len + 16);
	bool calm = rng_below(&r->rng, 2) == 0;
	size_t n = 0;

	while (n < len) {
		struct text t = nasty[rng_below(&r->rng, COUNT(nasty))];

		if (calm ? rng_below(&r->rng, 30) != 0
		         : rng_below(&r->rng, 3) != 0) {
			p[n++] = (char)('a' + (int)rng_below(&r->rng, 26));
		} else if (rng_below(&r->rng, 8) == 0) {
			p[n++] = (char)rng_below(&r->rng, 256);
		} else {
			memcpy(p + n, t.ptr, t.len);
			n += t.len;
		}
	}
	/* Not terminated, so that reading on would be seen. */
	return (struct text){p, n};
}

/* Mostly short; now and then about or over the field's limit. */
static size_t
random_max(struct round *r, const struct field *field)
{
	switch (rng_below(&r->rng, 12)) {
	case 0:
		return field->max != 0 ? field->max + 8 : 2000;
	case 1:
		return 1100;
	case 2:
		return 0;
	default:
		return 40;
	}
}

static void
random_value(struct round *r, size_t i)
{
	const struct field *field = &r->event.schema->fields[i];
	struct text *items;
	size_t count;
	size_t n;

	switch (field->kind) {
	case FIELD_TEXT:
		sample_set_text(
		    &r->event, i, random_text(r, random_max(r, field)));
		return;
	case FIELD_ADDRESS:
		sample_set_text(&r->event, i,
		    rng_below(&r->rng, 2) == 0 ? TEXT(" 2001:db8::1\t")
		                               : random_text(r, 40));
		return;
	case FIELD_TIME:
	case FIELD_INT:
	case FIELD_BOOL:
		sample_set_number(&r->event, i,
		    field->kind == FIELD_TIME      ? VALUE_TIME
		        : field->kind == FIELD_INT ? VALUE_INT
		                                   : VALUE_BOOL,
		    (int64_t)rng_next(&r->rng));
		return;
	case FIELD_LIST:
		count = (size_t)rng_below(&r->rng, ITEMS_MAX);
		items = arena_alloc(&r->arena, (count + 1) * sizeof(*items));
		for (n = 0; n < count; n++)
			items[n] = random_text(r, random_max(r, field));
		sample_set_list(&r->event, i, items, count);
		return;
	case FIELD_TRUNCATED:
		return;
	}
}

static void
random_event(struct round *r)
{
	static const struct schema *const schemas[] = {&schema_status,
	    &schema_case, &schema_vendor_case, &schema_campaign,
	    &schema_not_analyzed, &schema_audit};
	size_t pick = (size_t)rng_below(&r->rng, 2 * COUNT(schemas));
	size_t i;

	sample_bare(&r->event);
	if (pick < COUNT(schemas))
		r->event.schema = schemas[pick];
	r->event.values[THREAT_EXTERNAL_ID].type = VALUE_NONE;
	r->event.name = random_text(r, 700);
	r->event.class_id = random_text(r, 40);
	r->event.severity = (int)rng_below(&r->rng, 11);
	r->event.time_ms = (int64_t)rng_next(&r->rng);
	for (i = 0; i < r->event.schema->count; i++) {
		if (rng_below(&r->rng, 4) != 0)
			random_value(r, i);
	}
	/* The last field is always there. */
	sample_set_text(
	    &r->event, r->event.schema->count - 1, TEXT("9007199254740993"));
}

static void
expect_text(struct round *r, size_t i)
{
	struct expected *e = &r->fields[i];
	struct text t = r->event.values[i].u.text;

	e->value =
	    model_clean(t.ptr, t.len, r->event.schema->fields[i].max, &e->cut);
	model_fold_lines(&e->value);
	if (e->value.len == 0 ||
	    (r->event.schema->fields[i].kind == FIELD_ADDRESS &&
	        strcmp(e->value.ptr, "2001:db8::1") != 0))
		strict_text_free(&e->value);
}

/* Append to `joined`, ";" replaced. How many octets did it take? */
static size_t
join(struct buf *joined, struct strict_text item, const char *instead)
{
	size_t before = joined->len;
	size_t i;

	for (i = 0; i < item.len; i++) {
		if (item.ptr[i] == ';' && instead != NULL)
			(void)buf_puts(joined, instead);
		else
			(void)buf_putc(joined, item.ptr[i]);
	}
	return joined->len - before;
}

static void
expect_list(struct round *r, size_t i)
{
	const struct field *field = &r->event.schema->fields[i];
	const struct value *value = &r->event.values[i];
	struct expected *e = &r->fields[i];
	bool full = false;
	size_t count = 0;
	struct buf joined;
	size_t n;

	buf_init(&joined, 1 << 20);
	for (n = 0; n < value->u.list.count; n++) {
		struct text t = value->u.list.items[n];
		size_t before = joined.len;
		struct strict_text item = model_clean(t.ptr, t.len, 0, &e->cut);

		if (item.len != 0) {
			count++;
			if (joined.len != 0)
				(void)buf_puts(&joined, field->joint);
			(void)join(&joined, item, field->instead);
			full = full ||
			    (field->max != 0 && joined.len > field->max);
			if (full)
				joined.len = before;
		}
		strict_text_free(&item);
	}
	if (count != 0 && count >= field->min_items) {
		e->cut = full;
		if (joined.len != 0)
			e->value = strict_text_new(joined.data, joined.len);
		if (joined.len != 0)
			model_fold_lines(&e->value);
	}
	buf_clear(&joined);
}

static void
expect_number(struct round *r, size_t i)
{
	const struct value *value = &r->event.values[i];
	char digits[32];

	if (value->type == VALUE_BOOL)
		(void)snprintf(digits, sizeof(digits), "%s",
		    value->u.flag ? "true" : "false");
	else
		(void)snprintf(digits, sizeof(digits), "%lld",
		    (long long)(value->type == VALUE_TIME ? value->u.time_ms
		                                          : value->u.number));
	r->fields[i].value = strict_text_new(digits, strlen(digits));
}

static void
expect(struct round *r)
{
	size_t i;

	memset(r->fields, 0, sizeof(r->fields));
	for (i = 0; i < r->event.schema->count; i++) {
		switch (r->event.values[i].type) {
		case VALUE_NONE:
			break;
		case VALUE_TEXT:
			expect_text(r, i);
			break;
		case VALUE_LIST:
			expect_list(r, i);
			break;
		case VALUE_TIME:
		case VALUE_INT:
		case VALUE_BOOL:
			expect_number(r, i);
			break;
		}
	}
}

/* The highest rank of what is missing although it should be there. */
static unsigned
shed_rank(const struct round *r, const struct strict_cef *cef)
{
	unsigned rank = 0;
	size_t i;

	for (i = 0; i < r->event.schema->count; i++) {
		const struct field *field = &r->event.schema->fields[i];

		if (r->fields[i].value.ptr == NULL ||
		    field->kind == FIELD_ADDRESS ||
		    strict_cef_get(cef, field->key) != NULL)
			continue;
		if (field->shed == 0)
			fail_msg("seed %llu: %s is gone",
			    (unsigned long long)r->seed, field->key);
		if (field->shed > rank)
			rank = field->shed;
	}
	return rank;
}

/* The next pair must be this one. */
static void
check_pair(const struct round *r, const struct strict_cef *cef, size_t *pos,
    const char *key, struct strict_text value)
{
	const struct strict_pair *pair = &cef->pairs[*pos];

	if (*pos >= cef->count || strcmp(pair->key.ptr, key) != 0 ||
	    pair->value.len != value.len ||
	    memcmp(pair->value.ptr, value.ptr, value.len) != 0)
		fail_msg("seed %llu: %s=%s, not %s=%s",
		    (unsigned long long)r->seed,
		    *pos < cef->count ? pair->key.ptr : "",
		    *pos < cef->count ? pair->value.ptr : "", key, value.ptr);
	(*pos)++;
}

static void
check_field(const struct round *r, const struct strict_cef *cef, size_t *pos,
    size_t i, struct strict_text value)
{
	const struct field *field = &r->event.schema->fields[i];
	const char *key = field->key;
	const char *label = field->label;
	struct strict_text name;
	char label_key[64];

	if (field->kind == FIELD_ADDRESS) {
		key = "c6a2";
		label = "SourceIPv6Address";
	}
	if (label != NULL) {
		(void)snprintf(label_key, sizeof(label_key), "%sLabel", key);
		name = strict_text_new(label, strlen(label));
		check_pair(r, cef, pos, label_key, name);
		strict_text_free(&name);
	}
	check_pair(r, cef, pos, key, value);
}

static void
check_extension(struct round *r, const struct strict_cef *cef)
{
	unsigned rank = shed_rank(r, cef);
	char said[2000] = "";
	size_t said_len = 0;
	size_t truncated = 0;
	size_t pos = 0;
	size_t i;

	for (i = 0; i < r->event.schema->count; i++) {
		const struct field *field = &r->event.schema->fields[i];
		struct expected *e = &r->fields[i];

		if (field->kind == FIELD_TRUNCATED)
			truncated = i;
		if (field->shed != 0 && field->shed <= rank &&
		    e->value.ptr != NULL) {
			e->cut = true;
			strict_text_free(&e->value);
		}
		/* A list that only lost items when it was shed, too. */
		if (e->cut)
			said_len += (size_t)snprintf(said + said_len,
			    sizeof(said) - said_len, "%s%s",
			    said_len != 0 ? "," : "", field->key);
	}
	if (said_len != 0)
		r->fields[truncated].value = strict_text_new(said, said_len);
	for (i = 0; i < r->event.schema->count; i++) {
		if (r->fields[i].value.ptr != NULL)
			check_field(r, cef, &pos, i, r->fields[i].value);
	}
	assert_int_equal(pos, cef->count);
}

static void
check_header(const struct round *r, const struct strict_cef *cef)
{
	bool cut = false;
	struct strict_text name =
	    model_clean(r->event.name.ptr, r->event.name.len, 512, &cut);
	size_t i;

	model_fold_lines(&name);
	for (i = 0; i < name.len; i++) {
		if (name.ptr[i] == '\n')
			name.ptr[i] = ' ';
	}
	assert_string_equal(cef->header[STRICT_CEF_NAME].ptr,
	    name.len != 0 ? name.ptr : "Other");
	strict_text_free(&name);
}

static void
check_record(struct round *r, const struct style *style)
{
	struct strict_rfc5424 record;
	struct strict_cef cef;

	if (strict_rfc5424_parse(&record, out.data, out.len) == -1)
		fail_msg(
		    "seed %llu: %s", (unsigned long long)r->seed, record.why);
	assert_int_equal(record.facility, style->facility);
	if (strict_cef_parse(&cef, record.msg.ptr, record.msg.len) == -1)
		fail_msg("seed %llu: %s", (unsigned long long)r->seed, cef.why);
	check_header(r, &cef);
	check_extension(r, &cef);
	strict_cef_clear(&cef);
	strict_rfc5424_clear(&record);
}

static void
run_seed(uint64_t seed)
{
	struct style style = sample_style();
	struct round r = {.seed = seed};
	size_t i;

	rng_init(&r.rng, seed);
	arena_init(&r.arena);
	random_event(&r);
	style.facility = (int)rng_below(&r.rng, 24);
	style.structured_data = rng_below(&r.rng, 2) == 0;
	style.max_size = 2000 + (size_t)rng_below(&r.rng, 20000);
	buf_reset(&out);
	if (record_put(&out, &r.event, &style, 0, seed, NULL) == -1) {
		/* Only where what cannot be shed is over 2000 octets. */
		if (r.event.schema == &schema_threat && style.max_size > 3500)
			fail_msg("seed %llu: does not fit into %zu",
			    (unsigned long long)seed, style.max_size);
	} else {
		assert_in_range(out.len, 1, style.max_size);
		expect(&r);
		check_record(&r, &style);
		for (i = 0; i < SCHEMA_FIELDS_MAX; i++)
			strict_text_free(&r.fields[i].value);
	}
	arena_clear(&r.arena);
}

static void
hostile_events_come_back_clean(void **state)
{
	const char *one = getenv("CEFD_SEED");
	uint64_t seed;

	(void)state;
	if (one != NULL) {
		run_seed(strtoull(one, NULL, 10));
		return;
	}
	for (seed = 1; seed <= SEEDS; seed++)
		run_seed(seed);
	print_message("seeds 1-%d\n", SEEDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile_events_come_back_clean),
	};
	int failed;

	buf_init(&out, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&out);
	return failed;
}
