/*
 * placed.c
 *	  Who was placed where, as rows say it, in the terms of a market.
 *
 * Linear time; 8 bytes an applicant, and a hash table of the ids.
 */
#include "core/allocation/placed.h"

#include "core/allocation/rank.h"
#include "core/base/idmap.h"
#include "core/base/market_errors.h"

/* An entry of the hash table, which is half empty at most times */
#define BYTES_PER_ID	48

struct Placed
{
	const Market *market;
	CoreError  *error;
	idmap_hash *applicants;
	Seat	   *seats;			/* by applicant */
};

Size
placed_memory(const Market *market)
{
	return (Size) market->applicant_count * (BYTES_PER_ID + sizeof(Seat));
}

Placed *
placed_begin(const Market *market, CoreError *error)
{
	Placed	   *placed = palloc(sizeof(Placed));
	bool		found;

	*placed = (Placed) {
		market, error, idmap_create(Max(market->applicant_count, 1), NULL),
		host_alloc(sizeof(Seat) * Max(market->applicant_count, 1))
	};
	for (int32 i = 0; i < market->applicant_count; i++)
	{
		check_interrupts_at(i);
		idmap_insert(placed->applicants, market->applicant_ids[i], &found)->number = i;
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

int32
placed_applicant(const Placed *placed, int64 applicant_id)
{
	const IdEntry *entry = idmap_lookup(placed->applicants, applicant_id);

	return entry ? entry->number : NONE;
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
