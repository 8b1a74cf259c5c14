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

#define THAI_YEAR_FIRST		2400	/* of the years that a date is read with */
#define THAI_YEAR_LAST		2700

#define CITIZEN_ID_LENGTH	13
#define G_CODE_LENGTH		13	/* with its G */

/* Read 13 digits; false when there is anything beside them but dashes, blanks and the invisible. */
extern bool citizen_id_read(const char *text, int length, char id[CITIZEN_ID_LENGTH]);

/* True when the last digit is the check digit of the others. */
extern bool citizen_id_check(const char id[CITIZEN_ID_LENGTH]);

/* Read a capital G and 12 digits, as citizen_id_read does. */
extern bool g_code_read(const char *text, int length, char code[G_CODE_LENGTH]);

/* Write x-xxxx-xxxxx-56-2 or Gxxxxxxxxx123, ended by a zero; of any other text nothing is shown. */
#define CITIZEN_ID_MASK_SIZE	sizeof("x-xxxx-xxxxx-xx-x")
extern void citizen_id_mask(const char *text, int length, char mask[CITIZEN_ID_MASK_SIZE]);

/*
 * Write what looks the same in one way.  normal has room for as many bytes as the
 * text; returns how many were written.
 */
extern int	thai_normal(const char *text, int length, char *normal);

/* The year of the Buddhist era that a day is in; until 2483 they began on 1 April. */
extern int	thai_year(int32 days);

/* The full name of a month, 1 to 12, in UTF-8 */
extern const char *thai_month(int month);

/* The year, of the Buddhist era, in which the academic year opened that a day belongs to. */
extern int	thai_academic_year(int32 days, int month, int day);

/* ---- reading what files hold; the text is as thai_normal writes it ---- */

typedef enum ThaiDateResult
{
	THAI_DATE_READ,
	THAI_DATE_NOT_READ,			/* not written in any form that is known */
	THAI_DATE_SHORT_YEAR,		/* a year of two digits in figures alone, and no century */
	THAI_DATE_NO_YEAR,			/* a year outside THAI_YEAR_FIRST to THAI_YEAR_LAST */
	THAI_DATE_NO_DAY,			/* a day that the month does not have, or no such month */
	THAI_DATE_SKIPPED			/* January to March 2483, which never were */
} ThaiDateResult;

#define THAI_NO_CENTURY		0

/* century is of years of two digits in figures alone, as 2500 or, in the common era, 2000. */
extern ThaiDateResult thai_date_parse(const char *text, int length, int century, int32 *days);

/*
 * A date that a spreadsheet gave away as its number of days, with or without a
 * time as fraction: five digits in the common era, six where somebody had typed
 * a year of the Buddhist era.
 */
extern ThaiDateResult thai_date_from_serial(const char *text, int length, int32 *days);

/*
 * An amount of money: digits, with commas between thousands, a sign or
 * parentheses, the currency before or after it.  Writes it as PostgreSQL reads a
 * number, into room for THAI_AMOUNT_SIZE bytes; false for other text and for no
 * amount ("-").
 */
#define THAI_AMOUNT_SIZE	64
extern bool thai_amount_read(const char *text, int length, char amount[THAI_AMOUNT_SIZE]);

/* A word for yes or no, or a mark of a form; false for other text. */
extern bool thai_boolean_read(const char *text, int length, bool *value);

/* The code of a province, as "10", by its Thai or English name or a usual short form; or NULL */
extern const char *thai_province_code(const char *text, int length);

#endif							/* CORE_THAI_THAI_H */
