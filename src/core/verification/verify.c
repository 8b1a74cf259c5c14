/*
 * verify.c
 *	  Proving or refuting an allocation, without the allocator.
 *
 * An allocation is right when every placement is what the inputs say, no node (a
 * seat group or a cap) holds more than its seats, and no applicant has a reason
 * to complain: for each place of the own walk that is better liked than the one
 * held, some node is full and all that it holds rank above (no justified envy, no
 * wasted seat; Balinski and Sönmez 1999, for seats with priorities of their own
 * Kominers and Sönmez 2016).  Such an allocation is stable.
 *
 * Nothing is shared with the allocator but numbers, words and the lottery: rows
 * are numbered, ranked and counted here anew, and no proposal is made.  Time is
 * linear in applications (times the seat groups of their pools), placements and
 * nodes, but for the sorting of one applicant's choices, of seats by precedence,
 * and of what there is to tell; lottery numbers are drawn for ties with the worst
 * of a node only.  Memory: see input.c.
 */
#include "core/verification/claim.h"

/* Some node on the path refuses; a closed pool does always. */
bool
claim_is_complaint(const Claim *claim, int32 row, int32 group)
{
	int32		pool = claim->wishes[row].pool;
	Place		place = {claim->wishes[row].choice, group};
	Contender	contender;

	if (!place_before(place, claim->held[claim->applicant[row]]) || claim->pool_closed[pool] ||
		!claim_asks(claim, row, group))
		return false;
	contender = contender_make(claim, row, group);
	return !claim_group_refuses(claim, group, &contender) &&
		!claim_caps_refuse(claim, pool, &contender);
}

static void
find_complaints(const Claim *claim)
{
	for (int32 row = 0; row < claim->row_count; row++)
	{
		int32		pool = claim->wishes[row].pool;
		int32		applicant = claim->applicant[row];

		host_check_interrupts();
		if (claim->wishes[row].choice > claim->held[applicant].choice)
			continue;
		for (int32 group = claim->first_group[pool]; group < claim->first_group[pool + 1]; group++)
			if (claim_is_complaint(claim, row, group))
			{
				claim->suspect[applicant] = true;
				break;
			}
	}
}

bool
certify(Claim *claim, ViolationFunction tell, void *state)
{
	numbers_finish(&claim->score);
	numbers_finish(&claim->tie);
	numbers_finish(&claim->placed_score);
	if (claim->groups == NULL && !claim_order(claim))
		return false;
	if (!claim_check_holders(claim) || !claim_walk(claim))
		return false;
	claim_occupy(claim);
	if (!claim_find_ties(claim))
		return false;
	find_complaints(claim);
	if (!draw_check(claim->draw, claim->error))
		return false;
	claim_tell(claim, tell, state);
	return draw_check(claim->draw, claim->error);
}
