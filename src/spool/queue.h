/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records that wait for one destination, oldest first. A record's number
 * is its place in the queue's whole history, from 0.
 */
#ifndef CEFD_SPOOL_QUEUE_H
#define CEFD_SPOOL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of the largest record. */
#define QUEUE_RECORD_MAX (1u << 20)

struct err;
struct queue;
struct spool;

/* With those of former destinations. */
#define QUEUE_COUNT_MAX 1024

struct queue_stat {
	uint64_t head;      /* number of the oldest record that waits */
	uint64_t next;      /* number that the next record will get */
	int64_t oldest_ms;  /* when the oldest was committed; 0 when empty */
	uint64_t set_aside; /* records found damaged so far, ever */
	uint64_t bytes;     /* disk pages in use */
};

/*
 * The queue of that name (1-255 octets), made if need be. Owned by the spool,
 * and good until spool_close. ERR_FULL when there are QUEUE_COUNT_MAX.
 */
int queue_open(struct spool *spool, const char *name, struct queue **ret_queue,
    struct err *err);

/* The i-th queue of the spool, whether it is used or not; NULL behind the
 * last. *ret_name is good until spool_close. */
struct queue *queue_nth(struct spool *spool, unsigned i, const char **ret_name);

int queue_stat(struct queue *queue, struct queue_stat *ret, struct err *err);

/* Number that the next record will get, without I/O. */
uint64_t queue_next(const struct queue *queue);
/* How many records wait, without I/O. */
uint64_t queue_waiting(const struct queue *queue);
/* True when nothing waits, without I/O. */
bool queue_is_empty(const struct queue *queue);

/*
 * How often its numbers have gone back, because an older copy of the spool was
 * put in the place of one that had failed. They are given out again then, to
 * other records; nothing that is known by number from before is true.
 */
unsigned queue_setbacks(const struct queue *queue);

/*
 * Called for each record; the octets are the map's own and valid only during
 * the call, which must write nothing to the spool. Return false to stop; the
 * record it was called with then counts as not read.
 */
typedef bool queue_read_fn(
    uint64_t number, const char *data, size_t len, void *arg);

/*
 * Hand records to `fn` from number `from` (or the head, if later), until it
 * says stop, the queue ends or a bounded amount is read. *ret_next is where to
 * go on. A record whose checksum does not fit is skipped and counted as set
 * aside; it keeps its place until it is released.
 */
int queue_read(struct queue *queue, uint64_t from, queue_read_fn *fn, void *arg,
    uint64_t *ret_next, struct err *err);

/*
 * Forget, durably, the records before number `before`, which may be in the
 * middle of what was committed together. Works when the spool or the disk is
 * full. What is damaged is kept in a table of its own, within the limits of
 * keep.h. A long run takes several transactions, so after a failure some of it
 * may be forgotten already. ERR_BAD when `before` is beyond the last record.
 */
int queue_release(struct queue *queue, uint64_t before, struct err *err);

/*
 * Forget, durably, that there is such a queue, what is set aside of it, and
 * with it the cursors of those names and all beneath them ("name/..."); NULL
 * ends the names. ERR_BAD when records wait in it. Nothing may be put into it
 * or read from it until the next queue_open of its name, which numbers anew.
 */
int queue_remove(
    struct queue *queue, const char *const cursors[], struct err *err);

#endif
