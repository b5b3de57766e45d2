/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of `cefctl setup`, shared by its own files: setup.c (the order of the
 * questions), setup_ask.c (the questions), setup_place.c (where all of it
 * goes), setup_obstacle.c (what is in the way there), setup_draft.c (what the
 * answers come to); setup_write.h has the end.
 */
#ifndef CEFD_CTL_SETUP_H
#define CEFD_CTL_SETUP_H

#include <stdbool.h>

struct buf;
struct conf;
struct ctl;
struct err;
struct memory_file;
struct prompts;

/* Whose configuration it is, by its path. */
enum setup_place {
	PLACE_SERVICE,  /* cefd.service's */
	PLACE_INSTANCE, /* that of cefd@STEM.service */
	PLACE_OWN       /* elsewhere: whoever starts cefd with -c */
};

/* All are owned; NULL: not answered, or not wanted. */
struct setup {
	struct prompts *prompts;
	enum setup_place place;
	char *config; /* the file that is made, from / on */
	char *folder; /* its folder, */
	char *stem;   /* and its name without .conf */
	char *spool;  /* NULL: cefd's own default */
	char *socket; /* likewise */
	char *name;   /* of the source */
	char *host;
	char *proxy; /* may hold a password */
	char *token; /* secret */
	char *api_ca;
	char *destination; /* its name */
	char *receiver;
	char *transport;
	char *framing;
	char *ca;
	char *fingerprint; /* trusted instead of an authority */
	struct memory_file *draft_token;
};

/* A sentence (ctl/sentences.h). */
int ctl_setup(const struct ctl *ctl);

void setup_clear(struct setup *s);

/*
 * Settle where everything goes for the configuration `file`, and see that it
 * can be written there, by trying. The exit status; why not was told.
 */
int setup_place(struct setup *s, const char *file);

/* The keys of all questions, ended by a NULL. */
const char *const *setup_keys(void);

/* Ask until nothing is wrong with the answer; of a file, once. -1: there is
 * none, and that was told. */
int setup_ask(struct setup *s, const char *key, char **ret);

/* A configuration of what was answered so far, with the token in memory, so that
 * none outlives the program before it is to. It is good until the next one. NULL:
 * *ret_status is EX_DATAERR for faults, as those that `cefd --check` finds, or
 * EX_CANTCREAT where there is no room for it; that was told. */
struct conf *setup_draft(struct setup *s, int *ret_status);

#define SETUP_TEXT_MAX 65536

/* The configuration as text, of SETUP_TEXT_MAX octets at the most. `token_file`
 * is where the token is. */
void setup_put(struct buf *out, const struct setup *s, const char *token_file);

/* Can what is under `path`, a folder's too, be changed or replaced? The exit
 * status; why not was told. It is so where nothing is there. */
int setup_look(const struct setup *s, const char *path);

/* Say what could not be written, and what to do. EX_CANTCREAT. */
int setup_fail(const struct setup *s, const struct err *err);

#endif
