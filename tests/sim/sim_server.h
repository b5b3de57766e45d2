/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTPS server: evhttp over TLS on one address.
 */
#ifndef CEFD_SIM_SERVER_H
#define CEFD_SIM_SERVER_H

#include <stdint.h>

struct buf;
struct sim;

/*
 * Listen as the options say. 0 and the port in *ret_port, or -1 and what is
 * wrong in `why`.
 */
int sim_server_start(struct sim *sim, uint16_t *ret_port, struct buf *why);

/* Close all. Takes a server that was not started. */
void sim_server_stop(struct sim *sim);

#endif
