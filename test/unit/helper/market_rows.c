/*
 * market_rows.c
 *	  A market as rows.
 */
#include "helper/market_rows.h"

#include "helper/tap.h"

/* ---- for allocator and verifier ---- */

ReserveRow
reserve_row(const ReserveLine *line)
{
	ReserveRow	row = line->row;

	row.mode = line->mode.text ? &line->mode : NULL;
	row.cascade = row.cascade_count >= 0 ? line->cascade : NULL;
	return row;
}

static bool
add_seating(const Rows *rows, MarketBuilder *builder)
{
	for (int i = 0; i < rows->cap_count; i++)
		if (!market_add_cap(builder, &rows->caps[i]))
			return false;
	for (int i = 0; i < rows->pool_count; i++)
		if (!market_add_pool(builder, &rows->pools[i]))
			return false;
	for (int i = 0; i < rows->reserve_count; i++)
	{
		ReserveRow	row = reserve_row(&rows->reserves[i]);

		if (!market_add_reserve(builder, &row))
			return false;
	}
	return market_end_seating(builder);
}

Market *
rows_market(const Rows *rows, CoreError *error)
{
	MarketBuilder *builder = market_begin(SIZE_MAX, error);
	Market	   *market;

	if (!add_seating(rows, builder))
		return NULL;
	for (int i = 0; i < rows->count; i++)
	{
		const ApplicationLine *row = &rows->applications[i];
		ApplicationRow application = {
			row->applicant, row->pool, row->choice, row->score,
			.tie = rows->has_ties ? &row->tie : NULL,
			.set = market_set(builder, row->groups, row->group_count),
			.holds = row->holds.text ? &row->holds : NULL
		};

		if (!market_add_application(builder, &application))
			return NULL;
	}
	market = market_end(builder);
	return market && market_check_holders(market, error) ? market : NULL;
}

static int
find_row(const Rows *rows, int64 applicant, int64 pool)
{
	for (int i = 0; i < rows->count; i++)
		if (rows->applications[i].applicant == applicant && rows->applications[i].pool == pool)
			return i;
	return -1;
}

bool
rows_allocate(const Rows *rows, Placements *placements, CoreError *error)
{
	Market	   *market = rows_market(rows, error);
	Rules		rules = {rows->mechanism, rows->tie_break, rows->draw};
	Seat	   *seats;

	placements->count = 0;
	if (market == NULL)
		return false;
	seats = palloc(sizeof(Seat) * (market->applicant_count + 1));
	if (!allocate(market, &rules, seats, error))
		return false;
	for (int i = 0; i < market->applicant_count; i++)
	{
		const Pool *pool;

		if (seats[i].contract == NONE)
			continue;
		pool = &market->seating->pools[market->pool[seats[i].contract]];
		placements->seats[placements->count] = seating_seat(market->seating, seats[i].group);
		placements->rows[placements->count++] = find_row(rows, market->applicant_ids[i], pool->id);
	}
	return true;
}

/* ---- at random ---- */

void
rows_shuffle(Rows *rows, Random *random)
{
	for (int i = rows->count - 1; i > 0; i--)
	{
		int			j = random_below(random, i + 1);
		ApplicationLine moved = rows->applications[i];

		rows->applications[i] = rows->applications[j];
		rows->applications[j] = moved;
	}
	for (int i = rows->pool_count - 1; i > 0; i--)
	{
		int			j = random_below(random, i + 1);
		PoolRow		moved = rows->pools[i];

		rows->pools[i] = rows->pools[j];
		rows->pools[j] = moved;
	}
	for (int i = rows->cap_count - 1; i > 0; i--)
	{
		int			j = random_below(random, i + 1);
		CapRow		moved = rows->caps[i];

		rows->caps[i] = rows->caps[j];
		rows->caps[j] = moved;
	}
	for (int i = rows->reserve_count - 1; i > 0; i--)
	{
		int			j = random_below(random, i + 1);
		ReserveLine moved = rows->reserves[i];

		rows->reserves[i] = rows->reserves[j];
		rows->reserves[j] = moved;
	}
}

/* Few different ones, so that they tie; sometimes spelled with another scale, sometimes wide. */
static ExactNumber
random_number(Random *random, bool wide)
{
	ExactNumber number = {false, random_below(random, 4) - 1, 0};

	if (random_below(random, 4) == 0)
		number = (ExactNumber) {false, number.digits * 100, 2};
	else if (random_below(random, 8) == 0)
		number = (ExactNumber) {false, 15, 1};
	if (wide && random_below(random, 3) == 0)
		number = (ExactNumber) {false, fixed_power10(24) + random_below(random, 2), 2};
	return number;
}

void
rows_random(Rows *rows, Random *random, int applicants)
{
	bool		wide = random_below(random, 5) == 0;
	int			order[MOST_POOLS];

	rows->count = 0;
	rows->pool_count = 2 + random_below(random, 3);
	rows->has_ties = random_below(random, 3) == 0;
	for (int i = 0; i < rows->pool_count; i++)
	{
		rows->pools[i] = (PoolRow) {i * 10 - 10, random_below(random, 3)};
		order[i] = i;
	}
	for (int i = 0; i < applicants; i++)
	{
		int			choices = random_below(random, rows->pool_count + 1);
		int			choice = random_below(random, 3);
		ExactNumber same = random_number(random, wide);

		random_shuffle(random, order, rows->pool_count);
		for (int j = 0; j < choices; j++)
		{
			ApplicationLine *row = &rows->applications[rows->count++];

			row->applicant = i * 7 - 3;
			row->pool = rows->pools[order[j]].id;
			row->choice = choice;
			row->score = random_below(random, 2) ? same : random_number(random, wide);
			row->tie = random_number(random, false);
			row->tie.is_null = random_below(random, 4) == 0;
			row->group_count = 0;
			row->holds.text = NULL;
			choice += 1 + random_below(random, 2);
		}
	}
	rows_shuffle(rows, random);
}

static const char *const group_names[] = {"a", "b", "c", "ab"};

/* Two different groups, none or one, sometimes anyone at the end */
static int
random_cascade(Random *random, Word *cascade)
{
	int			count = 0;
	int			first = random_below(random, lengthof(group_names));

	if (random_below(random, 4) == 0)
		return -1;
	for (int i = random_below(random, 3); i > 0; i--)
		cascade[count++] = word_of(group_names[(first + i) % lengthof(group_names)]);
	if (random_below(random, 2))
		cascade[count++] = word_of("*");
	return count;
}

/* Up to two reserves of a pool, within its seats */
static void
random_reserves(Rows *rows, Random *random, const PoolRow *pool)
{
	static const char *const modes[] = {NULL, "after_open", "before_open", "before_open"};
	int64		left = pool->seats;
	int			first = random_below(random, lengthof(group_names));

	for (int i = random_below(random, 3); i > 0; i--)
	{
		ReserveLine *line = &rows->reserves[rows->reserve_count++];
		const char *mode = modes[random_below(random, lengthof(modes))];

		*line = (ReserveLine) {{
			.pool_id = pool->id, .name = word_of(group_names[(first + i) % lengthof(group_names)]),
			.seats = random_below(random, (int) left + 1), .has_position = random_below(random, 2),
			.position = random_below(random, 3) - 1
		}};
		if (mode)
			line->mode = word_of(mode);
		line->row.cascade_count = random_cascade(random, line->cascade);
		left -= line->row.seats;
	}
}

/* A forest: each cap lies under an earlier one or none. */
static void
random_caps(Rows *rows, Random *random)
{
	rows->cap_count = 1 + random_below(random, 4);
	for (int i = 0; i < rows->cap_count; i++)
		rows->caps[i] = (CapRow) {
			.id = i * 5 - 5, .seats = random_below(random, 6),
			.has_parent = i > 0 && random_below(random, 3),
			.parent_id = i > 0 ? random_below(random, i) * 5 - 5 : 0
		};
	for (int i = 0; i < rows->pool_count; i++)
	{
		rows->pools[i].has_cap = random_below(random, 4) > 0;
		rows->pools[i].cap_id = rows->caps[random_below(random, rows->cap_count)].id;
	}
}

static void
random_floors(Rows *rows, Random *random)
{
	for (int i = 0; i < rows->pool_count; i++)
		rows->pools[i].floor = random_below(random, 4);
	for (int i = 0; i < rows->cap_count; i++)
		rows->caps[i].floor = random_below(random, 5);
}

/* Open seats or a reserve of the pool, at random; whether there is room is another matter. */
static Word
random_seat(const Rows *rows, Random *random, int64 pool)
{
	int			line = rows->reserve_count > 0 ? random_below(random, rows->reserve_count) : 0;

	if (rows->reserve_count > 0 && rows->reserves[line].row.pool_id == pool)
		return rows->reserves[line].row.name;
	return word_of("open");
}

void
rows_random_seating(Rows *rows, Random *random, int applicants)
{
	bool		has_holders = random_below(random, 3) == 0;

	rows_random(rows, random, applicants);
	rows->cap_count = rows->reserve_count = 0;
	for (int i = 0; i < rows->pool_count; i++)
		rows->pools[i].seats = random_below(random, 4);
	if (random_below(random, 3))
		for (int i = 0; i < rows->pool_count; i++)
			random_reserves(rows, random, &rows->pools[i]);
	if (random_below(random, 3) && rows->tie_break < TIE_BREAK_ADMIT_ALL)
		random_caps(rows, random);
	if (random_below(random, 3) == 0)
		random_floors(rows, random);
	for (int i = 0; i < rows->count; i++)
	{
		ApplicationLine *row = &rows->applications[i];
		int			groups = random_bits(&(Random) {(uint64) row->applicant});

		row->group_count = 0;
		for (int j = 0; j < lengthof(group_names); j++)
			if (groups >> j & 1)
				row->groups[row->group_count++] = word_of(group_names[j]);
		row->holds.text = NULL;
		if (has_holders && random_below(random, 8) == 0)
			row->holds = random_seat(rows, random, row->pool);
	}
	rows_shuffle(rows, random);
}

void
rows_spoil(Rows *rows, Random *random)
{
	CapRow	   *cap = &rows->caps[random_below(random, MOST_CAPS)];
	ReserveLine *line = &rows->reserves[random_below(random, 2)];
	PoolRow    *pool = &rows->pools[random_below(random, rows->pool_count)];

	switch (random_below(random, 12))
	{
		case 0:
			cap->has_parent = true;
			cap->parent_id = random_below(random, 5) * 5 - 5;
			break;
		case 1:
			line->row.seats += random_below(random, 4) - 1;
			break;
		case 2:
			line->row.name = word_of("a");
			break;
		case 3:
			line->cascade[0] = word_of(random_below(random, 2) ? "*" : "b");
			break;
		case 4:
			pool->seats = random_below(random, 4) - 1;
			break;
		case 5:
			pool->has_cap = true;
			pool->cap_id = random_below(random, 6) * 5 - 5;
			break;
		default:
			break;
	}
}

/* ---- checked by looking ---- */

int
compare_numbers(ExactNumber a, ExactNumber b)
{
	int			scale = Max(a.scale, b.scale);
	int128		left;
	int128		right;

	if (a.is_null || b.is_null)
		return a.is_null - b.is_null;
	left = a.digits * fixed_power10(scale - a.scale);
	right = b.digits * fixed_power10(scale - b.scale);
	return (left > right) - (left < right);
}

static int64
lottery_of(const Rows *rows, const ApplicationLine *row)
{
	return rows->tie_break == TIE_BREAK_LOTTERY ? draw_number(rows->draw, row->applicant) :
		draw_number_in_pool(rows->draw, row->applicant, row->pool);
}

int
compare_rows(const Rows *rows, int row, int other)
{
	const ApplicationLine *a = &rows->applications[row];
	const ApplicationLine *b = &rows->applications[other];
	int			order = compare_numbers(b->score, a->score);
	int64		number;
	int64		other_number;

	if (order == 0 && rows->has_ties)
		order = compare_numbers(a->tie, b->tie);
	if (order == 0 && tie_break_is_lottery(rows->tie_break))
	{
		number = lottery_of(rows, a);
		other_number = lottery_of(rows, b);
		order = (number > other_number) - (number < other_number);
	}
	return order;
}

bool
row_outranks(const Rows *rows, int row, int other)
{
	int			order = compare_rows(rows, row, other);

	return order != 0 ? order < 0 :
		rows->applications[row].applicant < rows->applications[other].applicant;
}

/* Would an applicant who is not in the pool rather be there, and have the better check? */
static bool
is_refused_wrongly(const Rows *rows, const Placements *placements, int row, int64 seats)
{
	const ApplicationLine *wish = &rows->applications[row];
	int			above = 0;

	for (int i = 0; i < placements->count; i++)
	{
		const ApplicationLine *placed = &rows->applications[placements->rows[i]];

		if (placed->applicant == wish->applicant && placed->choice <= wish->choice)
			return false;
		above += placed->pool == wish->pool && row_outranks(rows, placements->rows[i], row);
	}
	return above < seats;
}

bool
rows_are_stable(const Rows *rows, const Placements *placements)
{
	for (int i = 0; i < rows->pool_count; i++)
	{
		int			holders = 0;

		for (int j = 0; j < placements->count; j++)
			holders += rows->applications[placements->rows[j]].pool == rows->pools[i].id;
		if (holders > rows->pools[i].seats)
			return false;
		for (int j = 0; j < rows->count; j++)
			if (rows->applications[j].pool == rows->pools[i].id &&
				is_refused_wrongly(rows, placements, j, rows->pools[i].seats))
				return false;
	}
	return true;
}
