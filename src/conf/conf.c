/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading, in steps that each tell everything they find: scan the shape, let
 * libconfuse read the values, build, check.
 */
#include "config.h"

#include <assert.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/build.h"
#include "conf/conf.h"
#include "conf/conf_file.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "conf/report.h"
#include "conf/scan.h"
#include "conf/value.h"
#include "io/file.h"

#define FILE_MAX (1U << 20)
/* What libconfuse is given is longer: quotes, escapes, variables. */
#define TEXT_MAX (8 * FILE_MAX)

static int read_raw(const char *file, struct raw *raw, struct report *report);
static struct conf *make(
    const char *file, const struct raw *raw, struct report *report);
static void scan_and_parse(
    const struct buf *in, struct raw *raw, struct report *report);
static char *folder_of(const char *file);
static void conf_free(struct conf *conf);
static void object_clear(const struct option_section *section, void *object);
static bool object_equal(
    const struct option_section *section, const void *a, const void *b);

struct conf *
conf_load(const char *file, conf_error_fn *fn, void *arg)
{
	struct report report = {0};
	struct raw raw = {0};
	struct conf *conf = NULL;

	if (read_raw(file, &raw, &report) == 0)
		conf = make(file, &raw, &report);
	raw_clear(&raw);
	report_tell(&report, file, fn, arg);
	if (report.errors == 0)
		return conf;
	conf_unref(conf);
	return NULL;
}

static struct conf *
make(const char *file, const struct raw *raw, struct report *report)
{
	struct conf *conf = xcalloc(1, sizeof(*conf));
	char *folder = folder_of(file);

	conf->refs = 1;
	build(raw, folder, conf, report);
	if (!raw->broken)
		check(raw, conf, report);
	free(folder);
	return conf;
}

static int
read_raw(const char *file, struct raw *raw, struct report *report)
{
	struct err err = {0};
	struct buf in;

	buf_init(&in, FILE_MAX);
	/* All at once: a buffer that grows would leave copies of tokens. */
	(void)buf_reserve(&in, FILE_MAX);
	if (file_read(file, &in, &err) == -1) {
		report_error(report, 0, "%s", err.text);
		buf_clear(&in);
		return -1;
	}
	scan_and_parse(&in, raw, report);
	mem_wipe(in.data, in.len);
	buf_clear(&in);
	return 0;
}

static void
scan_and_parse(const struct buf *in, struct raw *raw, struct report *report)
{
	struct buf text;
	int lost;

	buf_init(&text, TEXT_MAX);
	(void)buf_reserve(&text, 4 * in->len + 1);
	lost = scan((struct text){in->data, in->len}, raw, &text, report);
	(void)buf_putc(&text, '\0');
	if (text.overflow) {
		report_error(report, 0, "too large");
		raw->broken = true;
	} else {
		conf_file_parse(text.data, raw, report, lost);
	}
	mem_wipe(text.data, text.cap);
	buf_clear(&text);
}

/* Absolute, so that it stays right when the working folder changes. */
static char *
folder_of(const char *file)
{
	char *copy = xstrdup(file);
	char *folder = realpath(dirname(copy), NULL);

	free(copy);
	return folder != NULL ? folder : xstrdup(".");
}

struct conf *
conf_ref(struct conf *conf)
{
	conf->refs++;
	return conf;
}

void
conf_unref(struct conf *conf)
{
	if (conf == NULL)
		return;
	assert(conf->refs > 0);
	if (--conf->refs == 0)
		conf_free(conf);
}

static void
conf_free(struct conf *conf)
{
	for (size_t i = 0; i < conf->source_count; i++) {
		object_clear(
		    &option_sections[SECTION_SOURCE], &conf->sources[i]);
		free(conf->sources[i].name);
	}
	for (size_t i = 0; i < conf->destination_count; i++) {
		object_clear(&option_sections[SECTION_DESTINATION],
		    &conf->destinations[i]);
		free(conf->destinations[i].name);
	}
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (option_sections[i].title == NULL)
			object_clear(&option_sections[i], conf);
	free(conf->sources);
	free(conf->destinations);
	free(conf);
}

static void
object_clear(const struct option_section *section, void *object)
{
	for (const struct option *o = section->options; o->name != NULL; o++)
		value_clear(o, object);
}

bool
conf_source_equal(const struct conf_source *a, const struct conf_source *b)
{
	return text_eq(text_of(a->name), text_of(b->name)) &&
	    object_equal(&option_sections[SECTION_SOURCE], a, b);
}

bool
conf_destination_equal(
    const struct conf_destination *a, const struct conf_destination *b)
{
	return text_eq(text_of(a->name), text_of(b->name)) &&
	    object_equal(&option_sections[SECTION_DESTINATION], a, b);
}

static bool
object_equal(const struct option_section *section, const void *a, const void *b)
{
	for (const struct option *o = section->options; o->name != NULL; o++)
		if (!value_equal(o, a, b))
			return false;
	return true;
}
