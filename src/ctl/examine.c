/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a source or a destination well? The daemon is asked, since what it can
 * reach and read is what counts; where there is none, or with -c, the same
 * steps are taken here.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/step_line.h"
#include "conf/conf.h"
#include "conf/named.h"
#include "ctl/alone.h"
#include "ctl/ctl.h"
#include "ctl/examine.h"
#include "ctl/sentences.h"
#include "intake/survey.h"
#include "io/http.h"
#include "io/loop.h"
#include "io/standard.h"

#define NAMES_MAX_BYTES (1U << 20)

struct examiner {
	struct loop *loop;
	struct http *http;
	struct survey *survey;
	bool good;
};

static int test_here(const char *config, const char *name);
static int unknown(const struct conf *conf, const char *name);
static int test_all_here(struct conf *conf);
static int test_there(const struct ctl *ctl, const char *name, bool quiet);
static int test_one_there(const struct ctl *ctl, const char *name, bool quiet);
static int walk_there(const struct ctl *ctl, const char *name, bool quiet);
static int test_all_there(
    const struct ctl *ctl, const struct buf *destinations, bool quiet);
static int test_named_there(const struct ctl *ctl, const char *name,
    const struct buf *sources, const struct buf *destinations, bool quiet);
static bool is_among(const struct buf *names, const char *name);
static int send_there(const struct ctl *ctl, const char *name);
static enum step_mark tell_record(const struct buf *said, const char *fault);
static int worse(int a, int b);
static void on_line(const char *line, size_t len, void *arg);
static void on_done(bool good, void *arg);

int
ctl_test(const struct ctl *ctl)
{
	const char *name = ctl->word_count != 0 ? ctl->words[0] : NULL;
	bool alone = ctl->socket == NULL && ctl->config == NULL;
	int status;

	if (ctl->socket == NULL && ctl->config != NULL)
		return test_here(ctl->config, name);
	if (!alone || access(CTL_CONFIG_DEFAULT, R_OK) == -1)
		return test_there(ctl, name, false);
	status = test_there(ctl, name, true);
	if (status != EX_UNAVAILABLE)
		return status;
	return test_here(CTL_CONFIG_DEFAULT, name);
}

static int
test_here(const char *config, const char *name)
{
	/* A token that cannot be read is a finding, not an end. */
	struct conf *conf = ctl_conf(config);
	struct survey_found found = {NULL, NULL};
	int status = EX_OK;

	if (conf == NULL)
		return access(config, R_OK) == -1 && errno == EACCES
		    ? EX_NOPERM
		    : EX_CONFIG;
	if (name != NULL)
		found = survey_find(conf, name);
	if (name == NULL)
		status = test_all_here(conf);
	else if (found.source == NULL && found.destination == NULL)
		status = unknown(conf, name);
	if (found.source != NULL)
		status = examine_source(conf, found.source);
	if (found.destination != NULL)
		status = worse(status, alone_test(found.destination, NULL));
	conf_unref(conf);
	return status;
}

static int
unknown(const struct conf *conf, const char *name)
{
	struct buf why;

	buf_init(&why, NAMES_MAX_BYTES);
	(void)buf_puts(&why,
	    "no such source or destination in this file: take one of those "
	    "that "
	    "it has:");
	for (size_t i = 0; i < conf->source_count; i++)
		(void)buf_printf(&why, " %s", conf->sources[i].name);
	for (size_t i = 0; i < conf->destination_count; i++)
		(void)buf_printf(&why, " %s", conf->destinations[i].name);
	(void)buf_putc(&why, '\0');
	(void)ctl_fail(EX_USAGE, name, why.data);
	buf_clear(&why);
	return EX_USAGE;
}

static int
test_all_here(struct conf *conf)
{
	int status =
	    conf->source_count != 0 ? examine_source(conf, NULL) : EX_OK;

	for (size_t i = 0; i < conf->destination_count; i++) {
		const struct conf_destination *d = &conf->destinations[i];

		if (d->enabled)
			status = worse(status, alone_test(d, NULL));
		else
			(void)printf("%s: disabled, not tested\n", d->name);
	}
	return status;
}

/* The daemon walks; what it is to send is asked for here. */
static int
test_there(const struct ctl *ctl, const char *name, bool quiet)
{
	struct buf sources, destinations;
	int status;

	buf_init(&sources, NAMES_MAX_BYTES);
	buf_init(&destinations, NAMES_MAX_BYTES);
	status =
	    ctl_ask_into(ctl, "names sources", CTL_LONG_MS, &sources, quiet);
	if (status == EX_OK)
		status = ctl_ask_into(ctl, "names destinations", CTL_LONG_MS,
		    &destinations, quiet);
	if (status == EX_OK && name == NULL)
		status = test_all_there(ctl, &destinations, quiet);
	else if (status == EX_OK)
		status =
		    test_named_there(ctl, name, &sources, &destinations, quiet);
	buf_clear(&sources);
	buf_clear(&destinations);
	return status;
}

static int
test_all_there(
    const struct ctl *ctl, const struct buf *destinations, bool quiet)
{
	struct text rest = {destinations->data, destinations->len};
	int status = test_one_there(ctl, NULL, quiet);
	const char *end;

	while (status != EX_UNAVAILABLE && rest.len > 0 &&
	    (end = memchr(rest.ptr, '\n', rest.len)) != NULL) {
		size_t len = (size_t)(end - rest.ptr);
		char *one = xasprintf("destination/%.*s", (int)len, rest.ptr);

		status = worse(status, send_there(ctl, one));
		free(one);
		rest.ptr += len + 1;
		rest.len -= len + 1;
	}
	return status;
}

/* What both a source and a destination are called is tested as both. */
static int
test_named_there(const struct ctl *ctl, const char *name,
    const struct buf *sources, const struct buf *destinations, bool quiet)
{
	const char *source = named_source(name);
	const char *destination = named_destination(name);
	bool is_source = source != NULL && is_among(sources, source);
	int status = EX_OK;
	char *one;

	if (destination == NULL || !is_among(destinations, destination))
		return test_one_there(ctl, name, quiet);
	if (is_source) {
		one = xasprintf("source/%s", source);
		status = test_one_there(ctl, one, quiet);
		free(one);
	}
	one = xasprintf("destination/%s", destination);
	status = worse(status, send_there(ctl, one));
	free(one);
	return status;
}

static int
test_one_there(const struct ctl *ctl, const char *name, bool quiet)
{
	int status = walk_there(ctl, name, quiet);

	return status == CTL_PARTLY ? 1 : status;
}

/* CTL_PARTLY, too. */
static int
walk_there(const struct ctl *ctl, const char *name, bool quiet)
{
	char *line = xasprintf(
	    "test%s%s", name != NULL ? " " : "", name != NULL ? name : "");
	int status = ctl_ask(ctl, line, CTL_LONG_MS, quiet);

	free(line);
	return status;
}

static bool
is_among(const struct buf *names, const char *name)
{
	struct text rest = {names->data, names->len};
	size_t len = strlen(name);

	while (rest.len > len) {
		const char *end = memchr(rest.ptr, '\n', rest.len);

		if (end == NULL)
			break;
		if ((size_t)(end - rest.ptr) == len &&
		    memcmp(rest.ptr, name, len) == 0)
			return true;
		rest.len -= (size_t)(end + 1 - rest.ptr);
		rest.ptr = end + 1;
	}
	return false;
}

/* The way to destination/NAME, and then a record through its queue. */
static int
send_there(const struct ctl *ctl, const char *which)
{
	int walked = walk_there(ctl, which, false), status = walked;
	const char *name = named_destination(which);
	enum step_mark mark = STEP_FAIL;
	struct buf said;
	struct err why;
	char *sentence;

	if (walked == EX_OK || walked == CTL_PARTLY) {
		buf_init(&said, NAMES_MAX_BYTES);
		sentence = xasprintf("send-test %s", name);
		status = ctl_ask_why(ctl, sentence, CTL_LONG_MS, &said, &why);
		if (status == EX_OK || why.text[0] != '\0')
			mark = tell_record(&said, why.text);
		free(sentence);
		buf_clear(&said);
	}
	if (walked == CTL_PARTLY) {
		mark = STEP_FAIL;
		status = worse(status, 1);
	}
	alone_sum_up(name, mark);
	return status;
}

/* How it was confirmed, with what that is worth, or why it was not. */
static enum step_mark
tell_record(const struct buf *said, const char *fault)
{
	static const char warning[] = "; warning: ";
	struct text text = text_trim((struct text){said->data, said->len});
	enum step_mark mark = STEP_OK;
	struct buf line;

	if (fault[0] != '\0') {
		mark = STEP_FAIL;
		text = text_of(fault);
	} else if (text.len != 0 &&
	    memmem(text.ptr, text.len, warning, strlen(warning)) != NULL) {
		mark = STEP_WARN;
	}
	buf_init(&line, NAMES_MAX_BYTES);
	step_line(&line, mark, "record", text, NULL);
	on_line(line.data, line.len, NULL);
	buf_clear(&line);
	return mark;
}

/* "Not well" is for what was tested; anything else says more. */
static int
worse(int a, int b)
{
	return a > b ? a : b;
}

int
examine_source(struct conf *conf, const struct conf_source *only)
{
	struct examiner e = {.good = false};
	const struct survey_hooks hooks = {NULL, NULL, on_line, on_done, &e};
	struct err err;

	/* A server that hangs up is an error code. */
	(void)signal(SIGPIPE, SIG_IGN);
	e.loop = loop_new(&err);
	if (e.loop == NULL)
		return ctl_fail(EX_OSERR, "test", err.text);
	e.http = http_new(e.loop, &err);
	if (e.http == NULL) {
		loop_free(e.loop);
		return ctl_fail(EX_OSERR, "test", err.text);
	}
	e.survey = survey_start(e.loop, e.http, conf, only, &hooks);
	loop_run(e.loop);
	survey_free(e.survey);
	http_free(e.http);
	loop_free(e.loop);
	return e.good ? EX_OK : 1;
}

static void
on_line(const char *line, size_t len, void *arg)
{
	(void)arg;
	/* Each as it comes, into a pipe too. */
	(void)standard_put(line, len);
}

static void
on_done(bool good, void *arg)
{
	struct examiner *e = arg;

	e->good = good;
	loop_stop(e->loop);
}
