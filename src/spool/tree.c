/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMDB 0.9's own layout on 64-bit machines; elsewhere nothing is checked. Every
 * page belongs to one tree, or to the list of free pages, and only once; the
 * nodes of a page fill it from where its free room ends.
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "spool/key_order.h"
#include "spool/store.h"
#include "spool/tree.h"

#define HEAD_BYTES 16
#define NODE_BYTES 8
#define PAGE_MAX 65536u
#define NO_PAGE UINT64_MAX
#define DEPTH_MAX 32
#define FLAG_BRANCH 0x01
#define FLAG_LEAF 0x02
#define FLAG_OVERFLOW 0x04
#define NODE_BIG 0x01
#define NODE_TREE 0x02
#define TREE_INTEGER_KEYS 0x08
#define WALK_MAX_MS 1000
/* A map of larger files would take memory for no walk that ends in time. */
#define PAGES_MAX (UINT64_C(1) << 28)
/* From the start of a meta page. */
#define META_PAGE_BYTES_AT 40
#define META_TREES_AT 40
#define META_LAST_AT 136
#define META_COMMIT_AT 144

struct tree {
	uint32_t pad;
	uint16_t flags, depth;
	uint64_t branch_pages, leaf_pages, overflow_pages, entries;
	uint64_t root;
};

struct head {
	uint64_t number;
	uint16_t pad, flags;
	uint16_t lower, upper; /* or, of overflow pages, how many */
};

struct node {
	uint16_t low, high;
	uint16_t flags;
	uint16_t key_len;
};

struct walk {
	int fd;
	uint32_t page_bytes;
	uint64_t pages;      /* in use, from the file's start */
	unsigned char *seen; /* a bit for each of them */
	int64_t end_ms;
	bool is_free_list;
	uint64_t freed;          /* the commit that the last list of it is of */
	struct key_order *order; /* of the table that it is in, or NULL */
	tree_disorder_fn *on_disorder;
	void *arg;
};

_Static_assert(sizeof(struct tree) == 48, "the layout has gaps");
_Static_assert(sizeof(struct head) == HEAD_BYTES, "the layout has gaps");
_Static_assert(sizeof(struct node) == NODE_BYTES, "the layout has gaps");

static bool read_at(
    const struct walk *walk, void *out, size_t len, uint64_t at);
static bool check_tree(struct walk *walk, const struct tree *tree);
static bool check_page(struct walk *walk, const struct tree *tree,
    uint64_t number, unsigned depth);
static bool check_nodes(struct walk *walk, const struct tree *tree,
    const char *page, unsigned depth);
static bool check_leaf(struct walk *walk, const struct tree *tree,
    const struct node *node, const char *key, size_t len);
static bool check_table(struct walk *walk, const char *name, size_t name_len,
    const char *value, size_t len);
static bool is_later(struct walk *walk, const char *key);
static uint16_t flags_of(const char *name, size_t len);
static bool check_run(struct walk *walk, uint64_t first, size_t len);
static bool check_free(struct walk *walk, const char *list, size_t len);
static bool take(struct walk *walk, uint64_t number);
static int64_t now_ms(void);

int
tree_check(int fd, tree_disorder_fn *on_disorder, void *arg)
{
	struct walk walk = {.fd = fd,
	    .end_ms = now_ms() + WALK_MAX_MS,
	    .on_disorder = on_disorder,
	    .arg = arg};
	uint64_t commits[2] = {0}, at;
	struct tree trees[2];
	struct key_order names = {0};
	bool is_sound;

	if (sizeof(void *) != 8 ||
	    !read_at(&walk, &walk.page_bytes, 4, META_PAGE_BYTES_AT) ||
	    walk.page_bytes < 512 || walk.page_bytes > PAGE_MAX)
		return 0;
	if (!read_at(&walk, &commits[0], 8, META_COMMIT_AT) ||
	    !read_at(&walk, &commits[1], 8, walk.page_bytes + META_COMMIT_AT))
		return 0;
	at = commits[1] > commits[0] ? walk.page_bytes : 0;
	if (!read_at(&walk, trees, sizeof(trees), at + META_TREES_AT) ||
	    !read_at(&walk, &walk.pages, 8, at + META_LAST_AT) ||
	    ++walk.pages > PAGES_MAX)
		return 0;
	walk.seen = xcalloc(1, walk.pages / 8 + 1);
	is_sound = take(&walk, 0) && take(&walk, 1);
	walk.is_free_list = true;
	is_sound = is_sound && check_tree(&walk, &trees[0]);
	walk.is_free_list = false;
	/* A table that is not found would be made anew, empty. */
	walk.order = &names;
	is_sound = is_sound && check_tree(&walk, &trees[1]) && !names.is_broken;
	free(walk.seen);
	return is_sound ? 0 : -1;
}

static bool
read_at(const struct walk *walk, void *out, size_t len, uint64_t at)
{
	return pread(walk->fd, out, len, (off_t)at) == (ssize_t)len;
}

static bool
check_tree(struct walk *walk, const struct tree *tree)
{
	if ((tree->root == NO_PAGE) != (tree->depth == 0) ||
	    tree->depth > DEPTH_MAX || tree->branch_pages > walk->pages ||
	    tree->leaf_pages > walk->pages ||
	    tree->overflow_pages > walk->pages)
		return false;
	return tree->root == NO_PAGE ||
	    check_page(walk, tree, tree->root, tree->depth);
}

/* `depth` is 1 for a leaf. */
static bool
check_page(
    struct walk *walk, const struct tree *tree, uint64_t number, unsigned depth)
{
	uint16_t want = depth == 1 ? FLAG_LEAF : FLAG_BRANCH;
	struct head head;
	char *page;
	bool is_sound;

	if (now_ms() > walk->end_ms)
		return true;
	if (!take(walk, number))
		return false;
	page = xmalloc(walk->page_bytes);
	is_sound =
	    !read_at(walk, page, walk->page_bytes, number * walk->page_bytes);
	if (!is_sound) {
		memcpy(&head, page, sizeof(head));
		is_sound = head.number == number && head.flags == want &&
		    check_nodes(walk, tree, page, depth);
	}
	free(page);
	return is_sound;
}

static bool
check_nodes(struct walk *walk, const struct tree *tree, const char *page,
    unsigned depth)
{
	size_t used = 0;
	struct head head;

	memcpy(&head, page, sizeof(head));
	if (head.lower <= HEAD_BYTES || head.lower % 2 != 0 ||
	    head.lower > head.upper || head.upper > walk->page_bytes)
		return false;
	for (size_t i = HEAD_BYTES; i < head.lower; i += 2) {
		struct node node;
		uint64_t child;
		uint16_t at;
		size_t len;

		memcpy(&at, page + i, sizeof(at));
		if (at < head.upper || at % 2 != 0 ||
		    at + sizeof(node) > walk->page_bytes)
			return false;
		memcpy(&node, page + at, sizeof(node));
		child = node.low | (uint64_t)node.high << 16;
		len = (size_t)child;
		if (depth > 1)
			len = 0;
		else if ((node.flags & NODE_BIG) != 0)
			len = sizeof(uint64_t);
		len += sizeof(node) + node.key_len;
		if (len > walk->page_bytes - at)
			return false;
		used += len + len % 2;
		/* A branch's first key stands for whatever is smaller. */
		if (depth > 1 && i > HEAD_BYTES && walk->order != NULL)
			key_order_bound(walk->order, page + at + sizeof(node),
			    node.key_len);
		if (depth > 1 &&
		    !check_page(walk, tree, child | (uint64_t)node.flags << 32,
		        depth - 1))
			return false;
		if (depth == 1 &&
		    !check_leaf(walk, tree, &node, page + at + sizeof(node),
		        (size_t)child))
			return false;
	}
	return used == walk->page_bytes - head.upper;
}

static bool
check_leaf(struct walk *walk, const struct tree *tree, const struct node *node,
    const char *key, size_t len)
{
	const char *value = key + node->key_len;
	uint64_t first;

	if (walk->order != NULL)
		key_order_row(walk->order, key, node->key_len);
	if ((tree->flags & TREE_INTEGER_KEYS) != 0 &&
	    node->key_len != sizeof(uint64_t))
		return false;
	switch (node->flags) {
	case NODE_BIG:
		memcpy(&first, value, sizeof(first));
		return check_run(walk, first, len) &&
		    (!walk->is_free_list || is_later(walk, key));
	case NODE_TREE:
		return check_table(walk, key, node->key_len, value, len);
	case 0:
		return !walk->is_free_list ||
		    (is_later(walk, key) && check_free(walk, value, len));
	}
	return false;
}

static bool
check_table(struct walk *walk, const char *name, size_t name_len,
    const char *value, size_t len)
{
	struct key_order *outer = walk->order, order = {0};
	struct tree tree;
	bool is_sound;

	if (len != sizeof(tree))
		return false;
	memcpy(&tree, value, sizeof(tree));
	if (tree.pad != 0 || tree.flags != flags_of(name, name_len))
		return false;
	order.integers = (tree.flags & TREE_INTEGER_KEYS) != 0;
	walk->order = &order;
	is_sound = check_tree(walk, &tree);
	walk->order = outer;
	if (is_sound && order.is_broken)
		walk->on_disorder(name, name_len, walk->arg);
	return is_sound;
}

/* The lists of free pages are by the commit that freed them. */
static bool
is_later(struct walk *walk, const char *key)
{
	uint64_t before = walk->freed;
	bool later;

	memcpy(&walk->freed, key, sizeof(walk->freed));
	later = walk->freed > before;
	return later;
}

/* Of a table, by its name. */
static uint16_t
flags_of(const char *name, size_t len)
{
	const size_t prefix_len = sizeof(QUEUE_PREFIX) - 1;

	return len > prefix_len && !memcmp(name, QUEUE_PREFIX, prefix_len)
	    ? TREE_INTEGER_KEYS
	    : 0;
}

/* The pages of a value that has some to itself: more than it needs, where LMDB
 * has written a shorter one over it. */
static bool
check_run(struct walk *walk, uint64_t first, size_t len)
{
	uint64_t count = (HEAD_BYTES - 1 + len) / walk->page_bytes + 1;
	struct head head;
	uint32_t says;

	if (now_ms() > walk->end_ms)
		return true;
	if (first >= walk->pages)
		return false;
	if (!read_at(walk, &head, sizeof(head), first * walk->page_bytes))
		return true;
	memcpy(&says, &head.lower, sizeof(says));
	if (head.number != first || head.flags != FLAG_OVERFLOW || says < count)
		return false;
	for (uint64_t i = 0; i < says; i++)
		if (!take(walk, first + i))
			return false;
	return true;
}

/* How many, and then their numbers, falling. */
static bool
check_free(struct walk *walk, const char *list, size_t len)
{
	uint64_t count, number, before = UINT64_MAX;

	if (len < sizeof(count) || len % sizeof(count) != 0)
		return false;
	memcpy(&count, list, sizeof(count));
	if (count > len / sizeof(count) - 1)
		return false;
	for (uint64_t i = 1; i <= count; i++, before = number) {
		memcpy(&number, list + i * sizeof(number), sizeof(number));
		if (number >= before || !take(walk, number))
			return false;
	}
	return true;
}

static bool
take(struct walk *walk, uint64_t number)
{
	unsigned char bit = (unsigned char)(1U << (number % 8));

	if (number >= walk->pages || (walk->seen[number / 8] & bit) != 0)
		return false;
	walk->seen[number / 8] |= bit;
	return true;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
