/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the intake is given by the daemon, or by the tests' own world.
 */
#ifndef CEFD_INTAKE_WORLD_H
#define CEFD_INTAKE_WORLD_H

struct budgets;
struct gate;
struct http;
struct loop;
struct rng;
struct spool;

struct intake_world {
	struct loop *loop;
	struct http *http;
	struct spool *spool;
	struct rng *rng;
	struct gate *gate; /* requests at once, of all sources together */
	struct budgets *budgets;
	void (*committed)(void *arg); /* records may wait in queues */
	void *arg;
};

#endif
