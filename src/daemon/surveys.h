/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Surveys that cefctl asks for: each request has one of its own, and is sent
 * the lines as they come.
 */
#ifndef CEFD_DAEMON_SURVEYS_H
#define CEFD_DAEMON_SURVEYS_H

struct conf;
struct fleet;
struct http;
struct loop;
struct surveys;
struct unix_request;

/* The fleet lends its sources' budgets. */
struct surveys *surveys_new(
    struct loop *loop, struct http *http, struct fleet *fleet);

/* Requests that wait are failed. Takes NULL. */
void surveys_free(struct surveys *surveys);
void surveys_drop(struct surveys *surveys);

/* Test the source `name` of `conf`, or all when it is NULL. Ends the request:
 * with the code "unwell" when a step failed, or "partly" when a destination has a
 * way for a record all the same. */
void surveys_test(struct surveys *surveys, struct conf *conf, const char *name,
    struct unix_request *request);

#endif
