/*
 * market_rows.h
 *	  A market as rows, the way queries give it: for the allocator to build, for
 *	  the verifier to read, and to be checked by looking at every possibility.
 */
#ifndef UNIT_HELPER_MARKET_ROWS_H
#define UNIT_HELPER_MARKET_ROWS_H

#include "core/allocation/allocate.h"
#include "core/verification/verify.h"
#include "helper/random.h"

#define MOST_POOLS			8
#define MOST_CAPS			6
#define MOST_RESERVES		16
#define MOST_APPLICATIONS	128
#define MOST_WORDS			4

/* A reserve with the words that it points to; its cascade is NULL with a count of -1. */
typedef struct ReserveLine
{
	ReserveRow	row;
	Word		mode;
	Word		cascade[MOST_WORDS];
} ReserveLine;

typedef struct ApplicationLine
{
	int64		applicant;
	int64		pool;
	int64		choice;
	ExactNumber score;
	ExactNumber tie;
	int			group_count;
	Word		groups[MOST_WORDS];
	Word		holds;			/* no text: nothing */
} ApplicationLine;

typedef struct Rows
{
	int			pool_count;
	PoolRow		pools[MOST_POOLS];
	int			count;
	ApplicationLine applications[MOST_APPLICATIONS];
	bool		has_ties;
	TieBreak	tie_break;
	Draw	   *draw;			/* for the lotteries */
	Mechanism	mechanism;
	int			cap_count;
	CapRow		caps[MOST_CAPS];
	int			reserve_count;
	ReserveLine reserves[MOST_RESERVES];
} Rows;

/* Who is placed where: rows of applications, and the names of the seats */
typedef struct Placements
{
	int			count;
	int			rows[MOST_APPLICATIONS];
	Word		seats[MOST_APPLICATIONS];
} Placements;

#define WHOLE(number)	((ExactNumber) {false, number, 0})

/* The row of a line, with its mode and cascade */
extern ReserveRow reserve_row(const ReserveLine *line);

/* NULL with the error when it cannot be, or has more holders than seats */
extern Market *rows_market(const Rows *rows, CoreError *error);

/* The placements that allocate makes, by rows; false with an error. */
extern bool rows_allocate(const Rows *rows, Placements *placements, CoreError *error);

/* How many violations placements have, and the names of the first few; -1 when refused */
extern int	count_violations(const Rows *rows, const Placements *placements, char **names,
							 CoreError *error);

extern void rows_shuffle(Rows *rows, Random *random);

/* 2 to 4 pools and up to so many applicants, with ties */
extern void rows_random(Rows *rows, Random *random, int applicants);

/* The same with any of reserves, caps, floors and seats held from before */
extern void rows_random_seating(Rows *rows, Random *random, int applicants);

/* Sometimes put in something that must not be: a cap, a reserve, a pool out of order. */
extern void rows_spoil(Rows *rows, Random *random);

/* Below 0 when one number is smaller; NULL is behind all. */
extern int	compare_numbers(ExactNumber a, ExactNumber b);

/* By score, tie and lottery, without the id: below 0 when one application comes before the other */
extern int	compare_rows(const Rows *rows, int row, int other);

/* Does one application rank above another of the same pool? */
extern bool row_outranks(const Rows *rows, int row, int other);

/* No more than its seats in each pool, no application that should have been granted. */
extern bool rows_are_stable(const Rows *rows, const Placements *placements);

#endif							/* UNIT_HELPER_MARKET_ROWS_H */
