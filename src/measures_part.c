/*
 * measures_part.c
 *	  The state of an aggregate as bytea.
 */
#include "postgres.h"

#include "core/measures/part.h"
#include "doubles.h"
#include "measures_part.h"

bytea *
measure_part(uint8 kind, ArrayType *state)
{
	int			count = count_doubles(state);
	bytea	   *bytes = palloc(VARHDRSZ + part_size(count));

	SET_VARSIZE(bytes, VARHDRSZ + part_size(count));
	part_write(kind, doubles_of(state), count, (uint8 *) VARDATA(bytes));
	return bytes;
}

void
refuse_measure_part(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("bytes are not a part of %s", name),
			 errhint("Give what equity.%s_part returned, as it is.", name)));
}

ArrayType *
measure_part_state(bytea *bytes, uint8 kind, const char *name)
{
	const uint8 *data = (const uint8 *) VARDATA_ANY(bytes);
	int			count;
	ArrayType  *state;

	if (part_kind(data, VARSIZE_ANY_EXHDR(bytes), &count) != kind || count == 0)
		refuse_measure_part(name);
	state = new_doubles(1, count);
	part_read(data, count, doubles_of(state));
	return state;
}
