/*
 * market_rows_verify.c
 *	  A market as rows, told to the certifier.
 */
#include "helper/market_rows.h"

static bool
claim_seats(Claim *claim, const Rows *rows)
{
	for (int i = 0; i < rows->cap_count; i++)
	{
		const CapRow *cap = &rows->caps[i];

		if (!claim_cap(claim, cap->id, cap->seats, cap->floor,
					   cap->has_parent ? &cap->parent_id : NULL))
			return false;
	}
	for (int i = 0; i < rows->pool_count; i++)
	{
		const PoolRow *pool = &rows->pools[i];

		if (!claim_pool(claim, pool->id, pool->seats, pool->floor,
						pool->has_cap ? &pool->cap_id : NULL))
			return false;
	}
	for (int i = 0; i < rows->reserve_count; i++)
	{
		const ReserveLine *line = &rows->reserves[i];

		if (!claim_reserve(claim, &(ReserveClaim) {
			.pool_id = line->row.pool_id, .name = line->row.name, .seats = line->row.seats,
			.before_open = line->mode.text && words_equal(line->mode, word_of("before_open")),
			.is_for_anyone = line->row.cascade_count < 0, .cascade = line->cascade,
			.cascade_length = Max(line->row.cascade_count, 0),
			.position = line->row.has_position ? &line->row.position : NULL
		}))
			return false;
	}
	return true;
}

static bool
claim_applications(Claim *claim, const Rows *rows)
{
	for (int i = 0; i < rows->count; i++)
	{
		const ApplicationRow *row = &rows->applications[i];
		int32		set;

		if (!claim_groups(claim, row->groups, row->group_count, &set) ||
			!claim_application(claim, &(ApplicationClaim) {
				.applicant_id = row->applicant, .pool_id = row->pool, .choice = row->choice,
				.score = row->score, .tie = rows->has_ties ? &row->tie : NULL, .groups = set,
				.holds = row->holds.text ? &row->holds : NULL
			}))
			return false;
	}
	return true;
}

static bool
claim_placements(Claim *claim, const Rows *rows, const Placements *placements)
{
	for (int i = 0; i < placements->count; i++)
	{
		const ApplicationRow *row = &rows->applications[placements->rows[i]];
		Word		seat = placements->seats[i].text ? placements->seats[i] : word_of("open");

		if (!claim_placement(claim, &(PlacementClaim) {
			row->applicant, row->pool, seat, &row->choice, NULL, &row->score
		}))
			return false;
	}
	return true;
}

typedef struct Listener
{
	int			count;
	char	   *names;
} Listener;

static void
listen(void *state, const Violation *violation)
{
	Listener   *listener = state;

	if (listener->count++ < 4)
		listener->names = psprintf("%s%s%s", listener->names, listener->names[0] ? " " : "",
								   violation->name);
}

int
count_violations(const Rows *rows, const Placements *placements, char **names, CoreError *error)
{
	Listener	listener = {0, ""};
	bool		is_drawn = rows->tie_break == TIE_BREAK_LOTTERY ||
		rows->tie_break == TIE_BREAK_LOTTERY_PER_POOL;
	Claim	   *claim = claim_begin(rows->tie_break, is_drawn ? rows->draw : NULL, SIZE_MAX, error);

	if (!claim_seats(claim, rows) || !claim_applications(claim, rows) ||
		!claim_placements(claim, rows, placements) || !certify(claim, listen, &listener))
		return -1;
	if (names)
		*names = listener.names;
	return listener.count;
}
