/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A step after which a test wants the process to die. It is nothing at all but
 * in the daemon of tests/torture: cefd has no code for it, and no option that
 * would put it in. Names are unique, and say what has just been done. Each
 * needs a way to it in tests/system/70-killed-at-each-step.sh, and its file a
 * line in tests/torture/torture.am.
 */
#ifndef CEFD_BASE_FAULT_POINT_H
#define CEFD_BASE_FAULT_POINT_H

#ifdef FAULT_POINTS
void fault_point(const char *name);
#define FAULT_POINT(name) fault_point(name)
#else
#define FAULT_POINT(name) ((void)0)
#endif

#endif
