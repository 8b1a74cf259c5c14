/*
 * verify_many.c
 *	  The verifier over very many rows: how long it takes, how much memory, and that it
 *	  can be interrupted.
 */
#include <time.h>

#include "core/verification/verify.h"
#include "helper/host.h"
#include "helper/tap.h"

static void
count_told(void *state, const Violation *violation)
{
	++*(int64 *) state;
}

/* One pool with so many applicants; false when that is refused. */
static bool
many_applicants(int applicants, int64 seats, Size limit, int64 *told, CoreError *error)
{
	Verification *check = verification_begin(TIE_BREAK_STRICT, NULL, limit, error);
	bool		taken = verification_add_pool(check, &(PoolRow) {1, seats}) &&
		verification_end_seats(check);

	for (int i = 0; i < applicants && taken; i++)
		taken = verification_add_application(check, &(ApplicationRow) {
			.applicant_id = i * INT64CONST(-8), .pool_id = 1, .choice = 1, .score = {false, i, 0}
		});
	return taken && verify(check, count_told, told);
}

static void
test_many_applicants(void)
{
	enum { APPLICANTS = 200000 };
	int64		before = host_interrupts;
	int64		told = 0;
	CoreError	error = {0};

	ok(many_applicants(APPLICANTS, 0, SIZE_MAX, &told, &error), "many rows");
	is_int(told, 0, "without a seat are right");
	ok(host_interrupts > before, "reading them can be interrupted");
	ok(many_applicants(APPLICANTS, 1, SIZE_MAX, &told, &error), "the same rows");
	is_int(told, APPLICANTS, "with a seat that nobody has are wronged");

	ok(many_applicants(APPLICANTS, 1, 40 << 20, &told, &error), "40 MB are enough");
	ok(!many_applicants(APPLICANTS, 1, 4 << 20, &told, &error), "4 MB are not");
	is_int(error.code, CORE_MEMORY, "which is told");
	ok(error.hint != NULL, "with a hint");
}

/* One applicant with very many applications and as many placements, in other orders */
static void
test_many_placements(void)
{
	enum { POOLS = 60000 };
	CoreError	error = {0};
	Verification *check = verification_begin(TIE_BREAK_STRICT, NULL, SIZE_MAX, &error);
	int64		told = 0;
	bool		taken = true;

	for (int64 i = 0; i < POOLS; i++)
		taken = taken && verification_add_pool(check, &(PoolRow) {i, 1});
	taken = taken && verification_end_seats(check);
	for (int64 i = 0; i < POOLS; i++)
		taken = taken && verification_add_application(check, &(ApplicationRow) {
			.applicant_id = 1, .pool_id = i * 7 % POOLS, .choice = i * 11 % POOLS,
			.score = {false, 5, 0}
		});
	for (int64 i = 0; i < POOLS; i++)
		taken = taken && verification_add_placement(check, &(PlacementRow) {
			1, i * 13 % POOLS, word_of("open"), NULL, NULL, NULL
		});
	ok(taken && verify(check, count_told, &told), "one with many placements");
	is_int(told, POOLS - 1, "has all but one too many");
}

/* ---- time ---- */

typedef struct Shape
{
	const char *name;
	TieBreak	tie_break;
	bool		one_applicant;	/* for all pools, else all applicants for one pool */
	bool		tied;
	bool		is_placed;		/* as many as there are seats, else nobody */
	int64		wronged;		/* of four applicants, when there are more than one */
} Shape;

typedef struct Drawn
{
	int64		number;
	int64		id;
} Drawn;

static int
by_number(const void *a, const void *b)
{
	int64		left = ((const Drawn *) a)->number;
	int64		right = ((const Drawn *) b)->number;

	return (left > right) - (left < right);
}

/* Applicants in the order in which a pool takes them */
static Drawn *
draw_all(Draw *draw, int count)
{
	Drawn	   *drawn = palloc(sizeof(Drawn) * count);

	for (int64 id = 0; id < count; id++)
		drawn[id] = (Drawn) {draw ? draw_number(draw, id) : id, id};
	qsort(drawn, count, sizeof(Drawn), by_number);
	return drawn;
}

static bool
add_rows(Verification *check, const Shape *shape, int count)
{
	bool		taken = true;

	for (int64 i = 0; i < count && taken; i++)
	{
		int64		other = i * 7919 % count;

		taken = verification_add_application(check, &(ApplicationRow) {
			.applicant_id = shape->one_applicant ? 1 : other,
			.pool_id = shape->one_applicant ? other : 1, .choice = i,
			.score = {false, shape->tied ? 5 : count - other, 0}
		});
	}
	return taken;
}

static bool
place(Verification *check, const Shape *shape, const Drawn *drawn, int count, int seats)
{
	bool		taken = true;

	for (int i = 0; i < (shape->one_applicant ? count : seats) && taken; i++)
		taken = verification_add_placement(check, &(PlacementRow) {
			shape->one_applicant ? 1 : drawn[i].id, shape->one_applicant ? i : 1,
			word_of("open"), NULL, NULL, NULL
		});
	return taken;
}

/* How much there is to tell: of one applicant's placements all but one are too many. */
static int64
expected(const Shape *shape, int count)
{
	return shape->one_applicant ? count - 1 : shape->wronged * count / 4;
}

/* Seconds for so many rows; what is told is counted. */
static double
seconds(const Shape *shape, int count, int64 *told)
{
	Draw		draw = draw_open("many", 4);
	Draw	   *drawing = shape->tie_break == TIE_BREAK_LOTTERY ? &draw : NULL;
	const Drawn *drawn = draw_all(drawing, count);
	int			seats = count / 2;
	clock_t		began = clock();
	CoreError	error = {0};
	Verification *check = verification_begin(shape->tie_break, drawing, SIZE_MAX, &error);
	bool		taken = true;

	for (int64 i = 0; i < (shape->one_applicant ? count : 1); i++)
		taken = taken &&
			verification_add_pool(check, &(PoolRow) {shape->one_applicant ? i : 1, seats});
	*told = 0;
	taken = taken && verification_end_seats(check) && add_rows(check, shape, count) &&
		(!shape->is_placed || place(check, shape, drawn, count, seats)) &&
		verify(check, count_told, told);
	ok(taken, "%s: %d", shape->name, count);
	draw_close(&draw);
	return (double) (clock() - began) / CLOCKS_PER_SEC;
}

/*
 * Four times the rows take about four times as long, as far as a processor with others to
 * serve can tell; sixteen times would be each row with each.
 */
static void
test_time(const Shape *shape)
{
	enum { FEW = 16000 };
	int64		told;
	double		few = seconds(shape, FEW, &told);
	double		many;

	is_int(told, expected(shape, FEW), "finds what there is");
	few = Min(few, seconds(shape, FEW, &told));
	many = seconds(shape, 4 * FEW, &told);
	is_int(told, expected(shape, 4 * FEW), "finds what there is");
	if (many > 9 * few)
		many = Min(many, seconds(shape, 4 * FEW, &told));
	ok(many <= 9 * few, "%s: time is linear (%.3f s, then %.3f s)", shape->name, few, many);
}

int
main(void)
{
	static const Shape shapes[] = {
		{"one pool for all", TIE_BREAK_STRICT, false, false, true, 0},
		{"equals in one pool", TIE_BREAK_LOTTERY, false, true, true, 0},
		{"equals in one pool, nobody placed", TIE_BREAK_LOTTERY, false, true, false, 4},
		{"equals of whom none is admitted", TIE_BREAK_ADMIT_NONE, false, true, false, 0},
		{"equals of whom all are admitted", TIE_BREAK_ADMIT_ALL, false, true, true, 2},
		{"one applicant everywhere", TIE_BREAK_STRICT, true, true, true, 0}
	};

	test_many_applicants();
	test_many_placements();
	for (int i = 0; i < lengthof(shapes); i++)
		test_time(&shapes[i]);
	return finish();
}
