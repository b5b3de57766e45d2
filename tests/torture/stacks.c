/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks for memory. A life asks some ten thousand times, but from few
 * places: a place is the stack of those that call, each by its distance from
 * the start of its library, so that it is the same in every life. Nothing here
 * takes memory once it is armed: this is asked from within malloc.
 */
#include "config.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "faults.h"
#include "stacks.h"

/* The eight innermost callers tell it, behind four functions of ours. */
#define DEPTH_MAX 12
/* Powers of two, several times what there is. */
#define PLACES_MAX 32768
#define CALLERS_MAX 32768

struct place {
	uint64_t id; /* 0: free */
	unsigned long first, last;
};

/* Looked up once: the loader takes its time. */
struct caller {
	void *address;
	uint64_t id;
};

static struct place places[PLACES_MAX];
static struct caller callers[CALLERS_MAX];
static atomic_flag busy = ATOMIC_FLAG_INIT;

static uint64_t mix(uint64_t hash, uint64_t more);
static uint64_t caller_id(void *address);
static struct place *place_of(uint64_t id);

/* The first backtrace loads a library. */
void
stack_arm(void)
{
	void *caller;

	(void)backtrace(&caller, 1);
}

uint64_t
stack_id(void)
{
	void *stack[DEPTH_MAX];
	int depth = backtrace(stack, DEPTH_MAX);
	uint64_t id = 1;

	while (atomic_flag_test_and_set(&busy))
		;
	for (int i = 0; i < depth; i++)
		id = mix(id, caller_id(stack[i]));
	atomic_flag_clear(&busy);
	return id != 0 ? id : 1;
}

void
stack_note(uint64_t id, unsigned long n)
{
	struct place *place;

	while (atomic_flag_test_and_set(&busy))
		;
	place = place_of(id);
	if (place != NULL) {
		if (place->id == 0)
			place->first = n;
		place->id = id;
		place->last = n;
	}
	atomic_flag_clear(&busy);
}

void
stack_tell(void)
{
	char text[80];
	int len;

	for (size_t i = 0; i < PLACES_MAX; i++) {
		const struct place *place = &places[i];

		if (place->id == 0)
			continue;
		len = snprintf(text, sizeof(text), "%016llx %lu %lu",
		    (unsigned long long)place->id, place->first, place->last);
		journal_put("place", text, (size_t)len);
	}
}

/* That of splitmix64, which is in the public domain. */
static uint64_t
mix(uint64_t hash, uint64_t more)
{
	hash ^= more + 0x9e3779b97f4a7c15U;
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
	return hash ^ (hash >> 31);
}

static uint64_t
caller_id(void *address)
{
	size_t at = mix(0, (uintptr_t)address) % CALLERS_MAX;
	uint64_t id = 1;
	Dl_info info;

	for (size_t i = 0; i < CALLERS_MAX; i++, at = (at + 1) % CALLERS_MAX) {
		if (callers[at].address == address)
			return callers[at].id;
		if (callers[at].address == NULL)
			break;
	}
	if (dladdr(address, &info) != 0) {
		for (const char *c = info.dli_fname; *c != '\0'; c++)
			id = mix(id, (unsigned char)*c);
		id = mix(id, (uintptr_t)address - (uintptr_t)info.dli_fbase);
	}
	callers[at] = (struct caller){address, id};
	return id;
}

/* NULL when there is no room: what is left out then is missed, not wrong. */
static struct place *
place_of(uint64_t id)
{
	size_t at = id % PLACES_MAX;

	for (size_t i = 0; i < PLACES_MAX; i++, at = (at + 1) % PLACES_MAX)
		if (places[at].id == id || places[at].id == 0)
			return &places[at];
	return NULL;
}
