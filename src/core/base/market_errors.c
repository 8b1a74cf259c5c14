/*
 * market_errors.c
 *	  The words in which bad rows of a market are refused.
 *
 * The primary message names pool, cap or reserve; applicants are named in the
 * detail alone, which has all the ids.
 */
#include "core/base/market_errors.h"

#define HINT_SEATS		"The seats of a pool are the open ones and those of its reserves."
#define HINT_SEAT		"A seat is open or the name of a reserve."
#define HINT_LISTS \
	"An applicant's list has each pool once, each with a choice number of its own."
#define HINT_HOLDERS \
	"Each holder keeps the seat: raise the seats, undo the reserve or cap that took them, " \
	"or leave out a holds."

/* ---- caps and pools ---- */

/* Of seats and min_seats, the one that is out of range */
static bool
refuse_range(const char *kind, int64 id, int64 seats, int64 floor, CoreError *error)
{
	bool		seats_fit = seats >= 0 && seats <= PG_INT32_MAX;

	if (seats_fit)
	{
		core_fail(error, CORE_INVALID, "min_seats of %s " INT64_FORMAT " must be 0 to %d", kind, id,
				  PG_INT32_MAX);
		return core_detail(error, "The row of %s " INT64_FORMAT " has min_seats " INT64_FORMAT ".",
						   kind, id, floor);
	}
	core_fail(error, CORE_INVALID, "seats of %s " INT64_FORMAT " must be 0 to %d", kind, id,
			  PG_INT32_MAX);
	return core_detail(error, "The row of %s " INT64_FORMAT " has seats " INT64_FORMAT ".", kind,
					   id, seats);
}

bool
refuse_cap_range(const CapRow *row, CoreError *error)
{
	return refuse_range("cap", row->id, row->seats, row->floor, error);
}

bool
refuse_pool_range(const PoolRow *row, CoreError *error)
{
	return refuse_range("pool", row->id, row->seats, row->floor, error);
}

bool
refuse_duplicate_cap(int64 cap_id, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate cap " INT64_FORMAT, cap_id);
	core_detail(error, "The caps query has more than one row for cap " INT64_FORMAT ".", cap_id);
	return core_hint(error, "Give each cap in one row.");
}

bool
refuse_duplicate_pool(int64 pool_id, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate pool " INT64_FORMAT, pool_id);
	core_detail(error, "The pools query has more than one row for pool " INT64_FORMAT ".",
				pool_id);
	return core_hint(error, "Give each pool in one row.");
}

bool
refuse_missing_parent(int64 cap_id, int64 parent_id, CoreError *error)
{
	core_fail(error, CORE_UNKNOWN, "cap " INT64_FORMAT " does not exist", parent_id);
	core_detail(error, "Cap " INT64_FORMAT " has parent_id " INT64_FORMAT ".", cap_id, parent_id);
	return core_hint(error, "The caps query must have a row for it.");
}

bool
refuse_missing_cap(int64 pool_id, int64 cap_id, CoreError *error)
{
	core_fail(error, CORE_UNKNOWN, "cap " INT64_FORMAT " does not exist", cap_id);
	core_detail(error, "Pool " INT64_FORMAT " has cap_id " INT64_FORMAT ".", pool_id, cap_id);
	return core_hint(error, "The caps query must have a row for it.");
}

bool
refuse_cap_cycle(int64 cap_id, int64 parent_id, CoreError *error)
{
	core_fail(error, CORE_INVALID, "cap " INT64_FORMAT " is its own ancestor", cap_id);
	core_detail(error,
				"Cap " INT64_FORMAT " has parent_id " INT64_FORMAT ", which leads back to it.",
				cap_id, parent_id);
	return core_hint(error, "The parent_id of the highest cap is NULL.");
}

/* ---- reserves ---- */

bool
refuse_reserve_pool(const ReserveRow *row, CoreError *error)
{
	core_fail(error, CORE_UNKNOWN, "pool " INT64_FORMAT " does not exist", row->pool_id);
	core_detail(error, "Reserve \"%.*s\" has pool_id " INT64_FORMAT ".", row->name.length,
				row->name.text, row->pool_id);
	return core_hint(error, "The pools query must have a row for it.");
}

bool
refuse_reserve_name(const ReserveRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID, "reserve of pool " INT64_FORMAT " cannot be called \"open\"",
			  row->pool_id);
	core_detail(error, "In the placements of pool " INT64_FORMAT " \"open\" is a seat without a "
				"reserve.", row->pool_id);
	return core_hint(error, "Give the reserve another name, or leave its seats to the open ones.");
}

bool
refuse_reserve_range(const ReserveRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID,
			  "seats of reserve \"%.*s\" of pool " INT64_FORMAT " must be 0 to %d",
			  row->name.length, row->name.text, row->pool_id, PG_INT32_MAX);
	return core_detail(error,
					   "The row of reserve \"%.*s\" of pool " INT64_FORMAT " has seats "
					   INT64_FORMAT ".",
					   row->name.length, row->name.text, row->pool_id, row->seats);
}

bool
refuse_reserve_mode(const ReserveRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID, "unrecognized mode \"%.*s\"", row->mode->length,
			  row->mode->text);
	core_detail(error, "Reserve \"%.*s\" of pool " INT64_FORMAT " has that mode.",
				row->name.length, row->name.text, row->pool_id);
	return core_hint(error, "Use after_open or before_open.");
}

bool
refuse_cascade_entry(const ReserveRow *row, Word entry, CoreError *error)
{
	core_fail(error, CORE_INVALID, "duplicate entry \"%.*s\" in a cascade", entry.length,
			  entry.text);
	core_detail(error, "The cascade of reserve \"%.*s\" of pool " INT64_FORMAT " has it twice.",
				row->name.length, row->name.text, row->pool_id);
	return core_hint(error, "The first of them decides: leave out the other.");
}

bool
refuse_cascade_order(const ReserveRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID, "entry \"*\" must be the last of a cascade");
	core_detail(error,
				"The cascade of reserve \"%.*s\" of pool " INT64_FORMAT " goes on after it.",
				row->name.length, row->name.text, row->pool_id);
	return core_hint(error, "Nobody is left for an entry after anyone.");
}

bool
refuse_duplicate_reserve(int64 pool_id, Word name, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate reserve \"%.*s\" of pool " INT64_FORMAT,
			  name.length, name.text, pool_id);
	core_detail(error, "Pool " INT64_FORMAT " has reserve \"%.*s\" more than once.", pool_id,
				name.length, name.text);
	return core_hint(error, "Give each reserve of a pool in one row.");
}

bool
refuse_reserved_seats(int64 pool_id, int32 seats, int64 reserved, CoreError *error)
{
	core_fail(error, CORE_INVALID, "reserves of pool " INT64_FORMAT " exceed its seats", pool_id);
	core_detail(error,
				"The number of seats of pool " INT64_FORMAT " is %d, that of its reserved seats "
				INT64_FORMAT ".",
				pool_id, seats, reserved);
	return core_hint(error, HINT_SEATS);
}

/* ---- applications ---- */

bool
refuse_choice_range(const ApplicationRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID, "choice must be 0 to %d", PG_INT32_MAX);
	return core_detail(error,
					   "Applicant " INT64_FORMAT " applies to pool " INT64_FORMAT " with choice "
					   INT64_FORMAT ".",
					   row->applicant_id, row->pool_id, row->choice);
}

bool
refuse_application_pool(const ApplicationRow *row, CoreError *error)
{
	core_fail(error, CORE_UNKNOWN, "pool " INT64_FORMAT " does not exist", row->pool_id);
	core_detail(error, "Applicant " INT64_FORMAT " applies to pool " INT64_FORMAT ".",
				row->applicant_id, row->pool_id);
	return core_hint(error, "The pools query must have a row for it.");
}

bool
refuse_held_seat(const ApplicationRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID, "seat \"%.*s\" of pool " INT64_FORMAT " does not exist",
			  row->holds->length, row->holds->text, row->pool_id);
	core_detail(error, "Applicant " INT64_FORMAT " holds it from before, by column \"holds\".",
				row->applicant_id);
	return core_hint(error, HINT_SEAT);
}

bool
refuse_duplicate_pool_choice(int64 applicant_id, int64 pool_id, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate application to pool " INT64_FORMAT, pool_id);
	core_detail(error, "Applicant " INT64_FORMAT " applies to pool " INT64_FORMAT " twice.",
				applicant_id, pool_id);
	return core_hint(error, HINT_LISTS);
}

bool
refuse_duplicate_choice(int64 applicant_id, int32 choice, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate choice %d of an applicant", choice);
	core_detail(error, "Applicant " INT64_FORMAT " has choice %d twice.", applicant_id, choice);
	return core_hint(error, HINT_LISTS);
}

bool
refuse_pool_holders(int64 pool_id, Word seat, int32 seats, int32 holders, CoreError *error)
{
	core_fail(error, CORE_INVALID, "more holders than seats in pool " INT64_FORMAT, pool_id);
	core_detail(error,
				"The number of holders of seat \"%.*s\" in pool " INT64_FORMAT
				" is %d, that of its seats %d.",
				seat.length, seat.text, pool_id, holders, seats);
	return core_hint(error, HINT_HOLDERS);
}

bool
refuse_cap_holders(int64 cap_id, int32 seats, int32 holders, CoreError *error)
{
	core_fail(error, CORE_INVALID, "more holders than seats under cap " INT64_FORMAT, cap_id);
	core_detail(error,
				"The number of holders under cap " INT64_FORMAT " is %d, that of its seats %d.",
				cap_id, holders, seats);
	return core_hint(error, HINT_HOLDERS);
}

bool
refuse_digits(const char *column, int64 applicant_id, int64 pool_id, CoreError *error)
{
	core_fail(error, CORE_OUT_OF_RANGE,
			  "numbers of column \"%s\" need more than %d digits together", column,
			  NUMBER_MAX_DIGITS);
	core_detail(error,
				"The number of applicant " INT64_FORMAT " in pool " INT64_FORMAT
				" does not fit with the others.",
				applicant_id, pool_id);
	return core_hint(error, "Round them to the decimals that matter.");
}

/* ---- placements ---- */

bool
refuse_placement_application(const PlacementRow *row, CoreError *error)
{
	core_fail(error, CORE_UNKNOWN, "application to pool " INT64_FORMAT " does not exist",
			  row->pool_id);
	core_detail(error, "Applicant " INT64_FORMAT " is placed in pool " INT64_FORMAT ".",
				row->applicant_id, row->pool_id);
	return core_hint(error, "The applications query must have a row for it.");
}

bool
refuse_second_placement(const PlacementRow *row, int64 first_pool_id, CoreError *error)
{
	core_fail(error, CORE_DUPLICATE, "duplicate placement of an applicant");
	core_detail(error,
				"Applicant " INT64_FORMAT " is placed in pool " INT64_FORMAT ", and again in pool "
				INT64_FORMAT ".",
				row->applicant_id, Min(first_pool_id, row->pool_id),
				Max(first_pool_id, row->pool_id));
	return core_hint(error, "Give the placements of one allocation: one row for each applicant.");
}

bool
refuse_placement_seat(const PlacementRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID, "seat \"%.*s\" of pool " INT64_FORMAT " does not exist",
			  row->seat.length, row->seat.text, row->pool_id);
	core_detail(error, "Applicant " INT64_FORMAT " is placed there.", row->applicant_id);
	return core_hint(error, HINT_SEAT);
}

bool
refuse_placement_claim(const PlacementRow *row, CoreError *error)
{
	core_fail(error, CORE_INVALID,
			  "seat \"%.*s\" of pool " INT64_FORMAT " is not for everybody who is placed there",
			  row->seat.length, row->seat.text, row->pool_id);
	core_detail(error,
				"Applicant " INT64_FORMAT
				" belongs to no group that the seat is open to, or holds another.",
				row->applicant_id);
	return core_hint(error, "Give placements of these applications: equity.verify tells more.");
}

/* ---- ties ---- */

bool
refuse_pool_tie(int64 pool_id, const char *score, CoreError *error)
{
	core_fail(error, CORE_INVALID, "tie at the cut-off of pool " INT64_FORMAT, pool_id);
	core_detail(error,
				"Applicants with score %s in pool " INT64_FORMAT
				" are equal, and not all of them fit.",
				score, pool_id);
	return core_hint(error, "Give a tie that differs, or break ties by lottery.");
}

bool
refuse_cap_tie(int64 cap_id, int64 pool_id, const char *score, CoreError *error)
{
	core_fail(error, CORE_INVALID, "tie at the cut-off of cap " INT64_FORMAT, cap_id);
	core_detail(error,
				"An applicant with score %s in pool " INT64_FORMAT " is equal to another under cap "
				INT64_FORMAT ", and not all of them fit.",
				score, pool_id, cap_id);
	return core_hint(error, "Give a tie that differs, or break ties by lottery.");
}
