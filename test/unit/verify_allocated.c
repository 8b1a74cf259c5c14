/*
 * verify_allocated.c
 *	  The verifier over what the allocator makes: nothing is found, and both refuse
 *	  the same rows in the same words.
 */
#include "helper/market_rows.h"
#include "helper/tap.h"

#define MARKETS			6000

typedef struct Tally
{
	int			refused;		/* by both */
	int			tied;			/* by the allocator only: strict */
	int			placed;
	int			wrong;
	int			open;			/* seats */
} Tally;

/* With what placements there are, or none when the allocator refuses */
static void
try_market(const Rows *rows, Tally *tally)
{
	Placements	placements = {0};
	CoreError	error = {0};
	CoreError	unreadable = {0};
	char	   *names = "nothing";
	bool		built = rows_market(rows, &error) != NULL;
	bool		done = built && rows_allocate(rows, &placements, &error);
	int			violations = count_violations(rows, &placements, &names, &unreadable);

	if (violations < 0 || !built)
	{
		tally->refused++;
		if (done || error.code != unreadable.code ||
			strcmp(error.message, unreadable.message) != 0 ||
			strcmp(error.detail, unreadable.detail) != 0)
		{
			tally->wrong++;
			note("one refuses: %s, the other: %s", error.message ? error.message : "nothing",
				 unreadable.message ? unreadable.message : "nothing");
		}
	}
	else if (!done)
		tally->tied++;
	else if (violations > 0)
	{
		tally->wrong++;
		note("found: %s", names);
	}
	for (int i = 0; i < placements.count; i++)
		tally->open += words_equal(placements.seats[i], word_of("open"));
	tally->placed += placements.count;
}

int
main(void)
{
	Random		random = {7};
	Draw		draw = draw_open("allocated", 9);
	Tally		tally = {0};

	for (int turn = 0; turn < MARKETS; turn++)
	{
		Rows	   *rows = palloc0(sizeof(Rows));

		rows->tie_break = (TieBreak) (turn % (TIE_BREAK_ADMIT_NONE + 1));
		rows->draw = &draw;
		rows_random_seating(rows, &random, 4 + turn % 12);
		if (turn % 3 == 0)
			rows_spoil(rows, &random);
		try_market(rows, &tally);
		pfree(rows);
	}
	draw_close(&draw);
	is_int(tally.wrong, 0, "nothing is found in what the allocator makes");
	ok(tally.placed > 2 * MARKETS, "in many placements");
	ok(tally.placed - tally.open > MARKETS / 2, "many of them reserved");
	ok(tally.tied > 0 && tally.tied < MARKETS / 5, "only ties keep from allocating, with strict");
	return finish();
}
