/*
 * char.h
 *	  Characters of a UTF-8 text one by one, and the kinds that matter in Thai.
 */
#ifndef CORE_THAI_CHAR_H
#define CORE_THAI_CHAR_H

#include "core/base/core.h"
#include "core/thai/invisible.h"

#include "mb/pg_wchar.h"

#define NO_CHARACTER		0xFFFFFFFF	/* a byte that is not UTF-8 */

#define RU					0x0E24	/* ฤ */
#define LU					0x0E26	/* ฦ */
#define SARA_A				0x0E30
#define MAI_HAN_AKAT		0x0E31
#define SARA_AA				0x0E32
#define SARA_AM				0x0E33
#define PHINTHU				0x0E3A	/* the last mark below; marks begin with SARA_I */
#define SARA_I				0x0E34
#define SARA_U				0x0E38
#define SARA_E				0x0E40
#define SARA_AE				0x0E41
#define LAKKHANGYAO			0x0E45	/* ๅ */
#define MAI_TAI_KHU			0x0E47
#define MAI_EK				0x0E48
#define THANTHAKHAT			0x0E4C
#define NIKHAHIT			0x0E4D
#define YAMAKKAN			0x0E4E
#define THAI_DIGIT_ZERO		0x0E50

typedef struct Utf8Reader
{
	const char *at;
	const char *end;
} Utf8Reader;

/* The next character; false at the end. */
static inline bool
utf8_next(Utf8Reader *reader, uint32 *character)
{
	const unsigned char *at = (const unsigned char *) reader->at;
	int			length = 1;

	if (reader->at >= reader->end)
		return false;
	*character = *at;
	if (*at >= 0x80)
	{
		length = pg_utf_mblen(at);
		if (length > reader->end - reader->at || !pg_utf8_islegal(at, length))
		{
			length = 1;
			*character = NO_CHARACTER;
		}
		else
			*character = utf8_to_unicode(at);
	}
	reader->at += length;
	return true;
}

/* 0 to 9 for an ASCII or a Thai digit, -1 for another character */
static inline int
digit_of(uint32 character)
{
	if (character - '0' <= 9)
		return (int) (character - '0');
	if (character - THAI_DIGIT_ZERO <= 9)
		return (int) (character - THAI_DIGIT_ZERO);
	return -1;
}

/* Hyphens, dashes and minus signs, also the small and the wide ones of East Asian keyboards */
static inline bool
is_dash(uint32 character)
{
	return character == '-' || (character >= 0x2010 && character <= 0x2015) ||
		character == 0x2212 || character == 0xFE58 || character == 0xFE63 || character == 0xFF0D;
}

/* The characters that Unicode has as White_Space */
static inline bool
is_blank(uint32 character)
{
	return character == ' ' || (character >= '\t' && character <= '\r') ||
		character == 0x85 || character == 0xA0 || character == 0x1680 ||
		(character >= 0x2000 && character <= 0x200A) ||
		character == 0x2028 || character == 0x2029 || character == 0x202F ||
		character == 0x205F || character == 0x3000;
}

/* A character that nobody sees and that is no blank; Thai and ASCII are settled first. */
static inline bool
is_invisible(uint32 character)
{
	int			low = 0;
	int			high = lengthof(invisible_ranges);

	if ((character >= ' ' && character <= '~') || (character & ~0x7F) == 0x0E00)
		return false;
	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (character > invisible_ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < lengthof(invisible_ranges) && character >= invisible_ranges[low].first;
}

/* Vowels, tones and signs above and below a consonant */
static inline bool
is_mark(uint32 character)
{
	return character == MAI_HAN_AKAT || (character >= SARA_I && character <= PHINTHU) ||
		(character >= MAI_TAI_KHU && character <= YAMAKKAN);
}

/* Vowels that are written after a consonant and its marks */
static inline bool
is_following_vowel(uint32 character)
{
	return character == SARA_A || character == SARA_AA || character == SARA_AM ||
		character == LAKKHANGYAO;
}

#endif							/* CORE_THAI_CHAR_H */
