/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB 0.9's own layout on 64-bit machines; elsewhere nothing is checked.
 * Commits write the two in turn, the even ones the first page, so their numbers
 * are neighbours: a flipped bit in one would make an old state the new one.
 *
 * Only the newer one's trees are followed, by LMDB too. The older one's need
 * not make sense: when writing it fails, LMDB puts back the number that it had,
 * and leaves the trees that it was to have.
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "spool/meta.h"

#define PAGES 2
#define MAGIC 0xBEEFC0DEu
#define LAYOUT 1u
#define NO_PAGE UINT64_MAX
#define DEPTH_MAX 32
/* No spool is so large; what is merely too short is told by another check. */
#define END_MAX (UINT64_C(1) << 46)
#define PAGE_MIN 512u
#define PAGE_MAX 65536u
#define FLAG_BRANCH 0x01
#define FLAG_LEAF 0x02
#define FLAG_META 0x08
/* The free list's own and, beside it, the environment's that env_open asks for:
 * MDB_INTEGERKEY, MDB_NOSUBDIR. */
#define FREE_FLAGS 0x4008
#define TREES 2

struct page {
	uint64_t number;
	uint16_t pad, flags;
	uint16_t lower, upper;
};

struct tree {
	uint32_t page_bytes; /* in the first; elsewhere 0 */
	uint16_t flags, depth;
	uint64_t branch_pages, leaf_pages, overflow_pages, entries;
	uint64_t root;
};

struct meta {
	struct page page;
	uint32_t magic, version;
	uint64_t address, map_bytes;
	struct tree trees[TREES];
	uint64_t last_page, commit;
};

_Static_assert(sizeof(struct meta) == 152, "the layout has gaps");

static int read_all(int fd, void *out, size_t len, uint64_t at);
static bool is_meta(const struct meta *meta, unsigned i, uint32_t page_bytes);
static bool is_sound(const struct meta *meta, uint32_t page_bytes);
static int check_roots(int fd, const struct meta *meta, uint32_t page_bytes);
static bool are_neighbours(const struct meta metas[PAGES]);

int
meta_check(int fd)
{
	struct meta metas[PAGES];
	uint32_t page_bytes;
	unsigned newer;

	if (sizeof(void *) != 8)
		return 0;
	if (read_all(fd, &metas[0], sizeof(metas[0]), 0) == -1)
		return -1;
	page_bytes = metas[0].trees[0].page_bytes;
	errno = 0;
	if (page_bytes < PAGE_MIN || page_bytes > PAGE_MAX ||
	    (page_bytes & (page_bytes - 1)) != 0)
		return -1;
	if (read_all(fd, &metas[1], sizeof(metas[1]), page_bytes) == -1)
		return -1;
	errno = 0;
	for (unsigned i = 0; i < PAGES; i++)
		if (!is_meta(&metas[i], i, page_bytes))
			return -1;
	newer = metas[1].commit > metas[0].commit;
	if (!are_neighbours(metas) || !is_sound(&metas[newer], page_bytes))
		return -1;
	return check_roots(fd, &metas[newer], page_bytes);
}

static int
read_all(int fd, void *out, size_t len, uint64_t at)
{
	ssize_t got = pread(fd, out, len, (off_t)at);

	if (got == (ssize_t)len)
		return 0;
	if (got >= 0)
		errno = 0;
	return -1;
}

static bool
is_meta(const struct meta *meta, unsigned i, uint32_t page_bytes)
{
	return meta->page.number == i && meta->page.flags == FLAG_META &&
	    meta->magic == MAGIC && meta->version == LAYOUT &&
	    meta->address == 0 && meta->trees[0].page_bytes == page_bytes;
}

static bool
is_sound(const struct meta *meta, uint32_t page_bytes)
{
	bool sound =
	    meta->last_page >= 1 && meta->last_page < END_MAX / page_bytes;

	for (unsigned t = 0; t < TREES; t++) {
		const struct tree *tree = &meta->trees[t];

		sound = sound &&
		    tree->page_bytes == (t == 0 ? page_bytes : 0) &&
		    tree->flags == (t == 0 ? FREE_FLAGS : 0) &&
		    tree->depth <= DEPTH_MAX &&
		    (tree->root == NO_PAGE) == (tree->depth == 0) &&
		    (tree->root == NO_PAGE || tree->root <= meta->last_page);
	}
	return sound;
}

/* What was never committed twice has a second page with number 0. */
static bool
are_neighbours(const struct meta metas[PAGES])
{
	uint64_t even = metas[0].commit, odd = metas[1].commit;

	if ((even & 1) != 0)
		return false;
	if (odd == 0)
		return even == 0;
	return (odd & 1) != 0 && (even == odd + 1 || odd == even + 1);
}

static int
check_roots(int fd, const struct meta *meta, uint32_t page_bytes)
{
	struct page page;

	for (unsigned t = 0; t < TREES; t++) {
		const struct tree *tree = &meta->trees[t];
		uint16_t want = tree->depth == 1 ? FLAG_LEAF : FLAG_BRANCH;

		if (tree->root == NO_PAGE)
			continue;
		/* A file that is too short is told by another check. */
		if (read_all(
		        fd, &page, sizeof(page), tree->root * page_bytes) == -1)
			return errno == 0 ? 0 : -1;
		errno = 0;
		if (page.number != tree->root || (page.flags & 0x0f) != want ||
		    page.lower > page.upper || page.upper > page_bytes)
			return -1;
	}
	return 0;
}
