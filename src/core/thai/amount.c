/*
 * amount.c
 *	  Amounts of money and words for yes and no, as files and forms have them.
 */
#include "core/thai/thai.h"
#include "core/base/words.h"

/* Digits of an amount */
#define MOST_DIGITS		36

typedef struct AmountReader
{
	const char *at;
	const char *end;
	char	   *written;
	int			digits;
} AmountReader;

static bool
skip_text(AmountReader *reader, const char *text)
{
	int			length = (int) strlen(text);

	if (reader->end - reader->at < length || memcmp(reader->at, text, length) != 0)
		return false;
	reader->at += length;
	while (reader->at < reader->end && *reader->at == ' ')
		reader->at++;
	return true;
}

static bool
skip_any(AmountReader *reader, const char *const *texts)
{
	for (; *texts; texts++)
		if (skip_text(reader, *texts))
			return true;
	return false;
}

/* Copy digits to the amount; returns how many. */
static int
copy_digits(AmountReader *reader)
{
	int			count = 0;

	for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; count++)
	{
		if (reader->digits == MOST_DIGITS)
			return -1;
		reader->digits++;
		*reader->written++ = *reader->at++;
	}
	return count;
}

/* Whole baht: all digits together, or in groups of three after the first comma */
static bool
copy_whole(AmountReader *reader)
{
	int			count = copy_digits(reader);
	bool		grouped = false;

	if (count < 1)
		return false;
	while (reader->at < reader->end && *reader->at == ',')
	{
		if (!grouped && count > 3)
			return false;
		grouped = true;
		reader->at++;
		if (copy_digits(reader) != 3)
			return false;
	}
	return true;
}

/* Satang, or the dash that shopkeepers write in their place */
static bool
copy_fraction(AmountReader *reader)
{
	if (reader->at == reader->end || *reader->at != '.')
		return true;
	reader->at++;
	if (skip_text(reader, "-"))
		return true;
	*reader->written++ = '.';
	return copy_digits(reader) > 0;
}

bool
thai_amount_read(const char *text, int length, char amount[THAI_AMOUNT_SIZE])
{
	static const char *const before[] = {"฿", "THB", "บาท", NULL};
	static const char *const after[] = {"฿", "บาทถ้วน", "บาท", "บ.", "THB", ".-", NULL};
	AmountReader reader = {text, text + length, amount};
	bool		in_parentheses = skip_text(&reader, "(");
	bool		negative = skip_text(&reader, "-") || skip_text(&reader, "−");

	if (in_parentheses && negative)
		return false;
	if (in_parentheses || negative)
		*reader.written++ = '-';
	else
		skip_text(&reader, "+");
	skip_any(&reader, before);
	if (!copy_whole(&reader) || !copy_fraction(&reader))
		return false;
	skip_text(&reader, " ");
	skip_any(&reader, after);
	*reader.written = '\0';
	return (!in_parentheses || skip_text(&reader, ")")) && reader.at == reader.end;
}

/* ---- yes and no ---- */

static bool
is_one_of(Word word, const char *const *words)
{
	for (; *words; words++)
		if (word.length == (int) strlen(*words) &&
			pg_strncasecmp(word.text, *words, word.length) == 0)
			return true;
	return false;
}

bool
thai_boolean_read(const char *text, int length, bool *value)
{
	static const char *const yes[] = {
		"ใช่", "ใช่ค่ะ", "ใช่ครับ", "มี", "เป็น", "จริง", "ได้", "ถูก", "ถูกต้อง", "เคย",
		"y", "yes", "t", "true", "1", "on", "/", "✓", "✔", "☑", NULL
	};
	static const char *const no[] = {
		"ไม่", "ไม่ใช่", "ไม่มี", "ไม่เป็น", "ไม่จริง", "ไม่ได้", "ไม่ถูก", "ไม่ถูกต้อง", "ไม่เคย", "เท็จ", "ผิด",
		"n", "no", "f", "false", "0", "off", "✗", "✘", "☐", NULL
	};
	Word		word = {text, length};

	*value = is_one_of(word, yes);
	return *value || is_one_of(word, no);
}
