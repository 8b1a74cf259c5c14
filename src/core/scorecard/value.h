/*
 * value.h
 *	  One field's value in the forms that criteria use.
 */
#ifndef CORE_SCORECARD_VALUE_H
#define CORE_SCORECARD_VALUE_H

#include "core/scorecard/program.h"

typedef struct TextItem
{
	const char *text;
	int			length;
} TextItem;

/* Only what the field needs is set; a number always has its key and is wide. */
typedef struct Slot
{
	bool		missing;
	int8		beyond;			/* -1, 1: a number too large to multiply, and its sign */
	int64		key;
	int128		wide;			/* at twelve decimals, rounded down */
	int64		fine;			/* the twelve decimals behind those */
	int64		top;			/* of a ratio in small numbers: the fraction itself, */
	int64		bottom;			/* lowest terms; 0 otherwise */
	TextItem	text;
	TextItem   *items;
	int			item_count;
} Slot;

/* digits / 10^scale, with scale at most WIDE_SCALE, as nearly all numbers are */
extern void slot_set_digits(Slot *slot, const ProgramField *field, int64 digits, int scale);

/*
 * The same for any number: scale at most SLOT_MAX_SCALE, digits below 10^36.
 * rest is the sign of what was cut off behind the last digit, 0 when nothing was.
 */
#define SLOT_MAX_SCALE	24
extern void slot_set_number(Slot *slot, const ProgramField *field, int128 digits, int scale,
							int rest);

/* The same in the parts of a slot */
#define FINE_UNIT		INT64CONST(1000000000000)
extern void slot_set_parts(Slot *slot, const ProgramField *field, int128 wide, int64 fine,
						   int rest);
extern void slot_set_beyond(Slot *slot, bool negative);
extern void slot_set_truth(Slot *slot, const ProgramField *field, bool truth);
extern void slot_set_days(Slot *slot, int32 days);

/* The number of a slot */
extern char *slot_text(const Slot *slot);

#endif							/* CORE_SCORECARD_VALUE_H */
