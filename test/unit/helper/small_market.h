/*
 * small_market.h
 *	  A small market with everything in it, and placements, right or wrong: for the
 *	  certifier to read, and to be judged by looking at each pair.
 */
#ifndef UNIT_HELPER_SMALL_MARKET_H
#define UNIT_HELPER_SMALL_MARKET_H

#include "core/verification/verify.h"
#include "helper/random.h"

#define SCENE_POOLS			4
#define SCENE_CAPS			5
#define SCENE_RESERVES		8
#define SCENE_ROWS			64
#define SCENE_PLACEMENTS	24
#define SCENE_CASCADE		3
#define SCENE_TOLD			400

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

typedef struct ScenePool
{
	int			seats;
	int			min_seats;
	int			cap;			/* or NOTHING */
} ScenePool;

typedef struct SceneCap
{
	int			seats;
	int			min_seats;
	int			parent;			/* or NOTHING */
} SceneCap;

typedef struct SceneReserve
{
	int			pool;
	int			name;
	int			seats;
	bool		before_open;
	int			position;		/* or NOTHING */
	int			cascade[SCENE_CASCADE];
	int			cascade_length; /* or NOTHING: not given */
} SceneReserve;

typedef struct SceneRow
{
	int			applicant;
	int			pool;
	int			choice;
	int			score;
	int			tie;			/* or NOTHING */
	unsigned	groups;			/* bits by name */
	int			holds;			/* a name, or NOTHING */
} SceneRow;

typedef struct ScenePlacement
{
	int			applicant;
	int			pool;			/* some pools more than there are */
	int			seat;			/* a name */
	int			choice;
	int			tier;
	int			score;
} ScenePlacement;

typedef struct Scene
{
	TieBreak	tie_break;
	Draw	   *draw;
	bool		has_ties;
	int			pool_count;
	ScenePool	pools[SCENE_POOLS];
	int			cap_count;
	SceneCap	caps[SCENE_CAPS];
	int			reserve_count;
	SceneReserve reserves[SCENE_RESERVES];
	int			applicant_count;
	int			row_count;
	SceneRow	rows[SCENE_ROWS];
	int			placement_count;
	ScenePlacement placements[SCENE_PLACEMENTS];
} Scene;

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
	Told		told[SCENE_TOLD];
} Findings;

extern const char *const scene_names[];

extern int64 scene_applicant_id(int applicant);
extern int64 scene_pool_id(int pool);
extern int64 scene_cap_id(int cap);

/* A market without placements; how much of each thing is in it differs. */
extern void scene_random(Scene *scene, Random *random);

/* Bring rows, placements, pools and so on into another order, by their numbers or not. */
extern void scene_shuffle(Scene *scene, Random *random);

/* The claim of a scene; NULL with the error when it is refused. */
extern Claim *scene_claim(const Scene *scene, CoreError *error);

/* What the certifier says; count is NOTHING when the claim is refused */
extern Findings scene_certify(const Scene *scene, CoreError *error);

/* Put findings in order, and show the first in which two differ. */
extern void findings_sort(Findings *findings);
extern bool findings_agree(const Findings *got, const Findings *wanted);

/* scene_oracle.c: what there is to say, from the meaning alone; sorted */
extern Findings scene_judge(const Scene *scene);

/* Deferred acceptance on paper: the placements that are right */
extern void scene_place(Scene *scene);

#endif							/* UNIT_HELPER_SMALL_MARKET_H */
