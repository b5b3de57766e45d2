/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open spool in a folder of its own, and a batch: what the tests of its
 * small tables begin with.
 */
#ifndef CEFD_TESTS_UNIT_SPOOL_FIXTURE_H
#define CEFD_TESTS_UNIT_SPOOL_FIXTURE_H

struct batch;
struct spool;

struct fixture {
	char *folder;
	struct spool *spool; /* NULL: closed */
	struct batch *batch;
};

/* For cmocka. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* These fail the test when the spool refuses. */
void fixture_commit(struct fixture *f);
void fixture_reopen(struct fixture *f);

#endif
