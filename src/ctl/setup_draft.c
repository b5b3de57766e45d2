/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A draft is tried before anything is written: a configuration and its token,
 * both in memory.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"
#include "conf/value.h"
#include "ctl/ctl.h"
#include "ctl/prompts.h"
#include "ctl/setup.h"
#include "io/memory_file.h"

/* What is not answered yet. */
#define STAND_IN "none"

static void tell_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg);
static void put_source(
    struct buf *out, const struct setup *s, const char *token_file);
static void put_destination(struct buf *out, const struct setup *s);
static void put_places(struct buf *out, const struct setup *s);
static void put_setting(struct buf *out, const char *key, const char *value);

void
setup_clear(struct setup *s)
{
	prompts_free(s->prompts);
	free(s->config);
	free(s->folder);
	free(s->stem);
	free(s->spool);
	free(s->socket);
	free(s->name);
	free(s->host);
	secret_free(s->token);
	secret_free(s->proxy);
	free(s->api_ca);
	free(s->destination);
	free(s->receiver);
	free(s->transport);
	free(s->framing);
	free(s->ca);
	free(s->fingerprint);
	memory_file_free(s->draft_token);
}

struct conf *
setup_draft(struct setup *s, int *ret_status)
{
	const char *secret = s->token != NULL ? s->token : STAND_IN;
	struct memory_file *draft = NULL;
	struct conf *conf = NULL;
	struct buf out;
	struct err err;

	memory_file_free(s->draft_token);
	s->draft_token = NULL;
	buf_init(&out, SETUP_TEXT_MAX);
	*ret_status = EX_DATAERR;
	if (memory_file_new(&s->draft_token, text_of(secret), &err) == 0)
		setup_put(&out, s, memory_file_path(s->draft_token));
	if (s->draft_token == NULL ||
	    memory_file_new(&draft, (struct text){out.data, out.len}, &err) ==
	        -1)
		*ret_status = ctl_fail(EX_CANTCREAT, "setup", err.text);
	else
		conf = conf_load(memory_file_path(draft), tell_fault, s);
	memory_file_free(draft);
	buf_clear(&out);
	return conf;
}

/* The draft's paths and lines are nothing to whoever answers. */
static void
tell_fault(enum conf_severity severity, const char *file, int line,
    const char *what, void *arg)
{
	const struct setup *s = arg;
	char *token =
	    xasprintf("token-file: %s: ", memory_file_path(s->draft_token));
	size_t len = strlen(token);

	(void)file;
	(void)line;
	if (severity == CONF_ERROR && strncmp(what, token, len) == 0)
		ctl_say("token: %s", what + len);
	else if (severity == CONF_ERROR)
		ctl_say("%s", what);
	free(token);
}

void
setup_put(struct buf *out, const struct setup *s, const char *token_file)
{
	(void)buf_puts(out,
	    "# Written by cefctl setup; cefd.conf(5) tells of every option.\n");
	put_source(out, s, token_file);
	put_destination(out, s);
	if (s->place != PLACE_SERVICE)
		put_places(out, s);
}

static void
put_source(struct buf *out, const struct setup *s, const char *token_file)
{
	(void)buf_printf(
	    out, "source \"%s\" {\n", s->name != NULL ? s->name : STAND_IN);
	put_setting(out, "host", s->host != NULL ? s->host : STAND_IN);
	put_setting(out, "token-file", token_file);
	put_setting(out, "proxy", s->proxy);
	put_setting(out, "ca-file", s->api_ca);
	(void)buf_puts(out, "}\n");
}

/* One is needed, and the receiver is asked for later. */
static void
put_destination(struct buf *out, const struct setup *s)
{
	if (s->receiver == NULL) {
		(void)buf_puts(out,
		    "destination \"" STAND_IN
		    "\" {\n\ttransport = \"stdout\"\n}\n");
		return;
	}
	(void)buf_printf(out, "destination \"%s\" {\n", s->destination);
	(void)buf_printf(out, "\tservers = {\"%s\"}\n", s->receiver);
	put_setting(out, "transport", s->transport);
	if (strstr(s->transport, "relp") == NULL)
		put_setting(out, "framing", s->framing);
	if (s->fingerprint != NULL) {
		put_setting(out, "verify", "fingerprint");
		(void)buf_printf(
		    out, "\tfingerprints = {\"%s\"}\n", s->fingerprint);
	} else {
		put_setting(out, "ca-file", s->ca);
	}
	(void)buf_puts(out, "}\n");
}

/* Two cefds on one machine share neither of them, nor a port. */
static void
put_places(struct buf *out, const struct setup *s)
{
	(void)buf_puts(out, "spool {\n");
	put_setting(out, "path", s->spool);
	(void)buf_puts(out, "}\ncontrol {\n");
	put_setting(out, "socket", s->socket);
	(void)buf_puts(out,
	    "}\n# For /metrics and /healthz: an address that no other cefd "
	    "has, "
	    "such as\n# 127.0.0.1:9515.\nstatus {\n\tlisten = \"\"\n}\n");
}

static void
put_setting(struct buf *out, const char *key, const char *value)
{
	if (value == NULL || strcmp(value, "-") == 0)
		return;
	(void)buf_printf(out, "\t%s = ", key);
	value_put_quoted(out, value);
	(void)buf_putc(out, '\n');
}
