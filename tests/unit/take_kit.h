/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A taker between a decoder and a spool with two queues.
 */
#ifndef CEFD_TESTS_UNIT_TAKE_KIT_H
#define CEFD_TESTS_UNIT_TAKE_KIT_H

#include <stdint.h>

#include "intake/outlet.h"
#include "intake/take.h"

struct batch;
struct decoder;
struct keyset;
struct spool;

struct fixture {
	char folder[64];
	struct spool *spool;
	struct batch *batch;
	struct decoder *decoder;
	struct taker taker;
	struct outlet outlets[2];
	uint64_t sequences[2];
	struct keyset *recipients;
};

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#define M(id, to, status)                                     \
	"{'abxMessageIdStr':'" id "','recipientAddress':'" to \
	"','remediationStatus':'" status "'}"

int set_up(void **state);
int tear_down(void **state);

/* The spool and all upon it: as a new life finds it. */
void open_all(struct fixture *f);
void close_all(struct fixture *f);

/* One page of a threat; single quotes stand for double ones. */
struct taken page_of(struct fixture *f, const char *threat, int64_t now_ms,
    const char *json, struct keyset *seen);
/* The same of always the same one. */
struct taken page(struct fixture *f, const char *json, struct keyset *seen);

void commit(struct fixture *f);

#endif
