/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading, in steps that each tell everything they find: scan the shape, let
 * libconfuse read the values, build, check.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/build.h"
#include "conf/conf.h"
#include "conf/conf_file.h"
#include "conf/findings.h"
#include "conf/options.h"
#include "conf/raw.h"
#include "conf/scan.h"
#include "conf/value.h"
#include "io/file.h"

#define FILE_MAX (1U << 20)
/* What libconfuse is given is longer: quotes, escapes, variables. */
#define TEXT_MAX (8 * FILE_MAX)

static struct conf *load(
    const char *file, bool open_files, conf_error_fn *fn, void *arg);
static struct conf *make(const char *file, const struct raw *raw,
    bool open_files, struct findings *findings);
static int read_raw(
    const char *file, struct raw *raw, struct findings *findings);
static const char *cure(const char *file, const struct err *err);
static void scan_and_parse(
    const struct buf *in, struct raw *raw, struct findings *findings);
static char *folder_of(const char *file);
static void conf_free(struct conf *conf);
static void object_clear(const struct option_section *section, void *object);
static bool object_equal(
    const struct option_section *section, const void *a, const void *b);

struct conf *
conf_load(const char *file, conf_error_fn *fn, void *arg)
{
	return load(file, true, fn, arg);
}

struct conf *
conf_peek(const char *file, conf_error_fn *fn, void *arg)
{
	return load(file, false, fn, arg);
}

struct conf *
conf_defaults(void)
{
	struct findings findings = {0};
	struct raw raw = {0};
	struct conf *conf = xcalloc(1, sizeof(*conf));

	(void)raw_add_section(
	    &raw, &option_sections[SECTION_DESTINATION], TEXT("default"), 0);
	conf->refs = 1;
	build(&raw, ".", conf, &findings);
	assert(findings.errors == 0);
	raw_clear(&raw);
	return conf;
}

static struct conf *
load(const char *file, bool open_files, conf_error_fn *fn, void *arg)
{
	struct findings findings = {0};
	struct raw raw = {0};
	struct conf *conf = NULL;

	if (read_raw(file, &raw, &findings) == 0)
		conf = make(file, &raw, open_files, &findings);
	raw_clear(&raw);
	findings_tell(&findings, file, fn, arg);
	if (findings.errors == 0)
		return conf;
	conf_unref(conf);
	return NULL;
}

static struct conf *
make(const char *file, const struct raw *raw, bool open_files,
    struct findings *findings)
{
	struct conf *conf = xcalloc(1, sizeof(*conf));
	char *folder = folder_of(file);

	conf->refs = 1;
	build(raw, folder, conf, findings);
	if (!raw->broken) {
		check(raw, conf, findings);
		check_paths(raw, file, conf, open_files, findings);
	}
	if (!raw->broken && open_files)
		check_files(raw, conf, findings);
	free(folder);
	return conf;
}

static int
read_raw(const char *file, struct raw *raw, struct findings *findings)
{
	struct err err = {0};
	struct buf in;

	buf_init(&in, FILE_MAX);
	/* All at once: a buffer that grows would leave copies of tokens. */
	(void)buf_reserve(&in, FILE_MAX);
	if (file_read(file, &in, &err) == -1) {
		size_t len = strlen(file);
		bool named = strncmp(err.text, file, len) == 0 &&
		    strncmp(err.text + len, ": ", 2) == 0;

		/* Its name stands in front of every finding already. */
		findings_error(findings, 0, "%s: %s",
		    err.text + (named ? len + 2 : 0), cure(file, &err));
		buf_clear(&in);
		return -1;
	}
	scan_and_parse(&in, raw, findings);
	mem_wipe(in.data, in.len);
	buf_clear(&in);
	return 0;
}

/* For a file that cannot be had. */
static const char *
cure(const char *file, const struct err *err)
{
	if (access(file, F_OK) == -1 && errno == ENOENT)
		return "have cefctl setup write a first one, begin with the "
		       "sample (/usr/share/doc/cefd/examples/cefd.conf), or "
		       "name another one with -c";
	if (err->code == ERR_DENIED)
		return "the user that this runs as must be able to read it "
		       "(cefd's own is _cefd)";
	return "name the file with -c";
}

static void
scan_and_parse(const struct buf *in, struct raw *raw, struct findings *findings)
{
	struct buf text;
	int lost;

	buf_init(&text, TEXT_MAX);
	(void)buf_reserve(&text, 4 * in->len + 1);
	lost = scan((struct text){in->data, in->len}, raw, &text, findings);
	(void)buf_putc(&text, '\0');
	if (text.overflow) {
		findings_error(findings, 0,
		    "too large: take comments out, or give each instance one "
		    "of its own");
		raw->broken = true;
	} else {
		conf_file_parse(text.data, raw, findings, lost);
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
