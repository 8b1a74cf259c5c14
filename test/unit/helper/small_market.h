/*
 * small_market.h
 *	  A small market with everything in it, and placements, right or wrong: for the
 *	  verifier to read, and to be checked by looking at each pair.
 */
#ifndef UNIT_HELPER_SMALL_MARKET_H
#define UNIT_HELPER_SMALL_MARKET_H

#include "core/verification/verify.h"
#include "helper/random.h"

#define SMALL_POOLS			4
#define SMALL_CAPS			5
#define SMALL_RESERVES		8
#define SMALL_ROWS			64
#define SMALL_PLACEMENTS	24
#define SMALL_CASCADE		3
#define SMALL_TOLD			400

/* Names by number: open seats, groups, a name that no pool has, and anyone */
enum
{
	NAME_OPEN,
	NAME_FIRST_GROUP,
	NAME_LAST_GROUP = 4,
	NAME_STRANGE,
	NAME_ANYONE
};

#define NOTHING				(-1)

typedef struct SmallPool
{
	int			seats;
	int			min_seats;
	int			cap;			/* or NOTHING */
} SmallPool;

typedef struct SmallCap
{
	int			seats;
	int			min_seats;
	int			parent;			/* or NOTHING */
} SmallCap;

typedef struct SmallReserve
{
	int			pool;
	int			name;
	int			seats;
	bool		before_open;
	int			position;		/* or NOTHING */
	int			cascade[SMALL_CASCADE];
	int			cascade_length; /* or NOTHING: not given */
} SmallReserve;

typedef struct SmallRow
{
	int			applicant;
	int			pool;
	int			choice;
	int			score;
	int			tie;			/* or NOTHING */
	unsigned	groups;			/* bits by name */
	int			holds;			/* a name, or NOTHING */
} SmallRow;

typedef struct SmallPlacement
{
	int			applicant;
	int			pool;			/* some pools more than there are */
	int			seat;			/* a name */
	int			choice;
	int			tier;
	int			score;
} SmallPlacement;

typedef struct SmallMarket
{
	TieBreak	tie_break;
	Draw	   *draw;
	bool		has_ties;
	int			pool_count;
	SmallPool	pools[SMALL_POOLS];
	int			cap_count;
	SmallCap	caps[SMALL_CAPS];
	int			reserve_count;
	SmallReserve reserves[SMALL_RESERVES];
	int			applicant_count;
	int			row_count;
	SmallRow	rows[SMALL_ROWS];
	int			placement_count;
	SmallPlacement placements[SMALL_PLACEMENTS];
} SmallMarket;

/* A violation; ids, with NOTHING for none */
typedef struct Told
{
	const char *name;
	int64		applicant;
	int64		pool;
	int64		other;
} Told;

typedef struct Findings
{
	int			count;
	Told		told[SMALL_TOLD];
} Findings;

extern const char *const small_names[];

extern int64 small_applicant_id(int applicant);
extern int64 small_pool_id(int pool);
extern int64 small_cap_id(int cap);

/* A market without placements; how much of each thing is in it differs. */
extern void small_market_random(SmallMarket *market, Random *random);

/* Bring rows, placements, pools and so on into another order, by their numbers or not. */
extern void small_market_shuffle(SmallMarket *market, Random *random);

/* The check of a market; NULL with the error when it is refused. */
extern Verification *small_market_verification(const SmallMarket *market, CoreError *error);

/* What the verifier says; count is NOTHING when the check is refused */
extern Findings small_market_verify(const SmallMarket *market, CoreError *error);

/* Put findings in order, and show the first in which two differ. */
extern void findings_sort(Findings *findings);
extern bool findings_agree(const Findings *got, const Findings *wanted);

/* small_market_oracle.c: what there is to say, from the meaning alone; sorted */
extern Findings small_market_expected(const SmallMarket *market);

/* Deferred acceptance on paper: the placements that are right */
extern void small_market_place(SmallMarket *market);

/* Neither pools under caps nor floors above 1 nor classes that are kept whole */
extern bool small_market_is_plain(const SmallMarket *market);

/* Does the applicant of a row ask for a seat?  In which tier?  Before another row and seat? */
extern bool small_market_asks(const SmallMarket *market, int row, int seat);
extern int	small_market_tier(const SmallMarket *market, int row, int seat);
extern bool small_market_prefers(const SmallMarket *market, int row, int seat, int other_row,
								 int other_seat);

#endif							/* UNIT_HELPER_SMALL_MARKET_H */
