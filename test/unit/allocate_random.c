/*
 * allocate_random.c
 *	  Random small markets of every kind against a reference who works step by step.
 */
#include "helper/host.h"
#include "helper/reference_allocator.h"
#include "helper/tap.h"

static Random generator = {77};

/* ---- the same as the reference ---- */

typedef struct Count
{
	int			taken;
	int			refused;
	int			tied;
	int			closed;
	int			wrong;
} Count;

static void
check_placements(const Reference *reference, const Rows *rows, Count *count)
{
	Placements	placements;
	CoreError	error = {0};
	bool		done = rows_allocate(rows, &placements, &error);
	bool		tied = rows->tie_break == TIE_BREAK_STRICT &&
		rows->mechanism == MECHANISM_DEFERRED_ACCEPTANCE && reference_sees_tie(reference);

	count->tied += tied;
	count->taken += done;
	if (tied)
		count->wrong += done || error.code != CORE_INVALID;
	else
		count->wrong += !done || !reference_agrees(reference, &placements);
}

static bool
has_closed(const Reference *reference)
{
	for (int i = 0; i < reference->group_count; i++)
		if (reference->closed[i])
			return true;
	return false;
}

static void
check_market(Rows *rows, Count *count)
{
	Reference		reference;
	CoreError	error = {0};

	reference_open(&reference, rows);
	if (!reference_holders_fit(&reference))
	{
		count->refused++;
		count->wrong += rows_market(rows, &error) != NULL || error.code != CORE_INVALID;
		return;
	}
	reference_allocate(&reference);
	count->closed += has_closed(&reference);
	check_placements(&reference, rows, count);
	for (int turn = 0; turn < 3; turn++)
	{
		rows_shuffle(rows, &generator);
		reference_open(&reference, rows);
		reference_allocate(&reference);
		check_placements(&reference, rows, count);
	}
}

static void
test_seatings(TieBreak tie_break, const char *what)
{
	Draw		draw = draw_open("seatings", 8);
	Count		count = {0};

	for (int turn = 0; turn < 1500; turn++)
	{
		Rows		rows = {.tie_break = tie_break, .draw = &draw};

		rows_random_seating(&rows, &generator, 4 + random_below(&generator, 12));
		check_market(&rows, &count);
	}
	draw_close(&draw);
	is_int(count.wrong, 0, "%s: as the reference says, in any order of rows", what);
	ok(count.taken > 500, "%s: of many markets", what);
	ok(count.refused > 50, "%s: some with more holders than seats", what);
	ok(count.closed > 50, "%s: some where pools close", what);
	if (tie_break == TIE_BREAK_STRICT)
		ok(count.tied > 100, "%s: some with a tie that decides", what);
}

/* ---- of all that is stable, the best for each applicant ---- */

typedef struct Search
{
	Reference		reference;
	int			held[MOST_APPLICATIONS];
	int			stable;
	int			better;			/* where someone would have a better step */
} Search;

static void
search_from(Search *search, int applicant)
{
	const Reference *reference = &search->reference;

	if (applicant == reference->applicant_count)
	{
		if (!reference_is_stable(reference, search->held))
			return;
		search->stable++;
		for (int i = 0; i < applicant; i++)
			search->better += search->held[i] != NO_STEP &&
				(reference->held[i] == NO_STEP || search->held[i] < reference->held[i]);
		return;
	}
	search->held[applicant] = NO_STEP;
	search_from(search, applicant + 1);
	for (int i = 0; i < reference->step_count; i++)
		if (reference->steps[i].applicant == applicant)
		{
			search->held[applicant] = i;
			search_from(search, applicant + 1);
		}
}

static void
without_floors(Rows *rows)
{
	for (int i = 0; i < rows->pool_count; i++)
		rows->pools[i].floor = 0;
	for (int i = 0; i < rows->cap_count; i++)
		rows->caps[i].floor = 0;
}

static void
test_best_stable(void)
{
	Draw		draw = draw_open("best", 4);
	int			wrong = 0;
	int			several = 0;
	int			tried = 0;

	for (int turn = 0; turn < 600; turn++)
	{
		Rows		rows = {.tie_break = (TieBreak) (turn % 2), .draw = &draw};
		Search		search = {.stable = 0};
		Placements	placements;
		CoreError	error = {0};

		rows_random_seating(&rows, &generator, 3 + turn % 2);
		without_floors(&rows);
		reference_open(&search.reference, &rows);
		if (search.reference.step_count > 16 || !reference_holders_fit(&search.reference))
			continue;
		tried++;
		reference_allocate(&search.reference);
		rows_allocate(&rows, &placements, &error);
		search_from(&search, 0);
		several += search.stable > 1;
		wrong += search.better > 0 ||
			!reference_is_stable(&search.reference, search.reference.held) ||
			!reference_agrees(&search.reference, &placements);
	}
	draw_close(&draw);
	is_int(wrong, 0, "stable, and no stable allocation has a better step for anybody");
	ok(tried > 200, "of many markets");
	ok(several > 10, "often there are several");
}

/* ---- no applicant gains by another list, by more seats or fewer rivals nobody loses ---- */

/* Where a placement stands in the applicant's walk; behind all steps when there is none. */
static int
place_of(const Reference *reference, const Placements *placements, const Rows *told,
		 int64 applicant)
{
	for (int i = 0; i < reference->step_count; i++)
		for (int j = 0; j < placements->count; j++)
		{
			const ApplicationLine *row = &told->applications[placements->rows[j]];
			const Step *step = &reference->steps[i];

			if (reference->applicants[step->applicant] == applicant &&
				row->applicant == applicant &&
				reference->rows->applications[step->row].pool == row->pool &&
				words_equal(placements->seats[j], reference->nodes[step->node].reserve ?
							reference->nodes[step->node].reserve->row.name : word_of("open")))
				return i;
		}
	return PG_INT32_MAX;
}

/* One applicant's choices in another order, or fewer of them */
static void
misreport(Rows *told, const Rows *truth, int64 applicant)
{
	*told = *truth;
	told->count = 0;
	for (int i = 0; i < truth->count; i++)
	{
		ApplicationLine row = truth->applications[i];

		if (row.applicant == applicant)
		{
			if (random_below(&generator, 4) == 0)
				continue;
			row.choice = random_below(&generator, 1000) * 10 + i % 10;
			for (int j = 0; j < told->count; j++)
				if (told->applications[j].applicant == applicant &&
					told->applications[j].choice == row.choice)
					row.choice += 100000 + i;
		}
		told->applications[told->count++] = row;
	}
}

static void
test_misreports(void)
{
	Draw		draw = draw_open("lies", 4);
	int			gains = 0;
	int			losses = 0;

	for (int turn = 0; turn < 600; turn++)
	{
		Rows		truth = {.tie_break = (TieBreak) (turn % 2), .draw = &draw};
		Reference		reference;
		Placements	honest;
		CoreError	error = {0};

		rows_random_seating(&truth, &generator, 8);
		without_floors(&truth);
		reference_open(&reference, &truth);
		if (!rows_allocate(&truth, &honest, &error))
			continue;
		for (int i = 0; i < reference.applicant_count; i++)
			for (int lie = 0; lie < 6; lie++)
			{
				int64		liar = reference.applicants[i];
				Rows		told;
				Placements	placements;
				int			before = place_of(&reference, &honest, &truth, liar);
				int			after;

				misreport(&told, &truth, liar);
				if (!rows_allocate(&told, &placements, &error))
					continue;
				after = place_of(&reference, &placements, &told, liar);
				gains += after < before;
				losses += after > before;
			}
	}
	draw_close(&draw);
	is_int(gains, 0, "no false list gains its teller anything");
	ok(losses > 500, "many lose");
}

static void
drop_applicant(Rows *rows, int64 applicant)
{
	int			kept = 0;

	for (int i = 0; i < rows->count; i++)
		if (rows->applications[i].applicant != applicant)
			rows->applications[kept++] = rows->applications[i];
	rows->count = kept;
}

static void
test_monotony(void)
{
	Draw		draw = draw_open("more", 4);
	int			worse = 0;
	int			better = 0;

	for (int turn = 0; turn < 1000; turn++)
	{
		Rows		rows = {.tie_break = (TieBreak) (turn % 2), .draw = &draw};
		Rows		other;
		Reference		reference;
		Placements	before;
		Placements	after;
		CoreError	error = {0};
		int64		gone = 1;	/* nobody */

		rows_random_seating(&rows, &generator, 10);
		without_floors(&rows);
		for (int i = 0; i < rows.pool_count; i++)
			rows.pools[i].has_cap = false;
		other = rows;
		if (turn % 3 > 0)
			other.pools[random_below(&generator, rows.pool_count)].seats++;
		else if (rows.count > 0)
			drop_applicant(&other, gone = rows.applications[0].applicant);
		reference_open(&reference, &rows);
		if (!rows_allocate(&rows, &before, &error) || !rows_allocate(&other, &after, &error))
			continue;
		for (int i = 0; i < reference.applicant_count; i++)
			if (reference.applicants[i] != gone)
			{
				int			place = place_of(&reference, &before, &rows, reference.applicants[i]);
				int			new_place =
					place_of(&reference, &after, &other, reference.applicants[i]);

				worse += new_place > place;
				better += new_place < place;
			}
	}
	draw_close(&draw);
	is_int(worse, 0, "without caps, a seat more or an applicant fewer makes nobody worse");
	ok(better > 300, "but many better");
}

/* ---- the other mechanisms ---- */

/* In serial dictatorship an applicant has one score and tie. */
static void
unify_scores(Rows *rows)
{
	for (int i = 0; i < rows->count; i++)
		for (int j = 0; j < i; j++)
			if (rows->applications[i].applicant == rows->applications[j].applicant)
			{
				rows->applications[i].score = rows->applications[j].score;
				rows->applications[i].tie = rows->applications[j].tie;
			}
}

static void
test_mechanism(Mechanism mechanism, const char *what)
{
	Draw		draw = draw_open("mechanisms", 10);
	Count		count = {0};

	for (int turn = 0; turn < 1000; turn++)
	{
		TieBreak	tie_break = mechanism == MECHANISM_SERIAL_DICTATORSHIP ? TIE_BREAK_LOTTERY :
			(TieBreak) (turn % 2);
		Rows		rows = {.tie_break = tie_break, .draw = &draw, .mechanism = mechanism};

		rows_random(&rows, &generator, 12);
		if (mechanism == MECHANISM_SERIAL_DICTATORSHIP)
			unify_scores(&rows);
		check_market(&rows, &count);
	}
	draw_close(&draw);
	is_int(count.wrong, 0, "%s: as the reference says, in any order of rows", what);
	is_int(count.taken, 4000, "%s: of many markets", what);
}

int
main(void)
{
	test_seatings(TIE_BREAK_LOTTERY, "lottery");
	test_seatings(TIE_BREAK_LOTTERY_PER_POOL, "lottery per pool");
	test_seatings(TIE_BREAK_STRICT, "strict");
	test_seatings(TIE_BREAK_ADMIT_ALL, "admit all");
	test_seatings(TIE_BREAK_ADMIT_NONE, "admit none");
	test_best_stable();
	test_misreports();
	test_monotony();
	test_mechanism(MECHANISM_SERIAL_DICTATORSHIP, "serial dictatorship");
	test_mechanism(MECHANISM_IMMEDIATE_ACCEPTANCE, "immediate acceptance");
	test_mechanism(MECHANISM_TOP_TRADING_CYCLES, "top trading cycles");
	return finish();
}
