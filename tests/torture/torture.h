/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring that lets each call of each kind fail once. A *plan* is a kind of
 * call, how it fails, and a transport; a *job* is one n of it: a life of cefd
 * with that fault, a clean one after it where it is needed, and the verdict.
 */
#ifndef CEFD_TESTS_TORTURE_TORTURE_H
#define CEFD_TESTS_TORTURE_TORTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lines.h"

/* As session-records of the configurations says. */
#define SESSION_RECORDS 4

/* tls, tcp and relp have receivers that all jobs share; a file is a job's own. */
#define TRANSPORTS 4
#define RECEIVERS 3

/* Who asks for memory is to fail at or after its `from`-th call. */
struct target {
	char id[17]; /* of stacks.c */
	unsigned long from;
};

struct plan {
	const char *kind;
	const char *transport; /* its configuration is TRANSPORT.conf */
	char act[16];
	bool for_ever;
	/* Of the run. */
	unsigned long calls; /* about so many are there */
	unsigned long next, step;
	unsigned jobs;  /* have been begun */
	bool exhausted; /* an n was not reached */
	/* Of malloc: n is one of these, from 1 on. */
	struct target *targets;
	size_t targets_count, targets_cap;
	unsigned missed; /* did not come in the life that was to have them */
};

enum job_phase { JOB_FREE, JOB_FAULTY, JOB_ENDING, JOB_CLEAN, JOB_LAST };

struct job {
	enum job_phase phase;
	struct plan *plan;
	unsigned long n; /* 0: without a fault */
	unsigned id;
	char folder[256], host[32];
	pid_t pid;
	int64_t limit_ms;  /* when the phase must have ended */
	int64_t struck_ms; /* when a lasting fault was first seen, or 0 */
	struct tap news;   /* of the journal */
	bool ready;        /* its loop runs, in this life */
	int64_t again_ms;  /* when to ask it to end */
	unsigned terms;    /* how many SIGTERMs it was sent */
	struct lines came; /* in the order of their coming */
	struct tap own;    /* of transport file */
};

/* What all jobs have in common. */
struct ring {
	const char *folder, *cefd;
	bool thorough;  /* a clean life after each fault */
	size_t records; /* that come when nothing fails */
	struct lines
	    wanted[TRANSPORTS];     /* they, without a host; by transport */
	struct tap taps[RECEIVERS]; /* what they have */
	unsigned failed;
	unsigned passed;
};

/* The place of a transport. */
int transport_of(const char *name);

/* job.c */
void job_begin(struct ring *ring, struct job *job, struct plan *plan,
    unsigned long n, unsigned id);
/* True when it has ended. */
bool job_step(struct ring *ring, struct job *job);

/* torture.c: from a good life without a fault */
void ring_learn(struct ring *ring, const struct job *job);

/* places.c: take a line of the journal of a life over the plan's transport. */
void places_learn(struct plan *plan, const char *line, size_t len);

/* verdict.c: an account of what was wrong, or NULL. */
const char *verdict(const struct ring *ring, const struct job *job);

#endif
