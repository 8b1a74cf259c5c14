/*
 * placed.c
 *	  Who was placed where, as rows say it, in the terms of a market.
 *
 * Applicants have ascending ids, so that rows in their order are found at once, others by
 * halving; 8 bytes an applicant.
 */
#include "core/allocation/placed.h"

#include "core/allocation/rank.h"
#include "core/base/market_errors.h"

struct Placed
{
	const Market *market;
	CoreError  *error;
	Seat	   *seats;			/* by applicant */
	int32		last;			/* where an applicant was looked for last */
};

Size
placed_memory(const Market *market)
{
	return (Size) market->applicant_count * sizeof(Seat);
}

Placed *
placed_begin(const Market *market, CoreError *error)
{
	Placed	   *placed = palloc(sizeof(Placed));

	*placed = (Placed) {
		market, error, host_alloc(sizeof(Seat) * Max(market->applicant_count, 1))
	};
	for (int32 i = 0; i < market->applicant_count; i++)
	{
		check_interrupts_at(i);
		placed->seats[i] = (Seat) {NONE, NONE};
	}
	return placed;
}

const CoreError *
placed_error(const Placed *placed)
{
	return placed->error;
}

const Seat *
placed_seats(const Placed *placed)
{
	return placed->seats;
}

/* Search by strides that double, from the last one found on, then by halves. */
int32
placed_applicant(Placed *placed, int64 applicant_id)
{
	const int64 *ids = placed->market->applicant_ids;
	int32		count = placed->market->applicant_count;
	bool		is_ahead = placed->last < count && ids[placed->last] <= applicant_id;
	int32		low = is_ahead ? placed->last : 0;
	int32		high = is_ahead ? count : placed->last;

	for (int64 stride = 1; low + stride < high; stride *= 2)
	{
		if (ids[low + stride] > applicant_id)
			high = (int32) (low + stride);
		else
			low += (int32) stride;
	}
	while (high - low > 1)
	{
		int32		middle = low + (high - low) / 2;

		if (ids[middle] <= applicant_id)
			low = middle;
		else
			high = middle;
	}
	placed->last = low;
	return low < count && ids[low] == applicant_id ? low : NONE;
}

/* Find an applicant's contract with a pool; NONE when there is none. */
static int32
find_contract(const Market *market, int32 applicant, int64 pool_id)
{
	if (applicant != NONE)
		for (int32 i = market->first[applicant]; i < market->first[applicant + 1]; i++)
			if (market->seating->pools[market->pool[i]].id == pool_id)
				return i;
	return NONE;
}

/* Can the contract ask for a seat of the group, by its applicant's groups or a seat from before? */
static bool
may_ask(const Market *market, int32 applicant, int32 contract, int32 group)
{
	Ranking		ranking = {market};
	Bid			bid;

	return rank_bid(&ranking, applicant, contract, group, &bid);
}

bool
placed_add(Placed *placed, const PlacementRow *row)
{
	const Market *market = placed->market;
	const Pool *pools = market->seating->pools;
	int32		applicant = placed_applicant(placed, row->applicant_id);
	int32		contract = find_contract(market, applicant, row->pool_id);
	int32		group;
	Seat	   *seat;

	if (contract == NONE)
		return refuse_placement_application(row, placed->error);
	seat = &placed->seats[applicant];
	if (seat->contract != NONE)
		return refuse_second_placement(row, pools[market->pool[seat->contract]].id, placed->error);
	group = seating_find_group(market->seating, &pools[market->pool[contract]], row->seat);
	if (group == NONE)
		return refuse_placement_seat(row, placed->error);
	if (!may_ask(market, applicant, contract, group))
		return refuse_placement_claim(row, placed->error);
	*seat = (Seat) {contract, group};
	return true;
}
