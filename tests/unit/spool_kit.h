/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the spool share: a folder of their own, records whose text
 * follows from their number, and a hand for damaging files.
 */
#ifndef CEFD_TESTS_UNIT_SPOOL_KIT_H
#define CEFD_TESTS_UNIT_SPOOL_KIT_H

#include <stddef.h>
#include <stdint.h>

struct queue;
struct spool;

#define KIT_QUOTA ((uint64_t)1 << 30)

/* A folder under $TMPDIR or /tmp, removed with kit_remove. */
char *kit_folder(void);
void kit_remove(char *folder);
/* FOLDER/data.mdb */
char *kit_file(const char *folder);

/* These fail the test when the spool refuses. */
struct spool *kit_open(const char *folder, uint64_t quota);
struct queue *kit_queue(struct spool *spool, const char *name);
/* Commit `count` records of `len` octets (at least 24) to the queue. */
void kit_fill(
    struct spool *spool, struct queue *queue, unsigned count, size_t len);

/* The spool fails, and is well again; its file is not touched. */
void kit_break(struct spool *spool, const char *folder);
void kit_mend(struct spool *spool, const char *folder);

/* Read everything; checks each record's text and number. */
uint64_t kit_count(struct queue *queue, uint64_t from);

/* Turn a bit `offset` octets from each place where `text` is in the file. */
unsigned kit_damage(const char *file, const char *text, long offset);

#endif
