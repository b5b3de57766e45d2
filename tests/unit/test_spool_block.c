/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of records on disk, and the hashes beside it: what was built is
 * read again, each changed bit is found, and no run of octets leads outside.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "spool/block.h"
#include "spool/sum.h"

#define OWNER 815
#define FIRST 4711

static const char *const words[] = {"alpha", "", "a longer one", "z"};

/* A block of the words; *ret_size its length. In memory of exactly its size. */
static char *
build(size_t *ret_size)
{
	struct block_entry index[4];
	char octets[64];
	uint32_t len = 0;
	size_t i;
	char *out;

	for (i = 0; i < 4; i++) {
		size_t n = strlen(words[i]);

		memcpy(octets + len, words[i], n);
		index[i] = block_entry_of(len, words[i], n);
		len = index[i].end;
	}
	*ret_size = block_bytes(4, len);
	out = xmalloc(*ret_size);
	block_build(out, OWNER, FIRST, 1234567, index, 4, octets);
	return out;
}

static void
test_what_is_built_is_read_again(void **state)
{
	struct block block;
	size_t size;
	char *data = build(&size);
	uint32_t i;

	(void)state;
	assert_int_equal(block_check(&block, OWNER, data, size), 0);
	assert_int_equal(block.first, FIRST);
	assert_int_equal(block.count, 4);
	assert_int_equal(block.time_ms, 1234567);
	for (i = 0; i < 4; i++) {
		struct text record;

		assert_int_equal(block_record(&block, i, &record), 0);
		assert_true(text_eq(record, text_of(words[i])));
	}
	free(data);
}

static void
test_a_block_is_good_only_for_its_owner_and_length(void **state)
{
	struct block block;
	size_t size, cut;
	char *data = build(&size);

	(void)state;
	assert_int_equal(block_check(&block, OWNER + 1, data, size), -1);
	for (cut = 0; cut < size; cut++) {
		char *part = xmalloc(cut);

		memcpy(part, data, cut);
		assert_int_equal(block_check(&block, OWNER, part, cut), -1);
		free(part);
	}
	free(data);
}

/* Whether all of the block is still said to be good. */
static int
all_good(const char *data, size_t size)
{
	struct block block;
	struct text record;
	uint32_t i;

	if (block_check(&block, OWNER, data, size) == -1)
		return 0;
	for (i = 0; i < block.count; i++)
		if (block_record(&block, i, &record) == -1)
			return 0;
	return 1;
}

/* One of the head or the index is turned back as well. */
static void
test_every_flipped_bit_is_found(void **state)
{
	const size_t index_end = (BLOCK_HEAD_BYTES + 4 * 8) * 8;
	struct block block;
	size_t size, bit;
	char *data = build(&size);

	(void)state;
	assert_true(all_good(data, size));
	assert_int_equal(block_check(&block, OWNER, data, size), 0);
	assert_false(block_is_mended(&block));
	for (bit = 0; bit < size * 8; bit++) {
		data[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(all_good(data, size), bit < index_end);
		assert_int_equal(block_check(&block, OWNER, data, size), 0);
		assert_int_equal(block_is_mended(&block), bit < index_end);
		assert_int_equal(block.first, FIRST);
		assert_int_equal(block.count, 4);
		assert_int_equal(block.time_ms, 1234567);
		data[bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_true(all_good(data, size));
	free(data);
}

static void
test_two_flipped_bits_are_not_mended(void **state)
{
	const size_t index_end = (BLOCK_HEAD_BYTES + 4 * 8) * 8;
	struct block block;
	size_t size, one, two;
	char *data = build(&size);

	(void)state;
	for (one = 0; one < index_end; one++)
		for (two = 0; two < one; two++) {
			data[one / 8] ^= (char)(1 << one % 8);
			data[two / 8] ^= (char)(1 << two % 8);
			assert_int_equal(
			    block_check(&block, OWNER, data, size), -1);
			data[one / 8] ^= (char)(1 << one % 8);
			data[two / 8] ^= (char)(1 << two % 8);
		}
	free(data);
}

static void
test_random_octets_lead_nowhere(void **state)
{
	struct rng rng;
	unsigned round;

	(void)state;
	rng_init(&rng, 1);
	for (round = 0; round < 20000; round++) {
		size_t size, i;
		char *data = build(&size);
		unsigned changes = 1 + (unsigned)rng_below(&rng, 8);

		for (i = 0; i < changes; i++)
			data[rng_below(&rng, size)] = (char)rng_next(&rng);
		(void)all_good(data, size - rng_below(&rng, 3));
		free(data);
	}
}

/* The checksum of the index is right, and what it says is not. */
static void
test_an_index_that_lies_leads_nowhere(void **state)
{
	struct rng rng;
	unsigned round;

	(void)state;
	rng_init(&rng, 2);
	for (round = 0; round < 20000; round++) {
		const char octets[] = "sixteen octets..";
		struct block_entry index[4];
		size_t size = block_bytes(4, 16);
		char *data = xmalloc(size);
		int i;

		for (i = 0; i < 4; i++)
			index[i] = (struct block_entry){
			    .end = (uint32_t)(rng_below(&rng, 3) == 0
			            ? rng_next(&rng)
			            : rng_below(&rng, 20)),
			    .sum = (uint32_t)sum64("", 0),
			};
		index[3].end = 16;
		block_build(data, OWNER, FIRST, 0, index, 4, octets);
		assert_false(all_good(data, size));
		free(data);
	}
}

static void
test_parts_are_told_apart(void **state)
{
	struct sum_secret secret = {{1, 2, 3}}, other = {{1, 2, 4}};
	struct text ab_c[] = {TEXT("ab"), TEXT("c")};
	struct text a_bc[] = {TEXT("a"), TEXT("bc")};
	struct sum128 one = sum_keyed(&secret, 'K', ab_c, 2);

	(void)state;
	assert_true(one.lo == sum_keyed(&secret, 'K', ab_c, 2).lo);
	assert_true(one.lo != sum_keyed(&secret, 'K', a_bc, 2).lo);
	assert_true(one.lo != sum_keyed(&secret, 'S', ab_c, 2).lo);
	assert_true(one.lo != sum_keyed(&other, 'K', ab_c, 2).lo);
	assert_true(one.lo != sum_keyed(&secret, 'K', ab_c, 1).lo);
}

/* Longer than what is gathered on the stack. */
static void
test_long_parts_are_hashed_whole(void **state)
{
	struct sum_secret secret = {{9}};
	char *text = xcalloc(1, 5000);
	struct text part = {text, 5000};
	struct sum128 before = sum_keyed(&secret, 'K', &part, 1);

	(void)state;
	text[4999] = 1;
	assert_true(before.hi != sum_keyed(&secret, 'K', &part, 1).hi);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_built_is_read_again),
	    cmocka_unit_test(
	        test_a_block_is_good_only_for_its_owner_and_length),
	    cmocka_unit_test(test_every_flipped_bit_is_found),
	    cmocka_unit_test(test_two_flipped_bits_are_not_mended),
	    cmocka_unit_test(test_random_octets_lead_nowhere),
	    cmocka_unit_test(test_an_index_that_lies_leads_nowhere),
	    cmocka_unit_test(test_parts_are_told_apart),
	    cmocka_unit_test(test_long_parts_are_hashed_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
