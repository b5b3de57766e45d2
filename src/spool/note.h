/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to be remembered with a queue, by name.
 */
#ifndef CEFD_SPOOL_NOTE_H
#define CEFD_SPOOL_NOTE_H

struct err;
struct queue;

/* Remember one octet, durably. ERR_BAD when the names are too long together
 * (about 490 octets); ERR_FULL, ERR_IO. */
int note_put(
    struct queue *queue, const char *name, char value, struct err *err);

/* What was put last; '\0' when nothing was, or it cannot be read. */
char note_get(struct queue *queue, const char *name);

#endif
