/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences that a running daemon answers.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/named.h"
#include "ctl/ctl.h"
#include "ctl/sentences.h"
#include "io/standard.h"
#include "io/unix_call.h"

#define SOCKET_DEFAULT "/run/cefd/cefd.sock"
/* For what is answered from memory. */
#define QUICK_MS INT64_C(10000)

static const char *as_source(const char *name);
static const char *as_destination(const char *name);
static int ask_about(const struct ctl *ctl, const char *verb);
static char *socket_path(const struct ctl *ctl);
static int ask(const struct ctl *ctl, const char *line, int64_t timeout_ms,
    unix_body_fn *fn, void *arg, struct err *why);
static int tell(int status, const struct err *why, bool quiet);
static void wrap_said(struct err *why, const char *line);
static const char *absent(const struct ctl *ctl);
static const char *cure(enum err_code code);
static void append(struct err *why, const char *more);
static int put_body(const char *data, size_t len, void *arg);
static int keep_body(const char *data, size_t len, void *arg);
static int status_of(const char *code);

int
ctl_poll(const struct ctl *ctl)
{
	const char *source = ctl->word_count != 0 ? ctl->words[0] : NULL;
	char *line;
	int status;

	if (ctl->dry_run && source == NULL)
		return ctl_fail(EX_USAGE, "poll --dry-run",
		    "which source? (cefctl names sources lists them)");
	line = xasprintf("poll%s%s%s", ctl->dry_run ? " dry-run" : "",
	    source != NULL ? " " : "", source != NULL ? as_source(source) : "");
	status = ctl_ask(ctl, line, CTL_LONG_MS, false);
	free(line);
	return status;
}

int
ctl_reload(const struct ctl *ctl)
{
	return ctl_ask(ctl, "reload", CTL_LONG_MS, false);
}

int
ctl_names(const struct ctl *ctl)
{
	char *line = xasprintf("names%s%s", ctl->word_count != 0 ? " " : "",
	    ctl->word_count != 0 ? ctl->words[0] : "");
	int status = ctl_ask(ctl, line, QUICK_MS, false);

	free(line);
	return status;
}

int
ctl_pause(const struct ctl *ctl)
{
	return ask_about(ctl, "pause");
}

int
ctl_resume(const struct ctl *ctl)
{
	return ask_about(ctl, "resume");
}

int
ctl_replay(const struct ctl *ctl)
{
	char *line;
	int status;

	if (ctl->word_count == 0)
		return ctl_fail(EX_USAGE, "replay",
		    "which source? (cefctl names sources lists them)");
	if (ctl->since == NULL)
		return ctl_fail(EX_USAGE, "replay",
		    "--since=T is missing: 24h, 2027-01-31, or "
		    "2027-01-31T10:20:30Z");
	line = xasprintf("replay %s %s %s %s", as_source(ctl->words[0]),
	    ctl->since, ctl->until != NULL ? ctl->until : "-",
	    ctl->to != NULL ? as_destination(ctl->to) : "-");
	status = ctl_ask(ctl, line, CTL_LONG_MS, false);
	free(line);
	return status;
}

int
ctl_send_test(const struct ctl *ctl)
{
	char *line;
	int status;

	if (ctl->word_count == 0)
		return ctl_fail(EX_USAGE, "send-test",
		    "to which destination? (cefctl names destinations lists "
		    "them)");
	line = xasprintf("send-test %s", as_destination(ctl->words[0]));
	status = ctl_ask(ctl, line, CTL_LONG_MS, false);
	free(line);
	return status;
}

int
ctl_queue(const struct ctl *ctl)
{
	const char *verb = ctl->word_count > 0 ? ctl->words[0] : "list";
	const char *name = ctl->word_count > 1 ? ctl->words[1] : NULL;
	bool peek = strcmp(verb, "peek") == 0, drop = strcmp(verb, "drop") == 0;
	bool list = strcmp(verb, "list") == 0;
	char *line;
	int status;

	if (!peek && !drop && !list)
		return ctl_fail(EX_USAGE, verb, "neither list, peek nor drop");
	if (drop && name == NULL)
		return ctl_fail(EX_USAGE, "queue drop",
		    "which queue? (cefctl queue list has them)");
	if ((list && name != NULL) || (ctl->count != NULL && !peek) ||
	    (ctl->force && !drop))
		return ctl_fail(EX_USAGE, verb,
		    "it does not take that: cefctl --help has what it takes");
	line = xasprintf("queue %s%s%s%s%s", verb, list ? "" : " ",
	    list               ? ""
	        : name != NULL ? as_destination(name)
	                       : "-",
	    ctl->count != NULL || ctl->force ? " " : "",
	    ctl->count != NULL ? ctl->count
	        : ctl->force   ? "force"
	                       : "");
	status = ctl_ask(ctl, line, CTL_LONG_MS, false);
	free(line);
	return status;
}

/* Where one kind only can be meant the daemon takes a title; one of the other
 * kind it refuses by the whole name. */
static const char *
as_source(const char *name)
{
	const char *title = named_source(name);

	return title != NULL ? title : name;
}

static const char *
as_destination(const char *name)
{
	const char *title = named_destination(name);

	return title != NULL ? title : name;
}

static int
ask_about(const struct ctl *ctl, const char *verb)
{
	char *line;
	int status;

	if (ctl->word_count == 0)
		return ctl_fail(EX_USAGE, verb,
		    "which source or destination? (cefctl names lists them)");
	line = xasprintf("%s %s", verb, ctl->words[0]);
	status = ctl_ask(ctl, line, QUICK_MS, false);
	free(line);
	return status;
}

int
ctl_ask(const struct ctl *ctl, const char *line, int64_t timeout_ms, bool quiet)
{
	struct err why;
	int status = ask(ctl, line, timeout_ms, put_body, NULL, &why);

	/* Which is told at the end; it is not the answer that was broken. */
	if (ferror(stdout) != 0)
		return EX_IOERR;
	return tell(status, &why, quiet);
}

int
ctl_ask_into(const struct ctl *ctl, const char *line, int64_t timeout_ms,
    struct buf *out, bool quiet)
{
	struct err why;
	int status = ask(ctl, line, timeout_ms, keep_body, out, &why);

	return tell(status, &why, quiet);
}

int
ctl_ask_why(const struct ctl *ctl, const char *line, int64_t timeout_ms,
    struct buf *out, struct err *ret_why)
{
	return ask(ctl, line, timeout_ms, keep_body, out, ret_why);
}

static int
tell(int status, const struct err *why, bool quiet)
{
	if (why->text[0] != '\0' && !(quiet && status == EX_UNAVAILABLE))
		(void)ctl_fail(status, why->text, NULL);
	return status;
}

/* Why not is in *why, unless that was told already. */
static int
ask(const struct ctl *ctl, const char *line, int64_t timeout_ms,
    unix_body_fn *fn, void *arg, struct err *why)
{
	char *path = socket_path(ctl);
	char code[UNIX_CODE_MAX] = "";
	int status = EX_OK;

	why->text[0] = '\0';
	if (path == NULL)
		return EX_CONFIG;
	switch (unix_call(path, line, timeout_ms, fn, arg, code, why)) {
	case UNIX_OK:
		why->text[0] = '\0';
		break;
	case UNIX_REFUSED:
		status = status_of(code);
		wrap_said(why, line);
		/* That one the answer itself has told. */
		if (status == CTL_PARTLY || strcmp(code, "unwell") == 0)
			why->text[0] = '\0';
		break;
	case UNIX_ABSENT:
		status = EX_UNAVAILABLE;
		append(why, absent(ctl));
		break;
	case UNIX_DENIED:
		status = EX_NOPERM;
		append(why, "be root, cefd's user or in its group");
		break;
	case UNIX_BROKEN:
		status = EX_PROTOCOL;
		if (why->code != ERR_FULL)
			append(why, cure(why->code));
		wrap_said(why, line);
		break;
	}
	free(path);
	return status;
}

/* What was asked for, without what only the daemon is told. */
static void
wrap_said(struct err *why, const char *line)
{
	static const char screen[] = "status screen";
	char *said = xasprintf("%s ", line), *at;

	while ((at = strstr(said, " - ")) != NULL)
		memmove(at, at + 2, strlen(at + 2) + 1);
	if (strncmp(said, screen, strlen(screen)) == 0)
		said[strlen("status ")] = '\0';
	(void)err_wrap(why, "%.*s", (int)strlen(said) - 1, said);
	free(said);
}

static const char *
absent(const struct ctl *ctl)
{
	if (ctl->socket == NULL && ctl->config == NULL &&
	    access(CTL_CONFIG_DEFAULT, F_OK) == -1 && errno == ENOENT)
		return "cefd has no configuration yet: have cefctl setup write "
		       "one, or name another (-c)";
	return "cefd is not running (systemctl start cefd, or cefd itself "
	       "without systemd), or listens elsewhere (-s, -c)";
}

/* For an answer that did not come, or is none. */
static const char *
cure(enum err_code code)
{
	if (code == ERR_AGAIN)
		return "it is busy or hangs: try again, and look at its log";
	if (code == ERR_BAD)
		return "is that the socket of another program? Name cefd's "
		       "with -s, or its configuration with -c";
	return "has cefd just ended? Its log tells";
}

/* What it means, or what to do. */
static void
append(struct err *why, const char *more)
{
	struct err whole;

	(void)err_set(&whole, why->code, "%s: %s", why->text, more);
	*why = whole;
}

/* NULL after an error that has been told. */
static char *
socket_path(const struct ctl *ctl)
{
	struct conf *conf;
	char *path;

	if (ctl->socket != NULL)
		return xstrdup(ctl->socket);
	if (ctl->config == NULL)
		return xstrdup(SOCKET_DEFAULT);
	conf = ctl_conf(ctl->config);
	if (conf == NULL)
		return NULL;
	path = xstrdup(conf->control_socket);
	conf_unref(conf);
	return path;
}

static int
put_body(const char *data, size_t len, void *arg)
{
	(void)arg;
	return standard_put(data, len);
}

static int
keep_body(const char *data, size_t len, void *arg)
{
	return buf_put(arg, data, len);
}

/* The daemon's words for why not. */
static int
status_of(const char *code)
{
	if (strcmp(code, "usage") == 0 || strcmp(code, "unknown") == 0)
		return EX_USAGE;
	if (strcmp(code, "busy") == 0)
		return EX_TEMPFAIL;
	if (strcmp(code, "partly") == 0)
		return CTL_PARTLY;
	if (strcmp(code, "stopping") == 0)
		return EX_UNAVAILABLE;
	return 1;
}
