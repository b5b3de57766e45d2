/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The questions. Those without a text are asked by setup.c in the words of what
 * was found. cefctl(8) and the quick start tell of each key.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/shown.h"
#include "base/text.h"
#include "conf/address.h"
#include "ctl/ctl.h"
#include "ctl/prompts.h"
#include "ctl/setup.h"

/* In place of an answer that is not to be shown. */
#define AS_BEFORE "as before"

struct question {
	const char *key;
	const char *text;
	const char *usual; /* NULL: an answer is needed */
	const char *(*fault)(const char *answer);
};

static const char *name_fault(const char *text);
static const char *host_fault(const char *text);
static const char *proxy_fault(const char *text);
static const char *receiver_fault(const char *text);
static const char *transport_fault(const char *text);
static const char *framing_fault(const char *text);
static const char *file_fault(const char *text);
static bool has_password(const char *text);
static const struct question *find(const char *key);

static const struct question questions[] = {
    {"name", "A name for this source, such as the customer's", "abnormal",
        name_fault},
    {"host", "The API's host (Europe: eu.rest.abnormalsecurity.com)",
        "api.abnormalplatform.com", host_fault},
    {"proxy",
        "A proxy to reach it by, http://[USER:PASSWORD@]HOST:PORT (- for none)",
        "-", proxy_fault},
    {"api-ca-file",
        "A file with the API's authority, where a proxy opens TLS (- for none)",
        "-", file_fault},
    {"token", NULL, NULL, NULL},
    {"destination", "A name for the receiver", "siem", name_fault},
    {"receiver", "Its address, host:port (WitFoo: the conductor's, port 6514)",
        NULL, receiver_fault},
    {"transport", "How: tls, relp-tls, tcp or relp", "tls", transport_fault},
    {"framing", "Framing: octet-counting or lf", "octet-counting",
        framing_fault},
    {"ca-file",
        "A file with the receiver's authority (- for those of the system)", "-",
        file_fault},
    {"trust", NULL, NULL, NULL},
    {"even-if-unwell", NULL, NULL, NULL},
    {"overwrite", NULL, NULL, NULL},
};

#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

const char *const *
setup_keys(void)
{
	static const char *keys[QUESTIONS + 1];

	for (size_t i = 0; i < QUESTIONS; i++)
		keys[i] = questions[i].key;
	return keys;
}

int
setup_ask(struct setup *s, const char *key, char **ret)
{
	const struct question *q = find(key);
	/* Asked again, what was answered before is at hand. */
	const bool is_hidden =
	    *ret != NULL && q->fault == proxy_fault && has_password(*ret);
	const char *usual = is_hidden ? AS_BEFORE
	    : *ret != NULL            ? *ret
	                              : q->usual;
	const char *what;
	struct shown seen;
	char *answer;

	for (;;) {
		answer = prompts_ask(s->prompts, key, q->text, usual);
		if (answer == NULL)
			return -1;
		if (is_hidden && strcmp(answer, AS_BEFORE) == 0) {
			free(answer);
			return 0;
		}
		what = q->fault(answer);
		if (what == NULL)
			break;
		seen = shown(text_of(answer));
		/* A proxy's may hold a password. */
		if (q->fault == proxy_fault)
			ctl_say("%s: %s", key, what);
		else
			ctl_say("%s: %.*s%s: %s", key, seen.len, seen.ptr,
			    seen.dots, what);
		secret_free(answer);
		if (!prompts_are_live(s->prompts))
			return -1;
	}
	secret_free(*ret);
	*ret = answer;
	return 0;
}

/* It would be shown. */
static bool
has_password(const char *text)
{
	return address_password(text_of(text)).len > 0;
}

static const struct question *
find(const char *key)
{
	size_t i = 0;

	while (strcmp(questions[i].key, key) != 0)
		i++;
	return &questions[i];
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
	char *address = address_of_api(text_of(text));
	const char *fault = address_fault(text_of(address), false);

	free(address);
	return fault;
}

static const char *
proxy_fault(const char *text)
{
	return strcmp(text, "-") == 0 ? NULL
	                              : address_proxy_fault(text_of(text));
}

static const char *
receiver_fault(const char *text)
{
	if (text[strcspn(text, ",;{}")] != '\0')
		return "one receiver is asked for here: name the first, and "
		       "add the others to \"servers\" in the configuration";
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

static const char *
file_fault(const char *text)
{
	if (strcmp(text, "-") == 0)
		return NULL;
	if (text[0] != '/')
		return "not a path from / on: write it so, or - for none";
	return access(text, R_OK) == -1
	    ? "it cannot be read: put it there, or answer - for none"
	    : NULL;
}
