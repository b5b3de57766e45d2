/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A destination as the intake sees it.
 */
#ifndef CEFD_INTAKE_OUTLET_H
#define CEFD_INTAKE_OUTLET_H

#include <stdbool.h>
#include <stdint.h>

#include "format/record.h"
#include "intake/filter.h"

struct queue;

struct outlet {
	struct queue *queue;
	struct style style;
	struct filter filter;
	uint64_t *sequence; /* shared by all who feed the queue */
	uint64_t id;        /* no other destination's, nor an earlier one's */
	bool lacks_past;    /* it is new, and waits for a replay of that */
	bool is_replayed;   /* a replay to it runs; */
	/* Its queue's next number when that began; 0 when it is the past. */
	uint64_t replayed_from;
};

#endif
