/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cefctl: sentences that people say to cefd.
 */
#ifndef CEFD_CTL_CTL_H
#define CEFD_CTL_CTL_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct conf;
struct err;

/* What stands before and behind a sentence's verb. */
struct ctl {
	const char *socket;  /* -s, or NULL */
	const char *config;  /* -c, or NULL */
	bool json;           /* --json */
	bool watch;          /* --watch */
	bool dry_run;        /* --dry-run */
	const char *format;  /* --format, or NULL */
	const char *since;   /* --since, or NULL */
	const char *until;   /* --until, or NULL */
	const char *to;      /* --to, or NULL */
	const char *count;   /* -n, or NULL */
	const char *answers; /* --answers, or NULL */
	bool force;          /* --force */
	char **words;        /* behind the verb and its options */
	int word_count;
};

/* The whole program. Returns the exit status. */
int ctl_run(int argc, char **argv);

/*
 * Ask the daemon, print its answer as it comes, and say why not. The exit
 * status; EX_UNAVAILABLE when no daemon answers, which is not said if `quiet`.
 */
int ctl_ask(
    const struct ctl *ctl, const char *line, int64_t timeout_ms, bool quiet);
/* The same, but the answer is appended to `out`, up to its ceiling. */
int ctl_ask_into(const struct ctl *ctl, const char *line, int64_t timeout_ms,
    struct buf *out, bool quiet);
/* The same, but why not is in *ret_why and not told; "" when it was told. */
int ctl_ask_why(const struct ctl *ctl, const char *line, int64_t timeout_ms,
    struct buf *out, struct err *ret_why);
/* Where cefd looks, too. */
#define CTL_CONFIG_DEFAULT "/etc/cefd/cefd.conf"

/* No exit status: what was walked to is not well, but a record has a way. */
#define CTL_PARTLY 2

/* For what waits for the API. */
#define CTL_LONG_MS INT64_C(900000)

/* Say "cefctl: WHAT: WHY" on stderr and return `status`. `why` may be NULL. */
int ctl_fail(int status, const char *what, const char *why);

/* Say "cefctl: ..." on stderr, with an LF; what could move a terminal's cursor is
 * escaped, whoever it comes from. */
void ctl_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The configuration, without the files that it names. NULL: its errors were
 * told on stderr, and what to do; warnings are cefd's business. */
struct conf *ctl_conf(const char *file);

#endif
