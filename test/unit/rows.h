/*
 * rows.h
 *	  A market as rows, the way queries give it: for the allocator to build, for
 *	  the certifier to read, and to be judged by looking at every possibility.
 */
#ifndef ROWS_H
#define ROWS_H

#include "core/allocate.h"
#include "core/certify.h"
#include "dice.h"

#define MOST_POOLS			8
#define MOST_APPLICATIONS	128

typedef struct PoolRow
{
	int64		id;
	int64		seats;
} PoolRow;

typedef struct ApplicationRow
{
	int64		applicant;
	int64		pool;
	int64		choice;
	ExactNumber score;
	ExactNumber tie;
} ApplicationRow;

typedef struct Rows
{
	int			pool_count;
	PoolRow		pools[MOST_POOLS];
	int			count;
	ApplicationRow applications[MOST_APPLICATIONS];
	bool		has_ties;
	TieBreak	tie_break;
	Draw	   *draw;			/* NULL with TIE_BREAK_STRICT */
} Rows;

/* Who is placed where: rows of applications */
typedef struct Placements
{
	int			count;
	int			rows[MOST_APPLICATIONS];
} Placements;

#define WHOLE(number)	((ExactNumber) {false, number, 0})

extern Market *rows_market(const Rows *rows, CoreError *error);

/* The placements that allocate makes, by rows; false with an error. */
extern bool rows_allocate(const Rows *rows, Placements *placements, CoreError *error);

/* A claim of these placements, to be changed before it is certified */
extern Claim *rows_claim(const Rows *rows, const Placements *placements);

/* How many violations a claim has, and the names of the first few; -1 when it cannot be read */
extern int	count_violations(const Claim *claim, char **names, CoreError *error);

extern void rows_shuffle(Rows *rows, Dice *dice);

/* 2 to 4 pools and up to so many applicants, with ties */
extern void rows_random(Rows *rows, Dice *dice, int applicants);

/* Does one application rank above another of the same pool? */
extern bool row_outranks(const Rows *rows, int row, int other);

/* No more than its seats in each pool, no application that should have been granted. */
extern bool rows_are_stable(const Rows *rows, const Placements *placements);

#endif							/* ROWS_H */
