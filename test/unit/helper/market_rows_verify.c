/*
 * market_rows_verify.c
 *	  A market as rows, handed to the verifier.
 */
#include "helper/market_rows.h"

static bool
add_seats(Verification *check, const Rows *rows)
{
	for (int i = 0; i < rows->cap_count; i++)
		if (!verification_add_cap(check, &rows->caps[i]))
			return false;
	for (int i = 0; i < rows->pool_count; i++)
		if (!verification_add_pool(check, &rows->pools[i]))
			return false;
	for (int i = 0; i < rows->reserve_count; i++)
	{
		ReserveRow	row = reserve_row(&rows->reserves[i]);

		if (!verification_add_reserve(check, &row))
			return false;
	}
	return verification_end_seats(check);
}

static bool
add_applications(Verification *check, const Rows *rows)
{
	for (int i = 0; i < rows->count; i++)
	{
		const ApplicationLine *row = &rows->applications[i];
		int32		set;

		if (!verification_number_groups(check, row->groups, row->group_count, &set) ||
			!verification_add_application(check, &(ApplicationRow) {
				.applicant_id = row->applicant, .pool_id = row->pool, .choice = row->choice,
				.score = row->score, .tie = rows->has_ties ? &row->tie : NULL, .set = set,
				.holds = row->holds.text ? &row->holds : NULL
			}))
			return false;
	}
	return true;
}

static bool
add_placements(Verification *check, const Rows *rows, const Placements *placements)
{
	for (int i = 0; i < placements->count; i++)
	{
		const ApplicationLine *row = &rows->applications[placements->rows[i]];
		Word		seat = placements->seats[i].text ? placements->seats[i] : word_of("open");

		if (!verification_add_placement(check, &(PlacementRow) {
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
	Verification *check =
		verification_begin(rows->tie_break, is_drawn ? rows->draw : NULL, SIZE_MAX, error);

	if (!add_seats(check, rows) || !add_applications(check, rows) ||
		!add_placements(check, rows, placements) || !verify(check, listen, &listener))
		return -1;
	if (names)
		*names = listener.names;
	return listener.count;
}
