/*
 * measures_part.h
 *	  The state of an aggregate as bytea, for the aggregates NAME_part and NAME_merge.
 */
#ifndef MEASURES_PART_H
#define MEASURES_PART_H

#include "compat.h"
#include "fmgr.h"
#include "utils/array.h"

/* A state of a kind (core/measures/part.h) as bytes */
extern bytea *measure_part(uint8 kind, ArrayType *state);

/*
 * The numbers of bytes that may come from anybody; an error unless they are of the kind,
 * whose measure has the name.  The caller looks whether they are a state.
 */
extern ArrayType *measure_part_state(bytea *bytes, uint8 kind, const char *name);

NO_RETURN extern void refuse_measure_part(const char *name);

#endif							/* MEASURES_PART_H */
