/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See spool_fixture.h.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/mem.h"
#include "spool/batch.h"
#include "spool/spool.h"
#include "spool_fixture.h"
#include "spool_kit.h"

int
fixture_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->folder = kit_folder();
	f->spool = kit_open(f->folder, KIT_QUOTA);
	f->batch = batch_new();
	*state = f;
	return 0;
}

int
fixture_teardown(void **state)
{
	struct fixture *f = *state;

	batch_free(f->batch);
	spool_close(f->spool);
	kit_remove(f->folder);
	free(f);
	return 0;
}

void
fixture_commit(struct fixture *f)
{
	struct err err = {0};

	if (spool_commit(f->spool, f->batch, &err) == -1)
		fail_msg("spool_commit: %s", err.text);
	batch_reset(f->batch);
}

void
fixture_reopen(struct fixture *f)
{
	spool_close(f->spool);
	f->spool = kit_open(f->folder, KIT_QUOTA);
}
