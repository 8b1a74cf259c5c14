/*
 * scorecard.h
 *	  The stored value of type scorecard.
 *
 * It holds the canonical text, which is its identity, followed by the program that
 * was compiled from it, which is what runs.  A value of an older format is
 * compiled anew from its text.
 */
#ifndef SCORECARD_H
#define SCORECARD_H

#include "fmgr.h"

#include "core/scorecard/program.h"

#define SCORECARD_FORMAT	1

typedef struct Scorecard
{
	int32		vl_len_;		/* varlena header */
	uint16		format;			/* SCORECARD_FORMAT */
	uint16		reserved;		/* zero */
	int32		text_length;
	int32		program_offset; /* from the start of the value, aligned */
	char		text[FLEXIBLE_ARRAY_MEMBER];
} Scorecard;

#define DatumGetScorecardP(datum)		((Scorecard *) PG_DETOAST_DATUM(datum))
#define PG_GETARG_SCORECARD_P(n)		DatumGetScorecardP(PG_GETARG_DATUM(n))

extern const Program *scorecard_program(const Scorecard *card);

#endif							/* SCORECARD_H */
