/*
 * observation_sort.h
 *	  Observations in order of rank, value and weight.
 */
#ifndef CORE_MEASURES_OBSERVATION_SORT_H
#define CORE_MEASURES_OBSERVATION_SORT_H

#include "core/measures/indices.h"

/*
 * Sort observations, whose numbers are finite.  In linear time with room to spare for
 * as many, whose content does not matter; by comparing them where there is none (NULL).
 */
extern void observations_sort(Observation *observations, int64 count, Observation *spare);

#endif							/* CORE_MEASURES_OBSERVATION_SORT_H */
