/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two pages that a data file begins with. LMDB has no checksum for them and
 * follows what they say wherever it leads.
 */
#ifndef CEFD_SPOOL_META_H
#define CEFD_SPOOL_META_H

/* 0 when what they say can be; otherwise -1, with errno when reading failed and
 * 0 when they are damaged. */
int meta_check(int fd);

#endif
