/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bad hours of the API, and what becomes of the daemon.
 */
#ifndef CEFD_TESTS_REPLAY_SCRIPT_EVENTS_H
#define CEFD_TESTS_REPLAY_SCRIPT_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

enum trouble_kind {
	TROUBLE_NONE,
	TROUBLE_OUTAGE,   /* connection refused */
	TROUBLE_ERRORS,   /* 5xx, resets, broken JSON, no answer */
	TROUBLE_THROTTLE, /* 429 */
	TROUBLE_DENIED,   /* 401 or 403 */
};

struct trouble {
	int64_t from_ms, to_ms;
	enum trouble_kind kind;
	unsigned percent; /* of the requests */
};
#define TROUBLES_MAX 32

/* Lists of one stream that touch this span are answered with HTTP 500; or with
 * 400, like those before what the API keeps. */
struct poison {
	int64_t since_ms, until_ms; /* meanwhile; 0: none is */
	int64_t from_s, to_s;
	unsigned times;    /* spans like it, an hour from start to start */
	unsigned stream;   /* 0: threats, or 1 + enum other_kind, */
	bool is_by_change; /* by the second key of threats */
	bool is_refused;   /* 400, without a word on why, */
	bool is_retention; /* or with one that is wrong */
};

/* A span of time in which the Date of the replies is not the API's time. */
enum odd_kind {
	ODD_NONE,
	ODD_STEP,  /* it is off by as much */
	ODD_GONE,  /* a few are anything, and then there is none */
	ODD_OLD,   /* it is of long before there was an API, or missing */
	ODD_FIRST, /* the first few of all are off by as much */
};

struct odd_dates {
	enum odd_kind kind;
	int64_t from_ms, to_ms;
	int64_t off_ms;
	unsigned count; /* of the few */
};

enum turn_kind {
	TURN_STOP,   /* the daemon is stopped and started */
	TURN_KILL,   /* killed then and there */
	TURN_COMMIT, /* killed in a commit soon after */
	TURN_CLOCK,  /* the wall clock steps */
	/* These come in pairs. */
	TURN_RELOAD, /* other settings, then those of before */
	TURN_PAUSE,
	TURN_RESUME,
	TURN_FULL,   /* the spool has no room any more */
	TURN_DRAIN,  /* what waits is delivered, and there is room again */
	TURN_REPLAY, /* a span of time is sent again */
	TURN_JOIN,   /* the second destination is added */
};

struct turn {
	int64_t at_ms;
	enum turn_kind kind;
	unsigned commits;           /* so many are made before the fatal one */
	bool performs;              /* the fatal one is made */
	int64_t skew_ms;            /* of the clock from then on */
	int64_t down_ms;            /* until the next life, */
	int64_t ahead_ms;           /* which finds its cursors in the future */
	int64_t since_ms, until_ms; /* of a replay, */
	unsigned queues;            /* and to which: a bit each */
	bool joins;                 /* a poll at the same time */
	int64_t past_ms;            /* that a destination gets that is added */
};
#define TURNS_MAX 32

#endif
