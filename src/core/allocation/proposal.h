/*
 * proposal.h
 *	  The walk of an applicant: for which seats, one after the other.
 */
#ifndef CORE_ALLOCATION_PROPOSAL_H
#define CORE_ALLOCATION_PROPOSAL_H

#include "core/allocation/rank.h"

/* The place in a walk before the first step of one of its contracts, for proposal_next */
extern Bid	proposal_before(const Market *market, int32 owner, int32 contract);

/*
 * Move a bid to the next step of its walk, past pools that are closed (by pool; or
 * NULL).  False at the end of the walk, and then the bid is of no use.
 */
extern bool proposal_next(const Ranking *ranking, const bool *closed, Bid *bid);

#endif							/* CORE_ALLOCATION_PROPOSAL_H */
