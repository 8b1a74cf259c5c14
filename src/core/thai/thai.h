/*
 * thai.h
 *	  Identities, text and dates as Thai registers write them, over UTF-8 bytes.
 *
 * All are pure functions of their bytes and take any bytes: no locale, no
 * clock, no memory.  Bytes that are not UTF-8 count as characters of no kind.
 */
#ifndef CORE_THAI_THAI_H
#define CORE_THAI_THAI_H

#include "core/base/core.h"

#define THAI_YEAR_SHIFT		543 /* from the common era to the Buddhist era */
#define THAI_YEAR_FIRST		2400	/* of the years that a date is read with */
#define THAI_YEAR_LAST		2700

#define CITIZEN_ID_LENGTH	13
#define G_CODE_LENGTH		13	/* with its G */

/* The 13 digits of a text that holds nothing else than dashes and spaces; false otherwise. */
extern bool citizen_id_read(const char *text, int length, char id[CITIZEN_ID_LENGTH]);

/* Is the last digit the check digit of the others? */
extern bool citizen_id_check(const char id[CITIZEN_ID_LENGTH]);

/* Likewise a capital G and 12 digits. */
extern bool g_code_read(const char *text, int length, char code[G_CODE_LENGTH]);

/* x-xxxx-xxxxx-56-2 or Gxxxxxxxxx123, with a zero behind; of another text nothing is shown. */
#define CITIZEN_ID_MASK_SIZE	sizeof("x-xxxx-xxxxx-xx-x")
extern void citizen_id_mask(const char *text, int length, char mask[CITIZEN_ID_MASK_SIZE]);

/* One way to write what looks the same; into room for as many bytes, returns how many. */
extern int	thai_normal(const char *text, int length, char *normal);

extern int	thai_year(int32 days);

/* The year in which the academic year opened that a day belongs to. */
extern int	thai_academic_year(int32 days, int month, int day);

typedef enum ThaiDateResult
{
	THAI_DATE_READ,
	THAI_DATE_NOT_READ,			/* no form that is known */
	THAI_DATE_NO_YEAR,			/* a year outside THAI_YEAR_FIRST to THAI_YEAR_LAST */
	THAI_DATE_NO_DAY			/* a day that there is not */
} ThaiDateResult;

extern ThaiDateResult thai_date_parse(const char *text, int length, int32 *days);

#endif							/* CORE_THAI_THAI_H */
