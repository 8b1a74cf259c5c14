/*
 * id.c
 *	  Citizen ids (13 digits, the last a check digit) and G-codes (G and 12
 *	  digits, for children without registration).
 *
 * Forms and spreadsheets bring them with dashes, spaces, Thai digits and
 * characters that nobody sees; the plain form has none of these.
 */
#include "core/thai/thai.h"
#include "core/thai/char.h"

/* Read exactly so many digits up to the end of the text. */
static bool
read_digits(Utf8Reader *reader, char *digits, int count)
{
	int			found = 0;
	uint32		character;

	while (utf8_next(reader, &character))
	{
		int			digit = digit_of(character);

		if (digit >= 0 && found < count)
			digits[found++] = (char) ('0' + digit);
		else if (digit >= 0 ||
				 !(is_dash(character) || is_blank(character) || is_invisible(character)))
			return false;
	}
	return found == count;
}

bool
citizen_id_read(const char *text, int length, char id[CITIZEN_ID_LENGTH])
{
	Utf8Reader	reader = {text, text + length};

	return read_digits(&reader, id, CITIZEN_ID_LENGTH);
}

bool
citizen_id_check(const char id[CITIZEN_ID_LENGTH])
{
	int			sum = 0;

	for (int i = 1; i < CITIZEN_ID_LENGTH; i++)
		sum += (14 - i) * (id[i - 1] - '0');
	return (11 - sum % 11) % 10 == id[CITIZEN_ID_LENGTH - 1] - '0';
}

bool
g_code_read(const char *text, int length, char code[G_CODE_LENGTH])
{
	Utf8Reader	reader = {text, text + length};
	uint32		character;

	do
		if (!utf8_next(&reader, &character))
			return false;
	while (is_blank(character) || is_invisible(character));
	code[0] = 'G';
	return character == 'G' && read_digits(&reader, code + 1, G_CODE_LENGTH - 1);
}

void
citizen_id_mask(const char *text, int length, char mask[CITIZEN_ID_MASK_SIZE])
{
	char		id[CITIZEN_ID_LENGTH];

	if (g_code_read(text, length, id))
	{
		strcpy(mask, "Gxxxxxxxxxxxx");
		memcpy(mask + 10, id + 10, 3);
		return;
	}
	strcpy(mask, "x-xxxx-xxxxx-xx-x");
	if (citizen_id_read(text, length, id))
	{
		mask[13] = id[10];
		mask[14] = id[11];
		mask[16] = id[12];
	}
}
