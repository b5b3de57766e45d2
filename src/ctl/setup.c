/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first configuration, question by question. What was answered is tried at
 * once, with the same steps as `cefctl test`, and nothing is written before all
 * of it is known.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/address.h"
#include "conf/conf.h"
#include "ctl/alone.h"
#include "ctl/ctl.h"
#include "ctl/examine.h"
#include "ctl/prompts.h"
#include "ctl/sentences.h"
#include "ctl/setup.h"

static const char *const keys[] = {"name", "host", "token", "api-ca-file",
    "destination", "receiver", "transport", "framing", "ca-file", "trust",
    "even-if-unwell", "overwrite", NULL};

/* What to do about something that is not well. */
enum choice { CHOICE_AGAIN, CHOICE_KEEP, CHOICE_QUIT };

static int set_up(struct setup *s);
static int may_write(struct setup *s);
static int ask_source(struct setup *s);
static int ask_destination(struct setup *s);
static int try_destination(struct setup *s);
static int may_trust(struct setup *s, const char *fingerprint);
static int ask_checked(struct setup *s, char **ret, const char *key,
    const char *question, const char *usual,
    const char *(*fault)(const char *text));
static const char *name_fault(const char *text);
static const char *host_fault(const char *text);
static const char *receiver_fault(const char *text);
static const char *transport_fault(const char *text);
static const char *framing_fault(const char *text);
static const char *file_fault(const char *text);
static enum choice choose(struct setup *s);
static void tell_next(const struct setup *s);

int
ctl_setup(const struct ctl *ctl)
{
	struct setup s = {
	    .config = ctl->config != NULL ? ctl->config : CTL_CONFIG_DEFAULT};
	struct err err;
	int status;

	if (prompts_new(&s.prompts, ctl->answers, keys, "token", &err) == -1)
		return ctl_fail(err.code == ERR_DENIED ? EX_NOPERM : EX_USAGE,
		    "setup", err.text);
	status = set_up(&s);
	setup_clear(&s);
	return status;
}

static int
set_up(struct setup *s)
{
	struct err err;
	int status = may_write(s);

	if (status == EX_OK)
		status = ask_source(s);
	if (status == EX_OK)
		status = ask_destination(s);
	if (status != EX_OK)
		return status;
	if (setup_write(s, &err) == -1)
		return ctl_fail(EX_CANTCREAT, err.text,
		    "be root, or name a file in a folder that you can write "
		    "with -c");
	tell_next(s);
	return EX_OK;
}

static int
may_write(struct setup *s)
{
	struct err err;
	char *question;
	int yes;

	if (access(s->config, F_OK) == -1 && errno == ENOENT)
		return EX_OK;
	if (access(s->config, F_OK) == -1) {
		(void)err_set(
		    &err, ERR_IO, "%s: %s", s->config, strerror(errno));
		return ctl_fail(EX_NOPERM, err.text,
		    "be root, or name another file with -c");
	}
	question = xasprintf("%s is there: write a new one, and keep the old "
	                     "as %s.old?",
	    s->config, s->config);
	yes = prompts_confirm(s->prompts, "overwrite", question, false);
	free(question);
	if (yes == -1)
		return EX_DATAERR;
	return yes
	    ? EX_OK
	    : ctl_fail(EX_CANTCREAT, s->config,
	          "is there, and stays as it is: answer yes (overwrite = "
	          "yes), or name another file with -c");
}

static int
ask_source(struct setup *s)
{
	struct conf *conf;
	int status;

	for (;;) {
		if (ask_checked(s, &s->name, "name",
		        "A name for this source, such as the customer's",
		        "abnormal", name_fault) == -1 ||
		    ask_checked(s, &s->host, "host",
		        "The API's host (Europe: eu.rest.abnormalsecurity.com)",
		        "api.abnormalplatform.com", host_fault) == -1 ||
		    ask_checked(s, &s->api_ca, "api-ca-file",
		        "A file with the API's authority, where a proxy opens "
		        "TLS (- for none)",
		        "-", file_fault) == -1)
			return EX_DATAERR;
		secret_free(s->token);
		s->token = prompts_ask_secret(s->prompts, "token",
		    "The token, from the portal under Settings, Integrations, "
		    "Abnormal REST API (it is not shown)");
		if (s->token == NULL)
			return EX_DATAERR;
		conf = setup_draft(s);
		if (conf == NULL)
			return EX_DATAERR;
		status = examine_source(conf, s->name);
		conf_unref(conf);
		if (status == EX_OK)
			return EX_OK;
		switch (choose(s)) {
		case CHOICE_AGAIN:
			continue;
		case CHOICE_KEEP:
			return EX_OK;
		case CHOICE_QUIT:
			return status;
		}
	}
}

static int
ask_destination(struct setup *s)
{
	int status;

	for (;;) {
		if (ask_checked(s, &s->destination, "destination",
		        "A name for the receiver", "siem", name_fault) == -1 ||
		    ask_checked(s, &s->receiver, "receiver",
		        "Its address, host:port (WitFoo: the conductor's, "
		        "port 6514)",
		        NULL, receiver_fault) == -1 ||
		    ask_checked(s, &s->transport, "transport",
		        "How: tls, relp-tls, tcp or relp", "tls",
		        transport_fault) == -1 ||
		    ask_checked(s, &s->framing, "framing",
		        "Framing: octet-counting or lf", "octet-counting",
		        framing_fault) == -1)
			return EX_DATAERR;
		if (strstr(s->transport, "tls") != NULL &&
		    ask_checked(s, &s->ca, "ca-file",
		        "A file with the receiver's authority (- for those of "
		        "the system)",
		        "-", file_fault) == -1)
			return EX_DATAERR;
		status = try_destination(s);
		if (status == EX_OK || status == EX_DATAERR)
			return status;
		switch (choose(s)) {
		case CHOICE_AGAIN:
			continue;
		case CHOICE_KEEP:
			return EX_OK;
		case CHOICE_QUIT:
			return status;
		}
	}
}

/* Once more, if only the trust was missing and was given. */
static int
try_destination(struct setup *s)
{
	struct conf *conf;
	int status, trust = 1;

	free(s->fingerprint);
	s->fingerprint = NULL;
	for (;;) {
		char *fingerprint = NULL;

		conf = setup_draft(s);
		if (conf == NULL)
			return EX_DATAERR;
		status = alone_test(&conf->destinations[0], &fingerprint);
		conf_unref(conf);
		if (fingerprint == NULL || s->fingerprint != NULL) {
			free(fingerprint);
			return status;
		}
		trust = may_trust(s, fingerprint);
		if (trust != 1) {
			free(fingerprint);
			return trust == -1 ? EX_DATAERR : status;
		}
		s->fingerprint = fingerprint;
	}
}

/* In a file, "yes" takes what is shown; the fingerprint itself is better. */
static int
may_trust(struct setup *s, const char *fingerprint)
{
	char *question, *answer;
	int yes;

	question = xasprintf(
	    "Trust the certificate above, and no other (%s)?", fingerprint);
	if (prompts_are_live(s->prompts)) {
		yes = prompts_confirm(s->prompts, "trust", question, false);
	} else {
		answer = prompts_ask(s->prompts, "trust", question, "no");
		yes = answer != NULL &&
		    (strcasecmp(answer, "yes") == 0 ||
		        strcasecmp(answer, fingerprint) == 0);
		free(answer);
		if (!yes)
			(void)fprintf(stderr,
			    "cefctl: trust: if the certificate above is the "
			    "receiver's, answer trust = %s; otherwise give "
			    "its authority in ca-file\n",
			    fingerprint);
	}
	free(question);
	return yes;
}

/* Ask until nothing is wrong with the answer; of a file, once. */
static int
ask_checked(struct setup *s, char **ret, const char *key, const char *question,
    const char *usual, const char *(*fault)(const char *text))
{
	const char *what;
	char *answer;

	for (;;) {
		answer = prompts_ask(s->prompts, key, question, usual);
		if (answer == NULL)
			return -1;
		what = fault(answer);
		if (what == NULL)
			break;
		(void)fprintf(stderr, "cefctl: %s: %s\n", key, what);
		free(answer);
		if (!prompts_are_live(s->prompts))
			return -1;
	}
	free(*ret);
	*ret = answer;
	return 0;
}

static const char *
name_fault(const char *text)
{
	if (text[0] == '.' || strlen(text) > 64 ||
	    text[strspn(text,
	        "abcdefghijklmnopqrstuvwxyz"
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] != '\0')
		return "a name has letters, digits, '.', '_' and '-', and at "
		       "most 64 of them";
	return NULL;
}

static const char *
host_fault(const char *text)
{
	return address_fault(address_of_api(text_of(text)), false);
}

static const char *
receiver_fault(const char *text)
{
	return address_fault(text_of(text), true);
}

static const char *
transport_fault(const char *text)
{
	if (strcmp(text, "tls") == 0 || strcmp(text, "relp-tls") == 0 ||
	    strcmp(text, "tcp") == 0 || strcmp(text, "relp") == 0)
		return NULL;
	return "neither tls, relp-tls, tcp nor relp: answer with one of them";
}

static const char *
framing_fault(const char *text)
{
	if (strcmp(text, "octet-counting") == 0 || strcmp(text, "lf") == 0)
		return NULL;
	return "neither octet-counting nor lf: answer with one of them";
}

/* What stands between double quotes in the configuration. */
static const char *
file_fault(const char *text)
{
	if (strcmp(text, "-") == 0)
		return NULL;
	if (text[0] != '/')
		return "not a path from / on: write it so, or - for none";
	if (strpbrk(text, "\"\\$\n\r\t") != NULL)
		return "a path with a quote, \\ or $ cannot stand in the "
		       "configuration: give the file another name";
	return access(text, R_OK) == -1
	    ? "it cannot be read: put it there, or answer - for none"
	    : NULL;
}

static enum choice
choose(struct setup *s)
{
	char *answer;
	char first;

	if (!prompts_are_live(s->prompts)) {
		if (prompts_confirm(s->prompts, "even-if-unwell", "", false) ==
		    1)
			return CHOICE_KEEP;
		(void)ctl_fail(1, "setup",
		    "nothing is written: correct what is not well above, or "
		    "keep it so with even-if-unwell = yes");
		return CHOICE_QUIT;
	}
	for (;;) {
		answer = prompts_ask(s->prompts, "",
		    "Not well. Answer again (a), keep it so (k) or quit (q)",
		    "a");
		if (answer == NULL)
			return CHOICE_QUIT;
		first = answer[0];
		free(answer);
		if (first == 'a')
			return CHOICE_AGAIN;
		if (first == 'k')
			return CHOICE_KEEP;
		if (first == 'q')
			return CHOICE_QUIT;
	}
}

static void
tell_next(const struct setup *s)
{
	bool systemd = access("/run/systemd/system", F_OK) == 0;

	(void)printf("\n%s is written. Next:\n", s->config);
	if (strcmp(s->config, CTL_CONFIG_DEFAULT) != 0)
		(void)printf("  cefd -c %s     start it\n"
		             "  cefctl -c %s status     look at it\n",
		    s->config, s->config);
	else if (systemd)
		(void)puts("  systemctl enable --now cefd   start it, or\n"
		           "  systemctl reload cefd         if it runs\n"
		           "  cefctl status                 look at it");
	else
		(void)puts("  cefd            start it, or\n"
		           "  cefctl reload   if it runs\n"
		           "  cefctl status   look at it");
}
