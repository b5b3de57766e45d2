/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cefctl can be told, a function a verb.
 */
#ifndef CEFD_CTL_SENTENCES_H
#define CEFD_CTL_SENTENCES_H

struct ctl;

/* The sentences. Each returns the exit status. */
int ctl_status(const struct ctl *ctl);
int ctl_poll(const struct ctl *ctl);
int ctl_reload(const struct ctl *ctl);
int ctl_pause(const struct ctl *ctl);
int ctl_resume(const struct ctl *ctl);
int ctl_replay(const struct ctl *ctl);
int ctl_send_test(const struct ctl *ctl);
int ctl_queue(const struct ctl *ctl);
int ctl_convert(const struct ctl *ctl);
int ctl_names(const struct ctl *ctl);

#endif
