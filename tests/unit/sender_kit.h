/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the sender share: a real spool, receivers in child
 * processes, a loop, and the conditions to run it for.
 */
#ifndef CEFD_TESTS_UNIT_SENDER_KIT_H
#define CEFD_TESTS_UNIT_SENDER_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "deliver/sender.h"
#include "receiver.h"

#define SENDER_KIT_RECORD_LEN 700

enum sender_kit_event {
	SENDER_KIT_EMPTY,       /* all is confirmed and released */
	SENDER_KIT_STOPPED,     /* sender_stop has called back */
	SENDER_KIT_ARRIVED,     /* octets came to the first receiver */
	SENDER_KIT_BACKING_OFF, /* the sender is */
	SENDER_KIT_SENDING,
	SENDER_KIT_CONFIRMING,
	SENDER_KIT_RELEASED, /* something was, so the hook was called */
};

struct sender_kit {
	char *folder;
	struct spool *spool;
	struct queue *queue;
	struct loop *loop;
	struct timer *poll;
	struct timer *limit;
	struct sender *sender;
	char *servers[3];
	struct conf_destination conf;
	struct receiver r[3];
	unsigned released; /* times the hook was called */
	unsigned done;     /* times sender_reconfigure's was */
	bool stopped;
	bool timed_out;
	enum sender_kit_event until;
};

/* The certificates' folder, between sender_kit_begin and _finish. */
extern char *sender_kit_certs;

/* For the group, and for each test; *state is the struct. */
int sender_kit_begin(void **state);
int sender_kit_finish(void **state);
int sender_kit_setup(void **state);
int sender_kit_teardown(void **state);

/* Receivers first: the spool must not be open in them. */
void sender_kit_start(
    struct sender_kit *f, const struct receiver_plan *plans, size_t count);

/* Commit records to the queue and kick the sender. */
void sender_kit_send(struct sender_kit *f, unsigned count);

/*
 * What came on that connection are whole frames of records from `first` on.
 * Returns how many; a torn frame at the end does not count.
 */
uint64_t sender_kit_check(
    const struct receiver *r, size_t connection, uint64_t first, bool lines);

/* Run the loop until then, with a limit. */
void sender_kit_run_until(struct sender_kit *f, enum sender_kit_event event);

struct sender_stats sender_kit_stats(struct sender_kit *f);
uint64_t sender_kit_head(struct sender_kit *f);

/* For sender_stop and sender_reconfigure. */
loop_fn sender_kit_on_stopped;
loop_fn sender_kit_on_done;

#endif
