/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults on demand: which requests they hit, and how often still.
 */
#ifndef CEFD_SIM_FAULT_H
#define CEFD_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim_stats.h"

struct buf;

enum sim_fault_kind {
	SIM_FAULT_NONE,
	SIM_FAULT_STATUS,      /* an error status with a JSON body */
	SIM_FAULT_EMPTY,       /* an error status, no body */
	SIM_FAULT_HTML,        /* a proxy's page instead of JSON */
	SIM_FAULT_BROKEN_JSON, /* a whole reply that is not JSON */
	SIM_FAULT_BODY,        /* a whole reply that the test has written */
	SIM_FAULT_OTHER,       /* the good reply to a request for another */
	SIM_FAULT_TRUNCATED,   /* half the announced body, then the end */
	SIM_FAULT_RESET,       /* TCP reset instead of a reply */
	SIM_FAULT_STALL,       /* no reply */
	SIM_FAULT_STALL_BODY,  /* half the announced body, then nothing */
	SIM_FAULT_HUGE,        /* a body without end in sight */
	SIM_FAULT_BOMB,        /* the same, in a small gzip body */
};

#define SIM_FAULT_TEXT_MAX 400

struct sim_fault {
	enum sim_fault_kind kind;
	int code;               /* status of the reply, where there is one */
	bool on[SIM_ENDPOINTS]; /* which requests */
	char id[SIM_FAULT_TEXT_MAX];          /* of one threat only, or "" */
	char retry_after[SIM_FAULT_TEXT_MAX]; /* the header as is, or "" */
	char body[SIM_FAULT_TEXT_MAX];        /* of SIM_FAULT_BODY */
	uint64_t after; /* matching requests to let through first */
	uint64_t count; /* times still to strike; 0: always */
	uint64_t bytes; /* length of a huge body, unpacked */
};

#define SIM_FAULTS_MAX 256

struct sim_faults {
	struct sim_fault list[SIM_FAULTS_MAX];
	size_t count;
};

/*
 * Read "401", "reset", ...: the kind, and its usual code where there is a
 * reply. 0, or -1.
 */
int sim_fault_parse_kind(const char *text, struct sim_fault *ret);

/* Add a copy, asked after the earlier ones. 0, or -1 when there are too many. */
int sim_fault_add(struct sim_faults *f, const struct sim_fault *fault);

/*
 * The fault that this request gets, in *ret; it counts as struck, and faults
 * that are used up are gone. False when none does. `id` is "" on a list.
 */
bool sim_fault_take(struct sim_faults *f, enum sim_endpoint endpoint,
    const char *id, struct sim_fault *ret);

/* Make the body of a good reply into broken JSON. */
void sim_fault_break_json(struct buf *body);

/* Append a gzip stream that unpacks to `bytes` blanks. */
void sim_fault_put_bomb(struct buf *out, uint64_t bytes);

#endif
