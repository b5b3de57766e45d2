/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a source well? The daemon is asked, since what it can reach and read is
 * what counts; where there is none, or with -c, the same probes run here.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "ctl/ctl.h"
#include "ctl/sentences.h"
#include "intake/survey.h"
#include "io/http.h"
#include "io/loop.h"

#define CONFIG_DEFAULT "/etc/cefd/cefd.conf"

struct examiner {
	struct loop *loop;
	struct http *http;
	struct survey *survey;
	bool good;
	bool cannot_write;
};

static int ask(const struct ctl *ctl, const char *name, bool quiet);
static int examine(const char *config, const char *name);
static int run(struct conf *conf, const char *name);
static void on_line(const char *line, size_t len, void *arg);
static void on_done(bool good, void *arg);

int
ctl_test(const struct ctl *ctl)
{
	const char *name = ctl->word_count != 0 ? ctl->words[0] : NULL;
	bool alone = ctl->socket == NULL && ctl->config == NULL;
	int status;

	if (ctl->socket == NULL && ctl->config != NULL)
		return examine(ctl->config, name);
	if (!alone || access(CONFIG_DEFAULT, R_OK) == -1)
		return ask(ctl, name, false);
	status = ask(ctl, name, true);
	if (status != EX_UNAVAILABLE)
		return status;
	return examine(CONFIG_DEFAULT, name);
}

static int
ask(const struct ctl *ctl, const char *name, bool quiet)
{
	char *line = xasprintf(
	    "test%s%s", name != NULL ? " " : "", name != NULL ? name : "");
	int status = ctl_ask(ctl, line, CTL_LONG_MS, quiet);

	free(line);
	return status;
}

static int
examine(const char *config, const char *name)
{
	/* A token that cannot be read is a finding, not an end. */
	struct conf *conf = conf_peek(config, ctl_conf_fault, NULL);
	enum survey_name is = SURVEY_SOURCE;
	int status;

	if (conf == NULL)
		return access(config, R_OK) == -1 && errno == EACCES
		    ? EX_NOPERM
		    : EX_CONFIG;
	if (name != NULL)
		is = survey_find(conf, name);
	if (is == SURVEY_SOURCE)
		status = run(conf, name);
	else
		status = ctl_fail(EX_USAGE, name,
		    is == SURVEY_DESTINATION
		        ? "a destination; this version tests sources"
		        : "no such source");
	conf_unref(conf);
	return status;
}

static int
run(struct conf *conf, const char *name)
{
	struct examiner e = {.good = false};
	const struct survey_hooks hooks = {NULL, on_line, on_done, &e};
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
	e.survey = survey_start(e.loop, e.http, conf, name, &hooks);
	loop_run(e.loop);
	survey_free(e.survey);
	http_free(e.http);
	loop_free(e.loop);
	if (e.cannot_write)
		return ctl_fail(EX_IOERR, "stdout", "cannot be written");
	return e.good ? EX_OK : 1;
}

static void
on_line(const char *line, size_t len, void *arg)
{
	struct examiner *e = arg;

	/* Each as it comes, into a pipe too. */
	if (fwrite(line, 1, len, stdout) != len || fflush(stdout) == EOF)
		e->cannot_write = true;
}

static void
on_done(bool good, void *arg)
{
	struct examiner *e = arg;

	e->good = good;
	loop_stop(e->loop);
}
