/*
 * fuzz_market.c
 *	  Any bytes as a small market.
 *
 * Builder and verifier must refuse the same rows.  The allocation of what they
 * take must be stable, verified, and the same in any order of rows; of another
 * allocation the verifier must say what looking at all pairs says.
 *
 * Other bytes roll the random of a market with reserves, caps, floors and seats
 * held from before, whose allocation must be what the reference finds step by step.
 */
#include "arena.h"
#include "helper/reference_allocator.h"

#define APPLICANTS		10
#define BYTES_PER_ROW	5

typedef struct Input
{
	const uint8 *data;
	size_t		size;
} Input;

static int
next_byte(Input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

/* Few bytes give few numbers: some equal with another scale, some wide, some too fine. */
static ExactNumber
next_number(Input *input)
{
	int			byte = next_byte(input);
	int128		digits = byte % 7 - 2;

	switch (byte / 32)
	{
		case 0:
			return (ExactNumber) {false, digits * 1000, 3};
		case 1:
			return (ExactNumber) {false, digits * fixed_power10(30), 2};
		case 2:
			return (ExactNumber) {false, digits, byte % 5 * 8};
		case 3:
			return (ExactNumber) {false, digits + PG_INT64_MAX, 0};
		case 4:
			return (ExactNumber) {false, digits - PG_INT64_MAX, byte % 2};
		default:
			return WHOLE(digits);
	}
}

/* Ids of any kind, each byte another */
static int64
id_of(int byte)
{
	static const int64 bases[] = {0, -100, PG_INT64_MIN, PG_INT64_MAX - 255, INT64CONST(1) << 32};

	return bases[byte % lengthof(bases)] + byte;
}

static void
read_rows(Input *input, Rows *rows)
{
	int			head = next_byte(input);

	rows->pool_count = 1 + head % 5;
	rows->tie_break = (TieBreak) (head / 5 % 3);
	rows->has_ties = head & 128;
	for (int i = 0; i < rows->pool_count; i++)
	{
		int			byte = next_byte(input);

		rows->pools[i] = (PoolRow) {id_of(byte), byte == 255 ? -1 : byte / 7 % 4};
	}
	while (input->size >= BYTES_PER_ROW && rows->count < MOST_APPLICATIONS)
	{
		ApplicationLine *row = &rows->applications[rows->count++];
		int			pool = next_byte(input) % (rows->pool_count + (rows->count > 100));

		row->applicant = id_of(next_byte(input) % APPLICANTS);
		row->pool = pool < rows->pool_count ? rows->pools[pool].id : 12345;
		row->choice = next_byte(input) - 1;
		row->score = next_number(input);
		row->tie = next_number(input);
		row->tie.is_null = row->choice % 3 == 0;
	}
}

static bool
same_placements(const Rows *a, const Placements *placed_a, const Rows *b,
				const Placements *placed_b)
{
	int			found = 0;

	for (int i = 0; i < placed_a->count; i++)
		for (int j = 0; j < placed_b->count; j++)
			found += a->applications[placed_a->rows[i]].applicant ==
				b->applications[placed_b->rows[j]].applicant &&
				a->applications[placed_a->rows[i]].pool == b->applications[placed_b->rows[j]].pool;
	return placed_a->count == placed_b->count && found == placed_a->count;
}

static void
try_other_order(const Rows *rows, const Placements *placements, bool done, Random *random)
{
	Rows		mixed = *rows;
	Placements	other;
	CoreError	error = {0};

	rows_shuffle(&mixed, random);
	fuzz_expect(rows_allocate(&mixed, &other, &error) == done, "any order of rows is taken alike");
	fuzz_expect(!done || same_placements(rows, placements, &mixed, &other),
				"any order of rows gives the same placements");
}

/* Leave some out and move others: is what the verifier says true? */
static void
try_change(const Rows *rows, const Placements *placements, Random *random)
{
	Placements	changed = *placements;
	CoreError	error = {0};
	char	   *names = "";
	bool		wrong;
	int			kept = 0;

	for (int i = 0; i < placements->count; i++)
	{
		int			row = placements->rows[i];

		for (int j = 0; j < rows->count; j++)
			if (rows->applications[j].applicant == rows->applications[row].applicant &&
				random_below(random, 6) == 0)
				changed.rows[i] = j;
		if (random_below(random, 8))
			changed.rows[kept++] = changed.rows[i];
	}
	changed.count = kept;
	wrong = count_violations(rows, &changed, &names, &error) > 0 &&
		strncmp(names, "not_applicant_best", 18) != 0;
	fuzz_expect(wrong != rows_are_stable(rows, &changed), "the verifier sees what there is to see");
}

static void
try_rows(const Rows *rows, Random *random)
{
	Placements	placements = {0};
	CoreError	error = {0};
	CoreError	unreadable = {0};
	bool		built = rows_market(rows, &error) != NULL;
	int			violations;

	if (!built && error.code == CORE_OUT_OF_RANGE)
		return;					/* the verifier's reader refuses such numbers before */
	violations = count_violations(rows, &placements, NULL, &unreadable);
	fuzz_expect(built == (violations >= 0), "builder and verifier refuse the same rows");
	fuzz_expect(built || error.message, "and say why");
	if (!built)
		return;
	built = rows_allocate(rows, &placements, &error);
	fuzz_expect(built || rows->tie_break == TIE_BREAK_STRICT, "only ties keep from allocating");
	try_other_order(rows, &placements, built, random);
	if (!built)
		return;
	fuzz_expect(rows_are_stable(rows, &placements), "the allocation is stable");
	fuzz_expect(count_violations(rows, &placements, NULL, &error) == 0,
				"the allocation is verified");
	try_change(rows, &placements, random);
}

/* ---- reserves, caps, floors, holders ---- */

static void
try_seating(Rows *rows, Random *random)
{
	Reference	   *reference = palloc(sizeof(Reference));
	Placements	placements;
	CoreError	error = {0};
	bool		tied;

	rows_random_seating(rows, random, 2 + random_below(random, 10));
	rows_spoil(rows, random);
	if (rows_market(rows, &error) == NULL)
	{
		fuzz_expect(error.message && error.detail, "what is refused is named");
		return;
	}
	for (int turn = 0; turn < 2; turn++)
	{
		reference_open(reference, rows);
		fuzz_expect(reference_holders_fit(reference), "holders have room");
		reference_allocate(reference);
		tied = rows->tie_break == TIE_BREAK_STRICT && reference_sees_tie(reference);
		fuzz_expect(rows_allocate(rows, &placements, &error) == !tied, "only ties keep from allocating");
		fuzz_expect(tied || reference_agrees(reference, &placements), "the reference agrees");
		rows_shuffle(rows, random);
	}
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Input		input = {data, size};
	Draw		draw = draw_open("fuzz", 4);
	Rows	   *rows = palloc0(sizeof(Rows));
	Random		random = {size, data, size};

	rows->draw = &draw;
	if (size > 0 && data[0] % 8 >= 5)
	{
		rows->tie_break = (TieBreak) (random_below(&random, 256) / 8 % 5);
		try_seating(rows, &random);
	}
	else
	{
		read_rows(&input, rows);
		try_rows(rows, &random);
	}
	draw_close(&draw);
	arena_reset();
	return 0;
}
