/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members of documents.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/rng.h"
#include "sim_draw.h"
#include "sim_id.h"
#include "sim_json.h"
#include "sim_put.h"
#include "sim_time.h"
#include "sim_words.h"

void
sim_put_nothing(struct buf *b, const char *name, enum sim_nothing how)
{
	switch (how) {
	case SIM_NOTHING_ABSENT:
		break;
	case SIM_NOTHING_NULL:
		sim_json_member_raw(b, name, "null");
		break;
	case SIM_NOTHING_EMPTY:
		sim_json_member_raw(b, name, "\"\"");
		break;
	}
}

void
sim_put_any_nothing(struct buf *b, const char *name, struct rng *r)
{
	static const enum sim_nothing all[] = {
	    SIM_NOTHING_ABSENT, SIM_NOTHING_NULL, SIM_NOTHING_EMPTY};

	sim_put_nothing(b, name, all[rng_below(r, 3)]);
}

void
sim_put_time(struct buf *b, const char *name, int64_t ms, const char *zone,
    uint64_t bits)
{
	char text[SIM_TIME_MAX];

	if ((bits & 1) != 0)
		sim_time_put(text, ms, 'T', (int)((bits >> 1) % 3) * 3, zone);
	else
		sim_time_fraction(text, ms, bits >> 1);
	sim_json_member(b, name, text);
}

void
sim_put_uuid(struct buf *b, const char *name, struct rng *r)
{
	char uuid[SIM_UUID_LEN + 1];
	struct sim_id id;
	uint64_t high;

	high = rng_next(r);
	sim_id_make_uuid(&id, high, rng_next(r));
	sim_id_format(uuid, &id);
	if (name != NULL)
		sim_json_member_word(b, name, uuid);
	else
		sim_json_word(b, uuid);
}

void
sim_put_number(struct buf *b, const char *name, int64_t number, bool text)
{
	sim_json_key(b, name);
	if (text)
		(void)buf_printf(b, "\"%" PRId64 "\"", number);
	else
		(void)buf_put_int(b, number);
}

void
sim_put_subject(struct buf *b, struct rng *r)
{
	const struct sim_words *words;

	words = sim_chance(r, 60) ? &sim_plain_subjects : &sim_odd_subjects;
	sim_json_member_word(b, "subject", sim_draw(r, words));
}

void
sim_put_insights(struct buf *b, const char *name, const struct sim_words *words,
    struct rng *r)
{
	uint64_t count;

	sim_json_open(b, "insights", '[');
	for (count = rng_below(r, 5); count != 0; count--) {
		sim_json_open(b, NULL, '{');
		sim_json_member_word(b, name, sim_draw(r, words));
		sim_json_member_word(
		    b, "description", sim_draw(r, &sim_summaries));
		sim_json_close(b, '}');
	}
	sim_json_close(b, ']');
}

void
sim_put_ip(struct buf *b, const char *name, struct rng *r)
{
	unsigned number;

	number = (unsigned)rng_below(r, 256);
	sim_json_key(b, name);
	if (sim_chance(r, 20))
		(void)buf_printf(b, "\"2001:db8:aa::%x\"", number);
	else
		(void)buf_printf(b, "\"203.0.113.%u\"", number);
}

void
sim_address(char out[SIM_ADDRESS_MAX], uint64_t bits)
{
	static const char *const names[] = {"alex", "billie", "charlie", "drew",
	    "eli", "frankie", "gale", "harper"};

	(void)snprintf(out, SIM_ADDRESS_MAX, "%s.%" PRIu64 "@corp.example",
	    names[bits % 8], (bits >> 8) % 100000);
}

void
sim_put_address(struct buf *b, const char *name, struct rng *r)
{
	char address[SIM_ADDRESS_MAX];

	sim_address(address, rng_next(r));
	sim_json_member(b, name, address);
}
