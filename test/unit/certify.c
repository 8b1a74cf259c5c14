/*
 * certify.c
 *	  The certifier against every allocation of small markets, and against single
 *	  changes of right ones.
 */
#include "core/certify.h"
#include "host.h"
#include "rows.h"
#include "tap.h"

static Dice dice = {40};

static const char *
violations_of(const Claim *claim)
{
	CoreError	error = {0};
	char	   *names;

	return count_violations(claim, &names, &error) < 0 ? error.message : names;
}

/* ---- right allocations ---- */

static void
test_accepts(void)
{
	Draw		draw = draw_open("certify", 7);
	int			wrong = 0;

	for (int turn = 0; turn < 1000; turn++)
	{
		TieBreak	tie_break = (TieBreak) (turn % 3);
		Rows		rows = {.tie_break = tie_break, .draw = &draw};
		Placements	placements;
		CoreError	error = {0};

		if (tie_break == TIE_BREAK_STRICT)
			rows.draw = NULL;
		rows_random(&rows, &dice, 10);
		if (!rows_allocate(&rows, &placements, &error))
			continue;			/* tied, and strict */
		rows_shuffle(&rows, &dice);
		rows_allocate(&rows, &placements, &error);
		wrong += violations_of(rows_claim(&rows, &placements))[0] != '\0';
	}
	draw_close(&draw);
	is_int(wrong, 0, "nothing is found in what the allocator makes");
}

/* ---- every allocation ---- */

typedef struct Walk
{
	const Rows *rows;
	Placements	current;
	int			wrong;
	int			stable;
	int			unstable;
} Walk;

static bool
is_placed(const Walk *walk, int64 applicant)
{
	for (int i = 0; i < walk->current.count; i++)
		if (walk->rows->applications[walk->current.rows[i]].applicant == applicant)
			return true;
	return false;
}

/* Every set of applications in which no applicant comes twice */
static void
walk_from(Walk *walk, int row)
{
	const Rows *rows = walk->rows;

	if (row == rows->count)
	{
		bool		stable = rows_are_stable(rows, &walk->current);

		walk->stable += stable;
		walk->unstable += !stable;
		walk->wrong += (violations_of(rows_claim(rows, &walk->current))[0] == '\0') != stable;
		return;
	}
	walk_from(walk, row + 1);
	if (is_placed(walk, rows->applications[row].applicant))
		return;
	walk->current.rows[walk->current.count++] = row;
	walk_from(walk, row + 1);
	walk->current.count--;
}

static void
test_every_allocation(void)
{
	Draw		draw = draw_open("every", 5);
	Walk		walk = {0};

	for (int turn = 0; turn < 60; turn++)
	{
		Rows		rows = {.tie_break = TIE_BREAK_LOTTERY, .draw = &draw};

		rows_random(&rows, &dice, 4);
		walk.rows = &rows;
		walk_from(&walk, 0);
	}
	draw_close(&draw);
	is_int(walk.wrong, 0, "nothing is found in the stable ones, something in all others");
	ok(walk.stable >= 60 && walk.unstable > 1000, "there are many of both");
}

/* ---- one change ---- */

/* Two pools of one seat; 1 and 2 want pool 10 most, 3 pool 20, where 2 comes second. */
static Claim *
small_claim(void)
{
	static Rows rows = {2, {{10, 1}, {20, 1}}, 4, {
		{1, 10, 1, {false, 9, 0}}, {2, 10, 1, {false, 8, 0}},
		{2, 20, 2, {false, 8, 0}}, {3, 20, 1, {false, 85, 1}}
	}, .tie_break = TIE_BREAK_STRICT};
	static Placements placements = {2, {0, 3}};

	return rows_claim(&rows, &placements);
}

static void
is_found(const Claim *claim, const char *names, const char *what)
{
	is_text(violations_of(claim), names, "%s", what);
}

static void
test_placements(void)
{
	Claim	   *claim = small_claim();

	is_found(claim, "", "a right claim");
	claim->placement_count = 1;
	is_found(claim, "wasted_seat wasted_seat", "a placement is missing");

	claim = small_claim();
	claim->placement_count = 0;
	is_found(claim, "wasted_seat wasted_seat wasted_seat wasted_seat", "all are");

	claim = small_claim();
	claim->placed_applicants[0] = 2;
	claim->placed_scores.keys[0] = 80;
	is_found(claim, "justified_envy", "the seat of another");

	claim = small_claim();
	claim->placed_applicants[0] = 3;
	is_found(claim, "unknown_application double_placement wasted_seat wasted_seat",
			 "a placement where nobody asked, of one who has another");

	claim = small_claim();
	claim->placed_pools[0] = 30;
	is_found(claim, "unknown_application wasted_seat wasted_seat", "a pool that is not there");

	claim = small_claim();
	claim->placed_applicants[claim->placement_count] = 2;
	claim->placed_pools[claim->placement_count] = 20;
	claim->placed_open[claim->placement_count] = true;
	claim->placed_choices[claim->placement_count++] = 2;
	claim->placed_scores.count = 0;
	is_found(claim, "over_capacity", "one more than there are seats");

	claim = small_claim();
	claim->placed_applicants[1] = 1;
	claim->placed_pools[1] = 10;
	claim->placed_scores.count = 0;
	claim->placed_choices = NULL;
	is_found(claim, "double_placement over_capacity wasted_seat wasted_seat", "a placement twice");

}

static void
test_statements(void)
{
	Claim	   *claim = small_claim();

	claim->placed_open[1] = false;
	is_found(claim, "wrong_tier", "a seat that is not open");

	claim = small_claim();
	claim->placed_choices[0] = 2;
	is_found(claim, "wrong_tier", "another choice than asked");
	claim->placed_choices = NULL;
	is_found(claim, "", "unless choices are not told");

	claim = small_claim();
	claim->placed_scores.keys[0]++;
	is_found(claim, "wrong_tier", "another score");
	claim->placed_scores = (NumberColumn) {0};
	is_found(claim, "", "unless scores are not told");

	claim = small_claim();
	claim->pool_seats[1] = 2;
	is_found(claim, "wasted_seat", "a seat more");
	claim->pool_seats[1] = 0;
	is_found(claim, "over_capacity", "none at all");

	claim = small_claim();
	claim->scores.keys[1] = 91;
	is_found(claim, "justified_envy", "a better score of one who was refused");
}

/* The first violation told, whole. */
static void
keep_first(void *state, const Violation *violation)
{
	Violation  *first = state;

	if (first->name == NULL)
		*first = *violation;
}

static void
test_telling(void)
{
	Claim	   *claim = small_claim();
	Violation	first = {0};
	CoreError	error = {0};

	claim->scores.keys[1] = 91;
	certify(claim, keep_first, &first, &error);
	is_text(first.name, "justified_envy", "envy");
	is_int(*first.applicant_id, 2, "of whom");
	is_int(first.pool_id, 10, "at which pool");
	is_int(*first.other_applicant_id, 1, "towards whom");
	is_text(first.detail, "choice 1 was refused to one who ranks above a holder", "and why");

	claim = small_claim();
	claim->pool_seats[0] = 0;
	first = (Violation) {0};
	certify(claim, keep_first, &first, &error);
	is_text(first.name, "over_capacity", "too many");
	ok(first.applicant_id == NULL && first.other_applicant_id == NULL, "concerns nobody alone");
	is_text(first.detail, "1 hold 0 seats", "with figures");
}

/* Any single change to a right claim of a larger market, unless it changes nothing. */
static void
test_random_changes(void)
{
	Draw		draw = draw_open("changes", 7);
	int			missed = 0;
	int			tried = 0;

	for (int turn = 0; turn < 1500; turn++)
	{
		Rows		rows = {.tie_break = (TieBreak) (turn % 2), .draw = &draw};
		Placements	placements;
		CoreError	error = {0};
		Claim	   *claim;
		int			at;

		rows_random(&rows, &dice, 12);
		rows_allocate(&rows, &placements, &error);
		if (placements.count < 2)
			continue;
		tried++;
		at = dice_roll(&dice, placements.count);
		claim = rows_claim(&rows, &placements);
		switch (dice_roll(&dice, 6))
		{
			case 0:				/* leave one out */
				claim->placed_applicants[at] = claim->placed_applicants[placements.count - 1];
				claim->placed_pools[at] = claim->placed_pools[placements.count - 1];
				claim->placed_choices = NULL;
				claim->placed_scores = (NumberColumn) {0};
				claim->placement_count--;
				break;
			case 1:
				claim->placed_choices[at]++;
				break;
			case 2:
				claim->placed_open[at] = false;
				break;
			case 3:
				claim->placed_applicants[at] += 1000;
				break;
			case 4:
				claim->placed_pools[at] += 1000;
				break;
			default:			/* put one in twice */
				claim->placed_applicants[placements.count] = claim->placed_applicants[at];
				claim->placed_pools[placements.count] = claim->placed_pools[at];
				claim->placed_open[placements.count] = true;
				claim->placed_choices = NULL;
				claim->placed_scores = (NumberColumn) {0};
				claim->placement_count++;
		}
		missed += violations_of(claim)[0] == '\0';
	}
	draw_close(&draw);
	is_int(missed, 0, "each change is found");
	ok(tried > 1000, "in many markets");
}

/* ---- what cannot be read ---- */

static void
is_unreadable(const Claim *claim, CoreCode code, const char *message, const char *detail)
{
	CoreError	error = {0};

	is_int(count_violations(claim, NULL, &error), -1, "unreadable: %s", message);
	is_text(error.message, message, "named");
	is_text(error.detail, detail, "with the ids");
	is_int(error.code, code, "as what it is");
}

static void
test_unreadable(void)
{
	Claim	   *claim = small_claim();

	claim->pool_ids[1] = 10;
	is_unreadable(claim, CORE_DUPLICATE, "pool comes twice", "Pool 10.");
	claim = small_claim();
	claim->pool_seats[1] = -1;
	is_unreadable(claim, CORE_INVALID, "seats of a pool must not be negative", "Pool 20 has -1 seats.");
	claim = small_claim();
	claim->pools[1] = 30;
	is_unreadable(claim, CORE_UNKNOWN, "application to an unknown pool", "Applicant 2, pool 30, choice 1.");
	claim = small_claim();
	claim->choices[1] = -1;
	is_unreadable(claim, CORE_INVALID, "choice must not be negative", "Applicant 2, pool 10, choice -1.");
	claim = small_claim();
	claim->choices[1] = 2;
	is_unreadable(claim, CORE_DUPLICATE, "applicant gives a choice number twice", "Applicant 2, pool 20, choice 2.");
	claim = small_claim();
	claim->pools[1] = 20;
	is_unreadable(claim, CORE_DUPLICATE, "applicant applies to a pool twice", "Applicant 2, pool 20, choice 2.");
}

static void
test_broken_lottery(void)
{
	Draw		draw = {NULL, "equity", 6};
	Claim	   *claim = small_claim();
	CoreError	error = {0};

	claim->tie_break = TIE_BREAK_LOTTERY;
	claim->draw = &draw;
	is_int(count_violations(claim, NULL, &error), 0, "no tie, no need of a hash library");
	claim->scores.keys[1] = claim->scores.keys[0];
	is_int(count_violations(claim, NULL, &error), -1, "a tie cannot be judged without");
	ok(error.message != NULL, "which is told");
}

static void
test_interrupts(void)
{
	enum { APPLICANTS = 200000 };
	NumberColumn scores = {0};
	Claim		claim = {.tie_break = TIE_BREAK_STRICT};
	int64		pool = 1;
	int64		seats = 0;
	int64		before = host_interrupts;
	CoreError	error = {0};

	claim.pool_count = 1;
	claim.pool_ids = &pool;
	claim.pool_seats = &seats;
	claim.application_count = APPLICANTS;
	claim.applicants = palloc(sizeof(int64) * APPLICANTS);
	claim.pools = palloc(sizeof(int64) * APPLICANTS);
	claim.choices = palloc(sizeof(int64) * APPLICANTS);
	for (int64 i = 0; i < APPLICANTS; i++)
	{
		claim.applicants[i] = i;
		claim.pools[i] = 1;
		claim.choices[i] = 1;
		numbers_add(&scores, i, 0);
	}
	claim.scores = scores;
	is_int(count_violations(&claim, NULL, &error), 0, "many rows without a seat are right");
	ok(host_interrupts > before, "reading them can be interrupted");
	seats = 1;
	is_int(count_violations(&claim, NULL, &error), APPLICANTS, "a seat that nobody has wrongs all");
}

int
main(void)
{
	test_accepts();
	test_every_allocation();
	test_placements();
	test_statements();
	test_telling();
	test_random_changes();
	test_unreadable();
	test_broken_lottery();
	test_interrupts();
	return finish();
}
