/*
 * applicants.c
 *	  A verification's rows by applicant.
 *
 * Rows are ordered by counting (row_order.h), a column after the other, so that nobody
 * is looked up and whatever goes through the rows later reads memory from its beginning
 * to its end.  Linear time; 29 bytes an applicant, with what walk.c keeps of each.
 */
#include "core/verification/applicants.h"

#include "core/base/row_order.h"

#define BYTES_PER_APPLICANT		29

/* ---- the order of rows ---- */

/* The numbers of choices, as an array of their own */
static int32 *
choices_make(const ApplicationColumns *application)
{
	int32	   *choices = host_alloc(sizeof(int32) * (Size) application->count);

	for (int32 i = 0; i < application->count; i++)
	{
		check_interrupts_at(i);
		choices[i] = application->wish[i].choice;
	}
	return choices;
}

static RowOrder
application_order(const ApplicationColumns *application)
{
	RowOrder	order = {application->count};
	int32	   *choices;

	if (application->in_order)
		return order;
	choices = choices_make(application);
	row_order_by_int32(&order, choices);
	pfree(choices);
	row_order_by_int64(&order, application->owner_ids);
	return order;
}

static RowOrder
placement_order(const PlacementColumns *placement)
{
	RowOrder	order = {placement->count};

	if (!placement->in_order)
		row_order_by_int64(&order, placement->owner_ids);
	return order;
}

/* ---- applicants ---- */

static bool
add_applicant(Verification *check, int64 id)
{
	ApplicantColumns *applicant = &check->applicant;

	if (applicant->count == applicant->room)
	{
		int32		room = core_more_room(applicant->room);

		if (!verification_reserve_memory(check,
										 (Size) (room - applicant->room) * BYTES_PER_APPLICANT))
			return false;
		applicant->room = room;
		applicant->ids = table_resize(applicant->ids, sizeof(int64) * room);
		applicant->first_row =
			table_resize(applicant->first_row, sizeof(int32) * ((Size) room + 1));
		applicant->first_placement =
			table_resize(applicant->first_placement, sizeof(int32) * ((Size) room + 1));
	}
	applicant->ids[applicant->count++] = id;
	return true;
}

/* Rows of one kind, in order, as far as their applicants have been numbered */
typedef struct RowsInOrder
{
	RowOrder	order;
	const int64 *ids;
	int32	   *applicant;
	int32		at;
} RowsInOrder;

static inline int64
first_id(const RowsInOrder *rows)
{
	return rows->ids[row_order_row(&rows->order, rows->at)];
}

/* Give its number to all rows of an applicant, which come first. */
static void
take_rows(RowsInOrder *rows, int64 id, int32 number)
{
	while (rows->at < rows->order.count && first_id(rows) == id)
	{
		check_interrupts_at(rows->at);
		row_order_prefetch(&rows->order, rows->at, rows->ids, sizeof(int64));
		rows->applicant[rows->at++] = number;
	}
}

/* Go through applications and placements side by side. */
static bool
number_all(Verification *check, RowsInOrder *rows, RowsInOrder *placements)
{
	ApplicantColumns *applicant = &check->applicant;

	while (rows->at < rows->order.count || placements->at < placements->order.count)
	{
		int32		number = applicant->count;
		int64		row_id = rows->at < rows->order.count ? first_id(rows) : PG_INT64_MAX;
		int64		placement_id =
			placements->at < placements->order.count ? first_id(placements) : PG_INT64_MAX;
		int64		id = Min(row_id, placement_id);

		if (!add_applicant(check, id))
			return false;
		applicant->first_row[number] = rows->at;
		applicant->first_placement[number] = placements->at;
		take_rows(rows, id, number);
		take_rows(placements, id, number);
		applicant->first_row[number + 1] = rows->at;
		applicant->first_placement[number + 1] = placements->at;
	}
	return true;
}

/* ---- columns ---- */

static int32 *
numbers_room(int32 count)
{
	return host_alloc(sizeof(int32) * (Size) Max(count, 1));
}

static void
drop_ids(int64 **ids)
{
	if (*ids)
		pfree(*ids);
	*ids = NULL;
}

static void
order_applications(ApplicationColumns *application, RowOrder *order)
{
	drop_ids(&application->owner_ids);
	application->wish = row_order_apply_8(order, application->wish);
	application->score.keys = row_order_apply_8(order, application->score.keys);
	application->tie.keys = row_order_apply_8(order, application->tie.keys);
	application->set = row_order_apply_4(order, application->set);
	application->holds = row_order_apply_4(order, application->holds);
	row_order_free(order);
}

static void
order_placements(PlacementColumns *placement, RowOrder *order)
{
	drop_ids(&placement->owner_ids);
	placement->pool = row_order_apply_4(order, placement->pool);
	placement->name = row_order_apply_4(order, placement->name);
	placement->choice = row_order_apply_8(order, placement->choice);
	placement->tier = row_order_apply_8(order, placement->tier);
	placement->score.keys = row_order_apply_8(order, placement->score.keys);
	row_order_free(order);
}

bool
applicants_number(Verification *check)
{
	RowsInOrder		rows = {
		application_order(&check->application), check->application.owner_ids,
		numbers_room(check->application.count)
	};
	RowsInOrder		placements = {
		placement_order(&check->placement), check->placement.owner_ids,
		numbers_room(check->placement.count)
	};

	if (!number_all(check, &rows, &placements))
		return false;
	check->application.applicant = rows.applicant;
	check->placement.applicant = placements.applicant;
	order_applications(&check->application, &rows.order);
	order_placements(&check->placement, &placements.order);
	return true;
}
