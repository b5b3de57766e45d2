/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case's events, in whatever order the API lists them.
 */
#ifndef CEFD_INTAKE_TIMELINE_H
#define CEFD_INTAKE_TIMELINE_H

struct val;

/*
 * The item of an array with the newest time in `time_member`, among those that
 * have the member `with` (NULL: any). The first of equals, or NULL.
 */
const struct val *timeline_newest(
    const struct val *array, const char *time_member, const char *with);

#endif
