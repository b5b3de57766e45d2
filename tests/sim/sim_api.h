/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API itself: who may ask, how often, and what the endpoints say.
 */
#ifndef CEFD_SIM_API_H
#define CEFD_SIM_API_H

struct evhttp_request;
struct sim;

/* Answer a request for any path that is not under /_sim/. */
void sim_api_handle(struct sim *sim, struct evhttp_request *req);

#endif
