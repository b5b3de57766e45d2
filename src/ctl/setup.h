/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of `cefctl setup`, shared by its own files: setup.c (the order of the
 * questions), setup_draft.c (what the answers come to), setup_write.c.
 */
#ifndef CEFD_CTL_SETUP_H
#define CEFD_CTL_SETUP_H

#include <stdbool.h>

struct buf;
struct conf;
struct ctl;
struct err;
struct prompts;
struct scratch;

/* A sentence (ctl/sentences.h). */
int ctl_setup(const struct ctl *ctl);

/* All are owned; NULL: not answered, or not wanted. */
struct setup {
	struct prompts *prompts;
	const char *config; /* the file that is made */
	char *name;         /* of the source */
	char *host;
	char *token; /* secret */
	char *api_ca;
	char *destination; /* its name */
	char *receiver;
	char *transport;
	char *framing;
	char *ca;
	char *fingerprint;       /* trusted instead of an authority */
	struct scratch *scratch; /* the draft is in it */
};

void setup_clear(struct setup *s);

/* The draft's folder, private and made when it is first needed, holds the
 * token and a configuration of what was answered so far. NULL: that was told. */
struct conf *setup_draft(struct setup *s);

/* The configuration as text. `token_file` is where the token is. */
void setup_put(struct buf *out, const struct setup *s, const char *token_file);

/* Put the token and the configuration where they are wanted, readable for cefd
 * and for nobody else. */
int setup_write(const struct setup *s, struct err *err);

#endif
