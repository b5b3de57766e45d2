/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controls of all streams but the threats.
 */
#ifndef CEFD_SIM_CONTROL_ITEMS_H
#define CEFD_SIM_CONTROL_ITEMS_H

#include "sim_control_data.h"

sim_control_fn sim_control_add_items;
sim_control_fn sim_control_change_items;
sim_control_fn sim_control_truth_items;

#endif
