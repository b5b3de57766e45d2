/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The endpoints under /_sim/, by which a test moves the simulator.
 */
#ifndef CEFD_SIM_CONTROL_H
#define CEFD_SIM_CONTROL_H

struct evhttp_request;
struct sim;

/* Answer a request for a path that begins with /_sim/. */
void sim_control_handle(struct sim *sim, struct evhttp_request *req);

#endif
