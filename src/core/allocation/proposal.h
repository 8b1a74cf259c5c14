/*
 * proposal.h
 *	  The walk of an applicant: for which seats, one after the other.
 */
#ifndef CORE_ALLOCATION_PROPOSAL_H
#define CORE_ALLOCATION_PROPOSAL_H

#include "core/allocation/rank.h"

/* The place in a walk before its first step, for proposal_next */
extern Bid	proposal_before_first(const Market *market, int32 owner);

/*
 * Move a bid to the next step of its walk, past pools that are closed (by pool; or
 * NULL).  False at the end of the walk, and then the bid is of no use.
 */
extern bool proposal_next(const Ranking *ranking, const bool *closed, Bid *bid);

#endif							/* CORE_ALLOCATION_PROPOSAL_H */
