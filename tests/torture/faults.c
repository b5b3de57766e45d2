/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which call is to fail. Nothing here takes memory: this is asked from within
 * malloc, too.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "faults.h"
#include "stacks.h"

#define FAULTS_MAX 4
#define POINT "point-"

struct fault {
	const char *name; /* of the kind or point; not terminated */
	size_t name_len;
	enum fault_act act;
	int error;
	unsigned long from;
	bool for_ever;
	uint64_t place; /* 0: any */
};

/* Of the process and its children alike: each child would otherwise meet again
 * what the one before it has met. */
struct counts {
	atomic_ulong calls[FAULT_COUNT];
	atomic_bool struck[FAULTS_MAX];  /* at its place */
	atomic_ulong passed[FAULTS_MAX]; /* of a point */
};

static const char *const kind_names[] = {
#define FAULT_NAME(name) #name,
    FAULT_KINDS(FAULT_NAME)
#undef FAULT_NAME
};

static const struct {
	const char *name;
	enum fault_act act;
	int error;
} acts[] = {
    {"short", FAULT_SHORT, 0},
    {"torn", FAULT_TORN, 0},
    {"kill", FAULT_KILL, 0},
    {"EIO", FAULT_ERROR, EIO},
    {"EINTR", FAULT_ERROR, EINTR},
    {"EPIPE", FAULT_ERROR, EPIPE},
    {"EMFILE", FAULT_ERROR, EMFILE},
    {"ENOMEM", FAULT_ERROR, ENOMEM},
    {"ENOSPC", FAULT_ERROR, ENOSPC},
    {"ENETUNREACH", FAULT_ERROR, ENETUNREACH},
    {"ECONNRESET", FAULT_ERROR, ECONNRESET},
    {"EOPNOTSUPP", FAULT_ERROR, EOPNOTSUPP},
    {"ETIMEDOUT", FAULT_ERROR, ETIMEDOUT},
};

static struct fault faults[FAULTS_MAX];
static size_t fault_count;
static struct counts *counts;
static bool noting;   /* the places of malloc */
static bool by_place; /* one of them is to fail */
static pid_t armed;   /* counting has begun, in this process */

static void parse(const char *text);
static const char *parse_one(struct fault *fault, const char *text);
static enum fault_act strike(
    struct fault *fault, const char *name, unsigned long n, uint64_t place);
static void tell_calls(void);

static void __attribute__((constructor)) arm(void)
{
	const char *text = getenv("CEFD_FAULTS");

	counts = (struct counts *)syscall(SYS_mmap, NULL, sizeof(*counts),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if ((void *)counts == MAP_FAILED)
		abort();
	journal_open(getenv("CEFD_JOURNAL"));
	if (text != NULL)
		parse(text);
	noting = getenv("CEFD_PLACES") != NULL;
	stack_arm();
	(void)atexit(tell_calls);
	armed = getpid();
}

enum fault_act
fault_next(enum fault_kind kind)
{
	const char *name = kind_names[kind];
	size_t len = strlen(name);
	uint64_t place = 0;
	unsigned long n;
	size_t i;

	if (armed == 0)
		return FAULT_NONE;
	n = atomic_fetch_add(&counts->calls[kind], 1) + 1;
	if (kind == FAULT_malloc && (noting || by_place))
		place = stack_id();
	if (noting && kind == FAULT_malloc)
		stack_note(place, n);
	for (i = 0; i < fault_count; i++) {
		enum fault_act act = FAULT_NONE;

		if (faults[i].name_len == len &&
		    memcmp(faults[i].name, name, len) == 0)
			act = strike(&faults[i], name, n, place);
		if (act != FAULT_NONE)
			return act;
	}
	return FAULT_NONE;
}

void
fault_point(const char *name)
{
	size_t len = strlen(name), i;

	journal_put("point", name, len);
	for (i = 0; i < fault_count; i++)
		if (faults[i].name_len == len + sizeof(POINT) - 1 &&
		    memcmp(faults[i].name + sizeof(POINT) - 1, name, len) == 0)
			fault_die(strike(&faults[i], name,
			    atomic_fetch_add(&counts->passed[i], 1) + 1, 0));
}

void
fault_die(enum fault_act act)
{
	if (act == FAULT_KILL || act == FAULT_TORN)
		(void)syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

size_t
fault_size(enum fault_act act, size_t size)
{
	return act == FAULT_SHORT || act == FAULT_TORN ? (size + 1) / 2 : size;
}

static enum fault_act
strike(struct fault *fault, const char *name, unsigned long n, uint64_t place)
{
	bool first = n == fault->from;

	if (fault->place != 0)
		first = n >= fault->from && place == fault->place &&
		    !atomic_exchange(&counts->struck[fault - faults], true);
	if (!first && !(fault->for_ever && n > fault->from))
		return FAULT_NONE;
	if (first) {
		journal_put("fault", name, strlen(name));
		journal_trace();
	}
	errno = fault->error;
	return fault->act;
}

static void
parse(const char *text)
{
	while (text != NULL && *text != '\0') {
		if (fault_count == FAULTS_MAX)
			abort();
		text = parse_one(&faults[fault_count++], text);
	}
}

/* What is wrong here is the test's fault: it must not pass for a good run. */
static const char *
parse_one(struct fault *fault, const char *text)
{
	const char *colon = strchr(text, ':');
	size_t len, i;
	char *end;

	if (colon == NULL)
		abort();
	fault->name = text;
	fault->name_len = (size_t)(colon - text);
	fault->from = strtoul(colon + 1, &end, 10);
	if (*end == '@')
		fault->place = strtoull(end + 1, &end, 16);
	by_place |= fault->place != 0;
	fault->for_ever = *end == '+';
	end += fault->for_ever;
	if (*end++ != ':')
		abort();
	len = strcspn(end, ",");
	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strlen(acts[i].name) != len ||
		    memcmp(acts[i].name, end, len) != 0)
			continue;
		fault->act = acts[i].act;
		fault->error = acts[i].error;
		return end[len] == ',' ? end + len + 1 : NULL;
	}
	abort();
}

/* How many calls a life without a fault takes: so far is there to go. */
static void
tell_calls(void)
{
	char text[64];
	int len;
	size_t i;

	if (getpid() != armed)
		return;
	armed = 0;
	for (i = 0; i < FAULT_COUNT; i++) {
		len = snprintf(text, sizeof(text), "%s %lu", kind_names[i],
		    atomic_load(&counts->calls[i]));
		journal_put("calls", text, (size_t)len);
	}
	if (noting)
		stack_tell();
}
