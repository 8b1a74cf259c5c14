/*
 * thai.c
 *	  Identities against their definition, normal text against rules that are
 *	  applied one at a time until none does, and dates against a calendar.
 */
#include "core/base/calendar.h"
#include "core/thai/thai.h"
#include "helper/random.h"
#include "mb/pg_wchar.h"
#include "helper/tap.h"

#define LONGEST			64		/* characters of a text that is rolled */

static bool
is_valid(const char *text)
{
	char		id[CITIZEN_ID_LENGTH];

	return citizen_id_read(text, (int) strlen(text), id) && citizen_id_check(id);
}

static bool
is_g_code(const char *text)
{
	char		code[G_CODE_LENGTH];

	return g_code_read(text, (int) strlen(text), code);
}

/* ---- identities ---- */

static void
test_known_ids(void)
{
	static const char *const valid[] = {
		"1112034563562", "1-1120-34563-56-2", " 1 1120 34563 56 2 ", "๑๑๑๒๐๓๔๕๖๓๕๖๒",
		"๑-๑๑๒๐-34563-๕๖-๒", "1–1120–34563–56–2", "1\xC2\xA0" "112034563562",
		"1112034563562\xE2\x80\x8B", "\xEF\xBB\xBF" "1112034563562", "1112034563562\r\n",
		"\xE2\x80\xAA" "1112034563562\xE2\x80\xAC", "\xE2\x81\xA6" "1112034563562\xE2\x81\xA9",
		"1112034563562\xC2\x85", "1\xEF\xBC\x8D" "112034563562"
	};
	static const char *const invalid[] = {
		"", "-", "1112034563561", "1112034563563", "2112034563562", "111203456356", "11120345635621",
		"1112034563562x", "x1112034563562", "1112034563_62", "1112034563๐62", "1.112034563562",
		"0000000000000", "G112034563562", "+1112034563562", "1112034563562\xE0\xB9", "\xFF" "1112034563562"
	};

	for (int i = 0; i < lengthof(valid); i++)
		ok(is_valid(valid[i]), "valid %d", i);
	for (int i = 0; i < lengthof(invalid); i++)
		ok(!is_valid(invalid[i]), "invalid %d", i);
}

/* The weights as they are defined, added up from the other end */
static char
check_digit(const char *id)
{
	int			sum = 0;

	for (int weight = 2; weight <= 13; weight++)
		sum += weight * (id[13 - weight] - '0');
	return "10987654321"[sum % 11];
}

static void
test_check_digits(void)
{
	Random		random = {1};
	int			wrong = 0;
	int			zeros = 0;

	for (int i = 0; i < 100000; i++)
	{
		char		id[CITIZEN_ID_LENGTH + 1] = {0};
		char		right;

		for (int j = 0; j < 12; j++)
			id[j] = (char) ('0' + random_below(&random, 10));
		right = check_digit(id);
		zeros += id[0] == '0';
		for (id[12] = '0'; id[12] <= '9'; id[12]++)
			wrong += is_valid(id) != (id[12] == right);
	}
	is_int(wrong, 0, "of ten last digits the check digit alone is right");
	ok(zeros > 5000, "ids with a leading zero are among them");
}

static void
test_g_codes(void)
{
	ok(is_g_code("G123456789012"), "a G-code");
	ok(is_g_code(" G 1234-5678-9012"), "with spaces and dashes");
	ok(is_g_code("G๑๒๓๔๕๖๗๘๙๐๑๒"), "in Thai digits");
	ok(!is_g_code("g123456789012"), "not with a small g");
	ok(!is_g_code("G12345678901") && !is_g_code("G1234567890123"), "nor of another length");
	ok(!is_g_code("1123456789012") && !is_g_code("G") && !is_g_code("") && !is_g_code(" "), "nor without G or digits");
	ok(!is_g_code("GG12345678901") && !is_g_code("-G123456789012"), "nor with something else");
}

static const char *
mask(const char *text)
{
	static char masked[CITIZEN_ID_MASK_SIZE];

	citizen_id_mask(text, (int) strlen(text), masked);
	return masked;
}

static void
test_masks(void)
{
	is_text(mask("1112034563562"), "x-xxxx-xxxxx-56-2", "the last three digits are shown");
	is_text(mask("๑-๑๑๒๐-๓๔๕๖๓-๕๖-๒"), "x-xxxx-xxxxx-56-2", "however it is written");
	is_text(mask("1112034563561"), "x-xxxx-xxxxx-56-1", "also of a wrong id");
	is_text(mask("G123456789012"), "Gxxxxxxxxx012", "a G-code likewise");
	is_text(mask("111203456356"), "x-xxxx-xxxxx-xx-x", "nothing of another text");
	is_text(mask("AB1234567"), "x-xxxx-xxxxx-xx-x", "such as a passport's number");
	is_text(mask(""), "x-xxxx-xxxxx-xx-x", "nor of nothing");
}

/* ---- text ---- */

static char *
normal(const char *text)
{
	int			length = (int) strlen(text);
	char	   *result = palloc(length + 1);
	int			written = thai_normal(text, length, result);

	Assert(written <= length);
	result[written] = '\0';
	return result;
}

static void
test_known_texts(void)
{
	static const char *const pairs[][2] = {
		{"น้ำ", "น้ำ"}, {"นํ้า", "น้ำ"}, {"น้ํา", "น้ำ"}, {"นำ้", "น้ำ"}, {"นํา", "นำ"}, {"กํ", "กํ"},
		{"เเม่", "แม่"}, {"เเเ", "แเ"}, {"เเเเ", "แแ"}, {"เ เ", "เ เ"}, {"เ\xE2\x80\x8Bเ", "แ"},
		{"ท่ี", "ที่"}, {"ท้ั้ง", "ทั้ง"}, {"สิทธ์ิ", "สิทธิ์"}, {"พันธ์ุ", "พันธุ์"}, {"กู่", "กู่"}, {"ที่่", "ที่"},
		{"สมชาย  ใจดี", "สมชาย ใจดี"}, {" ก \t\n", "ก"}, {"ก\xC2\xA0\xE3\x80\x80ข", "ก ข"},
		{"ก\xE2\x80\x8Bข\xE2\x80\x8C\xE2\x80\x8D\xE2\x81\xA0\xEF\xBB\xBF", "กข"},
		{"๐๑๒๓๔๕๖๗๘๙ 2566", "0123456789 2566"}, {"", ""}, {"   ", ""}, {"ABC é ກ", "ABC é ກ"},
		{"ฤๅษี ฯลฯ ๆ", "ฤๅษี ฯลฯ ๆ"}, {"\xE0\xB9\x89\xE0\xB8\xB4", "\xE0\xB8\xB4\xE0\xB9\x89"},
		{"\xFFก\xE0", "\xFFก\xE0"},
		{"บา้น", "บ้าน"}, {"หญา้", "หญ้า"}, {"กะ่", "ก่ะ"}, {"เกาะ่", "เก่าะ"}, {"นาํ", "นำ"}, {"นา้ํ", "น้ำ"},
		{"กา ่", "กา ่"}, {"กา\xE2\x80\x8B่", "ก่า"}, {"กะํา", "กะำ"},
		{"นๅคา", "นาคา"}, {"ฤๅ", "ฤๅ"}, {"ฦๅชา", "ฦๅชา"}, {"ฤ่ๅ", "ฤ่ๅ"}, {"ฤ ๅ", "ฤ า"}, {"ฤๅๅ", "ฤๅา"}, {"นํๅ", "นำ"}, {"ๅ", "า"},
		{"ก\xC2\x85ข\xE1\x9A\x80ค\xE2\x80\xA8ง\xE2\x80\xA9จ", "ก ข ค ง จ"},
		{"\xE2\x80\xAAก\xE2\x80\xAC\xE2\x81\xA6ข\xE2\x81\xA9\xD8\x9Cค\xCD\x8Fง\xEF\xB8\x8Fจ\xE2\x81\xA1\xF3\xA0\x84\x80", "กขคงจ"}
	};

	for (int i = 0; i < lengthof(pairs); i++)
		is_text(normal(pairs[i][0]), pairs[i][1], "normal text %d", i);
}

typedef struct Characters
{
	int			count;
	pg_wchar	at[LONGEST];
} Characters;

static void
remove_at(Characters *text, int place)
{
	text->count--;
	memmove(text->at + place, text->at + place + 1, sizeof(pg_wchar) * (text->count - place));
}

/* Where a mark stands among those of its consonant; -1 for another character */
static int
rank_of(pg_wchar character)
{
	static const pg_wchar ranks[] = {
		0xE3A, 0xE38, 0xE39, 0xE31, 0xE34, 0xE35, 0xE36, 0xE37,
		0xE47, 0xE4D, 0xE48, 0xE49, 0xE4A, 0xE4B, 0xE4C, 0xE4E
	};

	for (int i = 0; i < lengthof(ranks); i++)
		if (ranks[i] == character)
			return i;
	return -1;
}

/* Apply the first simple rule that fits somewhere: what is alike for any reader. */
static bool
rewrite_character(Characters *text)
{
	for (int i = 0; i < text->count; i++)
	{
		pg_wchar   *here = text->at + i;

		if (*here == 0x200B || *here == 0xAD ||
			(*here == ' ' && (i == 0 || i + 1 == text->count || here[1] == ' ')))
			remove_at(text, i);
		else if (*here == 0xA0)
			*here = ' ';
		else if (*here >= 0xE50 && *here <= 0xE59)
			*here -= 0xE50 - '0';
		else
			continue;
		return true;
	}
	return false;
}

static bool
follows(pg_wchar character)
{
	return character == 0xE30 || character == 0xE32 || character == 0xE33 || character == 0xE45;
}

/* Whether only marks stand between a place and a ru or lu before it. */
static bool
is_after_ru(const Characters *text, int place)
{
	while (place > 0 && rank_of(text->at[place - 1]) >= 0)
		place--;
	return place > 0 && (text->at[place - 1] == 0xE24 || text->at[place - 1] == 0xE26);
}

static bool
rewrite_lakkhangyao(Characters *text)
{
	for (int i = 0; i < text->count; i++)
		if (text->at[i] == 0xE45 && !is_after_ru(text, i))
		{
			text->at[i] = 0xE32;
			return true;
		}
	return false;
}

/* A nikhahit makes the first sara aa of its consonant a sara am; of a sara am it is gone. */
static bool
rewrite_nikhahit(Characters *text)
{
	for (int i = 0; i < text->count; i++)
	{
		int			first = i;

		if (text->at[i] != 0xE4D)
			continue;
		while (first > 0 && (rank_of(text->at[first - 1]) >= 0 || follows(text->at[first - 1])))
			first--;
		for (; first < text->count &&
			 (rank_of(text->at[first]) >= 0 || follows(text->at[first])); first++)
			if (text->at[first] == 0xE32 || text->at[first] == 0xE33)
			{
				text->at[first] = 0xE33;
				remove_at(text, i);
				return true;
			}
	}
	return false;
}

/* Marks swap, go before a following vowel, and are there once; two sara e are sara ae. */
static bool
rewrite_pair(Characters *text)
{
	for (int i = 0; i + 1 < text->count; i++)
	{
		pg_wchar   *pair = text->at + i;
		int			first = rank_of(pair[0]);
		int			second = rank_of(pair[1]);

		if (pair[0] == 0xE40 && pair[1] == 0xE40)
			*pair = 0xE41;
		else if (second >= 0 && (follows(pair[0]) || first > second))
		{
			pg_wchar	swapped = pair[0];

			pair[0] = pair[1];
			pair[1] = swapped;
			return true;
		}
		else if (first < 0 || first != second)
			continue;
		remove_at(text, i + 1);
		return true;
	}
	return false;
}

static char *
spell(const Characters *text)
{
	char	   *bytes = palloc(4 * LONGEST + 1);
	char	   *end = bytes;

	for (int i = 0; i < text->count; i++)
	{
		unicode_to_utf8(text->at[i], (unsigned char *) end);
		end += pg_utf_mblen((unsigned char *) end);
	}
	*end = '\0';
	return bytes;
}

static void
test_random_texts(void)
{
	static const pg_wchar alphabet[] = {
		0xE19, 0xE19, 0xE40, 0xE40, 0xE41, 0xE32, 0xE32, 0xE33, 0xE4D, 0xE4D, 0xE48, 0xE49, 0xE31,
		0xE34, 0xE38, 0xE3A, 0xE47, 0xE4C, 0xE4E, ' ', 0xA0, 0x200B, 0xAD, 0xE55, 'a',
		0xE30, 0xE45, 0xE45, 0xE24, 0xE26
	};
	Random		random = {2};
	int			different = 0;
	int			moved = 0;

	for (int i = 0; i < 200000; i++)
	{
		Characters	text = {random_below(&random, i % 10 == 0 ? LONGEST : 8)};
		char	   *got;
		char	   *wanted;

		for (int j = 0; j < text.count; j++)
			text.at[j] = alphabet[random_below(&random, lengthof(alphabet))];
		got = normal(spell(&text));
		while (rewrite_character(&text) || rewrite_lakkhangyao(&text) ||
			   rewrite_nikhahit(&text) || rewrite_pair(&text))
			;
		wanted = spell(&text);
		different += strcmp(got, wanted) != 0;
		moved += strcmp(normal(got), got) != 0;
		pfree(got);
		pfree(wanted);
	}
	is_int(different, 0, "rules applied one at a time give the same");
	is_int(moved, 0, "normal text stays");
}

/* ---- dates ---- */

static ThaiDateResult
parse(const char *text, int32 *days)
{
	char	   *plain = normal(text);

	return thai_date_parse(plain, (int) strlen(plain), THAI_NO_CENTURY, days);
}

static int32
days_of(const char *text)
{
	int32		days;

	return date_parse(text, (int) strlen(text), &days) ? days : PG_INT32_MIN;
}

static char *
thai_digits(const char *text)
{
	char	   *thai = palloc(3 * strlen(text) + 1);
	char	   *at = thai;

	for (; *text; text++)
		if (*text >= '0' && *text <= '9')
			at += sprintf(at, "\xE0\xB9%c", '\x90' + (*text - '0'));
		else
			*at++ = *text;
	*at = '\0';
	return thai;
}

static char *
date_spelled(int way, int year, int month, int day)
{
	static const char *const full[] = {
		"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
		"กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"
	};
	static const char *const brief[] = {
		"ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."
	};
	static const char *const bare[] = {
		"มค", "กพ", "มีค", "เมย", "พค", "มิย", "กค", "สค", "กย", "ตค", "พย", "ธค"
	};

	/* 5 to 7 are for years of 2500 to 2599 */
	switch (way)
	{
		case 0:
			return psprintf("%d %s %d", day, full[month - 1], year);
		case 1:
			return psprintf("%d %s %d", day, brief[month - 1], year);
		case 2:
			return psprintf(" วันที่ %d  เดือน%s พ.ศ. %d ", day, full[month - 1], year);
		case 3:
			return psprintf("%02d/%02d/%d", day, month, year);
		case 4:
			return psprintf("%d-%d-%d", year, month, day);
		case 5:
			return psprintf("%d%s%02d", day, bare[month - 1], year % 100);
		case 6:
			return psprintf("%d/%s/%02d", day, brief[month - 1], year % 100);
		case 7:
			return psprintf("%d.%d.พ.ศ. %02d", day, month, year % 100);
		case 8:
			return psprintf("%s %d, %d", brief[month - 1], day, year);
		case 9:
			return psprintf("วันพุธที่ %d %s พุทธศักราช %d", day, full[month - 1], year);
		default:
			return psprintf("%02d/%02d/%d 08:28", day, month, year);
	}
}

/* The day of the common era; what 29 February is not, nor January to March of 2483 */
static int32
wanted_day(CivilDate date)
{
	int			shift = date.year < 2483 && date.month < 4 ? 542 : 543;

	if (date.year == 2483 && date.month < 4)
		return PG_INT32_MIN;
	return days_of(psprintf("%d-%02d-%02d", date.year - shift, date.month, date.day));
}

/* Every day of 2400 to 2700, and the numbers after each month's last day */
static void
test_every_day(void)
{
	int			wrong = 0;
	int			accepted = 0;
	int			read = 0;
	CivilDate	date;

	for (date.year = 2400; date.year <= 2700; date.year++)
		for (date.month = 1; date.month <= 12; date.month++)
			for (date.day = 1; date.day <= 31; date.day++)
			{
				int			way = (date.year + date.day) % 11;
				char	   *text;
				char	   *written;
				int32		wanted = wanted_day(date);
				int32		got;
				ThaiDateResult result;

				if (way >= 5 && way <= 7 && date.year / 100 != 25)
					way -= 5;
				text = date_spelled(way, date.year, date.month, date.day);
				written = (date.month + date.day) % 2 ? thai_digits(text) : text;
				result = parse(written, &got);
				read += result == THAI_DATE_READ;
				if (date.year == 2483 && date.month < 4)
					accepted += result != THAI_DATE_SKIPPED;
				else if (wanted == PG_INT32_MIN)
					accepted += result != THAI_DATE_NO_DAY;
				else
					wrong += result != THAI_DATE_READ || got != wanted ||
						thai_year(got) != date.year;
			}
	is_int(wrong, 0, "every day is read, however it is written");
	is_int(accepted, 0, "and no other");
	is_int(read, days_of("2157-12-31") - days_of("1857-04-01") + 1, "the days are all of them");
}

/* What letters and spreadsheets write for 16 May 2566, a Tuesday */
static void
test_forms_of_dates(void)
{
	static const char *const forms[] = {
		"วันอังคารที่ 16 พฤษภาคม พ.ศ. 2566", "วันอังคารที่ 16 พฤษภาคม พุทธศักราช 2566", "อังคาร 16 พฤษภาคม 2566",
		"อ. 16 พ.ค. 66", "วันอังคาร, 16 พฤษภาคม 2566", "พ.ค. 16, 2566", "พฤษภาคม 16 พ.ศ. 2566", "พฤษภา 16 2566",
		"16/05/2566 08:28", "16/5/2566 8:28:15", "16/05/2566 08:28:15.123", "16/05/2566 เวลา 08.28 น.",
		"16/05/2566 8:28 AM", "16/05/2566, 08:28 นาฬิกา", "2566-05-16T08:28:00", "16 พฤษภา 2566", "16 พฤษภา 66",
		"16-พ.ค.-66", "16/พ.ค./2566", "16 พฤษภาคม, 2566", "16 พฤษภาคม ปี พ.ศ. 2566", "16/05/พ.ศ.66", "ที่ 16 พฤษภาคม 2566",
		"๑๖ พฤษภาคม ๒๕๖๖ เวลา ๐๘.๒๘ น.", "16/05/2566 24:00"
	};
	int32		days;

	for (int i = 0; i < lengthof(forms); i++)
		ok(parse(forms[i], &days) == THAI_DATE_READ && days == days_of("2023-05-16"), "%s", forms[i]);
	ok(parse("วันพฤหัสบดีที่ 18 พฤษภาคม 2566", &days) == THAI_DATE_READ && days == days_of("2023-05-18"),
	   "the longest day of the week");
	ok(parse("พฤ. 18 พ.ค. 66", &days) == THAI_DATE_READ && days == days_of("2023-05-18"),
	   "a day of the week that begins as another one and as a month");
}

static void
test_centuries(void)
{
	int32		days;

	ok(thai_date_parse("16/05/05", 8, 2500, &days) == THAI_DATE_READ && days == days_of("1962-05-16"),
	   "a short year of the Buddhist era's century");
	ok(thai_date_parse("16/05/05", 8, 2000, &days) == THAI_DATE_READ && days == days_of("2005-05-16"),
	   "or of the common era's");
	ok(thai_date_parse("29/02/00", 8, 2000, &days) == THAI_DATE_READ && days == days_of("2000-02-29"),
	   "whose leap years count");
	is_int(thai_date_parse("29/02/00", 8, 1900, &days), THAI_DATE_NO_DAY, "1900 had none");
	is_int(thai_date_parse("1/1/80", 6, 2300, &days), THAI_DATE_NO_YEAR, "a century beyond the years that are read");
	is_int(thai_date_parse("16/05/2566", 10, 2000, &days), THAI_DATE_READ, "a whole year needs none");
	is_int(thai_date_parse("16/05/2023", 10, 2000, &days), THAI_DATE_NO_YEAR, "and is one of the Buddhist era");
	ok(thai_date_parse("1/2/82", 6, 2400, &days) == THAI_DATE_READ && days == days_of("1940-02-01"),
	   "the years that began in April");
}

static ThaiDateResult
from_serial(const char *text, int32 *days)
{
	return thai_date_from_serial(text, (int) strlen(text), days);
}

static void
test_serials(void)
{
	int32		days;

	ok(from_serial("45062", &days) == THAI_DATE_READ && days == days_of("2023-05-16"), "a number of days");
	ok(from_serial("45062.353", &days) == THAI_DATE_READ && days == days_of("2023-05-16"), "with a time");
	ok(from_serial("243389", &days) == THAI_DATE_READ && days == days_of("2023-05-16"),
	   "of 16 May 2566, taken for a year of the common era");
	is_int(from_serial("2566", &days), THAI_DATE_NOT_READ, "a year is none");
	is_int(from_serial("1112034563562", &days), THAI_DATE_NOT_READ, "nor is an id");
	is_int(from_serial("45062x", &days), THAI_DATE_NOT_READ, "nor is what has something else");
	is_int(from_serial("100000", &days), THAI_DATE_NO_YEAR, "nor a day of 2173 that is no year of the Buddhist era");
	is_int(from_serial("", &days), THAI_DATE_NOT_READ, "nor nothing");
}

static void
test_refused_dates(void)
{
	static const char *const unread[] = {
		"", " ", "วันที่", "16", "16/05", "16/05/", "16/05/256", "16/05/25661", "16/05-2566", "16 05 2566",
		"16052566", "16/พฤษ/2566", "16 พฤษภาคม", "16 พฤษภาคม 2566 น.", "16 พฤษภาคม 2566 08", "16/05/2566 25:00",
		"16/05/2566 08:60", "16/05/2566 8:5", "พ.ค. 2566", "พ 16", "อังคาร", "2566", "45062", "พฤษภาคม 2566", "16 May 2566",
		"116/05/2566", "16/005/2566", "2566/5", "2566-05-161", "2566-05/16", "25661/05/16", "-16/05/2566",
		"16//05/2566", "x", "1112034563562", "16 พฤษภาคม ค.ศ. 2023", "16 พ.ค. 2566 x", "infinity", "\xFF"
	};
	int32		days;

	for (int i = 0; i < lengthof(unread); i++)
		ok(parse(unread[i], &days) == THAI_DATE_NOT_READ, "no date %d", i);
	is_int(parse("29 ก.พ. 2566", &days), THAI_DATE_NO_DAY, "2023 was no leap year");
	is_int(parse("29 ก.พ. 2568", &days), THAI_DATE_NO_DAY, "a leap year is one of the common era, not of the other");
	is_int(parse("29 ก.พ. 2443", &days), THAI_DATE_NO_DAY, "1900 was none");
	is_int(parse("29 ก.พ. 2543", &days), THAI_DATE_READ, "2000 was one");
	is_int(parse("32/1/2566", &days), THAI_DATE_NO_DAY, "no day 32");
	is_int(parse("0/1/2566", &days), THAI_DATE_NO_DAY, "no day 0");
	is_int(parse("1/13/2566", &days), THAI_DATE_NO_DAY, "no month 13");
	is_int(parse("1/0/2566", &days), THAI_DATE_NO_DAY, "no month 0");
	is_int(parse("16/05/2023", &days), THAI_DATE_NO_YEAR, "a year of the common era is not taken for one of the other");
	is_int(parse("2023-05-16", &days), THAI_DATE_NO_YEAR, "nor with the year first");
	is_int(parse("1 มกราคม 2483", &days), THAI_DATE_SKIPPED, "2483 had nine months");
	is_int(parse("16/05/05", &days), THAI_DATE_SHORT_YEAR, "a short year in figures alone");
	is_int(parse("16-5-66", &days), THAI_DATE_SHORT_YEAR, "with any separator");
	is_int(parse("66-05-16", &days), THAI_DATE_SHORT_YEAR, "in any place");
	is_int(parse("1/1/2399", &days), THAI_DATE_NO_YEAR, "before the first year");
	is_int(parse("1/1/2701", &days), THAI_DATE_NO_YEAR, "after the last year");
}

static void
test_years(void)
{
	int			wrong = 0;

	is_int(thai_year(days_of("2023-12-31")), 2566, "the last day of a year");
	is_int(thai_year(days_of("2024-01-01")), 2567, "the first of the next");
	is_int(thai_year(days_of("1940-01-15")), 2482, "until 1940 a year began on 1 April");
	is_int(thai_year(days_of("1940-03-31")), 2482, "the last day of one that did");
	is_int(thai_year(days_of("1940-04-01")), 2483, "the first of nine months");
	is_int(thai_year(days_of("1940-12-31")), 2483, "the last of these");
	is_int(thai_year(days_of("1941-01-01")), 2484, "the first year of January");
	is_int(thai_year(days_of("0001-01-01") - 1), 543, "1 BC");
	is_int(thai_academic_year(days_of("1940-02-01"), 5, 16), 2482, "an academic year of that time");
	is_int(thai_academic_year(days_of("1940-02-01"), 1, 10), 2482, "also one that opened in its last quarter");
	is_int(thai_academic_year(days_of("2023-05-15"), 5, 16), 2565, "the day before the year opens");
	is_int(thai_academic_year(days_of("2023-05-16"), 5, 16), 2566, "the day on which it opens");
	is_int(thai_academic_year(days_of("2024-03-31"), 5, 16), 2566, "the second term, in the next calendar year");
	is_int(thai_academic_year(days_of("2023-12-31"), 1, 1), 2566, "a year that opens with the calendar's");
	is_int(thai_academic_year(days_of("2023-02-28"), 2, 29), 2565, "one that opens on 29 February");
	is_int(thai_academic_year(days_of("2023-03-01"), 2, 29), 2566, "is open on 1 March");
	for (int32 day = days_of("1990-01-01"); day < days_of("2090-01-01"); day++)
		wrong += thai_academic_year(day + 1, 5, 16) - thai_academic_year(day, 5, 16) !=
			(strcmp(date_text(day + 1) + 4, "-05-16") == 0);
	is_int(wrong, 0, "the year changes on 16 May and never else");
}

/* ---- amounts, words, provinces ---- */

static const char *
amount(const char *text)
{
	static char written[THAI_AMOUNT_SIZE];
	char	   *plain = normal(text);

	return thai_amount_read(plain, (int) strlen(plain), written) ? written : "none";
}

static void
test_amounts(void)
{
	static const char *const pairs[][2] = {
		{"12,500", "12500"}, {"฿12,500.50", "12500.50"}, {"12500 บาท", "12500"}, {"๑๒,๕๐๐ บาทถ้วน", "12500"}, {"๑๒", "12"},
		{"500.-", "500"}, {"1,234,567", "1234567"}, {"0", "0"}, {"-500", "-500"}, {"(1,500)", "-1500"}, {"−3", "-3"}, {"+7", "7"},
		{"THB 5,000", "5000"}, {"5000 ฿", "5000"}, {"0.25", "0.25"}, {" 3000 ", "3000"}, {"123456789012345678901234567890123456", "123456789012345678901234567890123456"},
		{"-", "none"}, {"", "none"}, {" ", "none"}, {"1,25", "none"}, {"12,50", "none"}, {"1234,567", "none"}, {"1,2345", "none"}, {",500", "none"},
		{"1.", "none"}, {".5", "none"}, {"1.2.3", "none"}, {"12 500", "none"}, {"1e5", "none"}, {"ไม่มี", "none"}, {"5 USD", "none"}, {"(500", "none"}, {"(-5)", "none"},
		{"--5", "none"}, {"1234567890123456789012345678901234567", "none"}, {"NaN", "none"}
	};

	for (int i = 0; i < lengthof(pairs); i++)
		is_text(amount(pairs[i][0]), pairs[i][1], "amount \"%s\"", pairs[i][0]);
}

static int
boolean(const char *text)
{
	char	   *plain = normal(text);
	bool		value;

	return thai_boolean_read(plain, (int) strlen(plain), &value) ? value : -1;
}

static void
test_booleans(void)
{
	static const char *const yes[] = {"ใช่", "มี", "เป็น", "Y", "yes", "TRUE", "1", "๑", " ใช่ ", "✓", "/", "จริง"};
	static const char *const no[] = {"ไม่", "ไม่ใช่", "ไม่มี", "N", "No", "false", "0", "๐", "ไม่เคย", "เท็จ"};
	static const char *const neither[] = {"", "-", "x", "X", "ไม่ทราบ", "2", "yess", "ใ"};

	for (int i = 0; i < lengthof(yes); i++)
		is_int(boolean(yes[i]), 1, "yes: %s", yes[i]);
	for (int i = 0; i < lengthof(no); i++)
		is_int(boolean(no[i]), 0, "no: %s", no[i]);
	for (int i = 0; i < lengthof(neither); i++)
		is_int(boolean(neither[i]), -1, "neither: \"%s\"", neither[i]);
}

static const char *
province(const char *text)
{
	char	   *plain = normal(text);
	const char *code = thai_province_code(plain, (int) strlen(plain));

	return code ? code : "none";
}

static void
test_provinces(void)
{
	static const char *const pairs[][2] = {
		{"กรุงเทพมหานคร", "10"}, {"กรุงเทพฯ", "10"}, {"กทม.", "10"}, {"กทม", "10"}, {"Bangkok", "10"}, {"จังหวัดเชียงใหม่", "50"}, {"จ.เชียงใหม่", "50"},
		{"จ. เชียงใหม่", "50"}, {"เชียงใหม่", "50"}, {"Chiang Mai", "50"}, {"chiangmai", "50"}, {"CHIANG MAI PROVINCE", "50"}, {"จันทบุรี", "22"}, {"จ.จันทบุรี", "22"},
		{"จันทบุรี ", "22"}, {"พระนครศรีอยุธยา", "14"}, {"อยุธยา", "14"}, {"Buriram", "31"}, {"Sisaket", "33"}, {"Chonburi", "20"}, {"Phang-nga", "82"}, {"Lop Buri", "16"},
		{"50", "50"}, {"TH-50", "50"}, {"๕๐", "50"}, {"โคราช", "30"}, {"นๅน", "none"}, {"", "none"}, {"จ.", "none"}, {"จังหวัด", "none"}, {"Chiang", "none"}, {"59", "none"}, {"เชียง", "none"},
		{"ลำปาง", "52"}, {"ลําปาง", "52"}, {"น่าน", "55"}, {"นา่น", "55"}
	};

	for (int i = 0; i < lengthof(pairs); i++)
		is_text(province(pairs[i][0]), pairs[i][1], "province \"%s\"", pairs[i][0]);
}

int
main(void)
{
	test_known_ids();
	test_check_digits();
	test_g_codes();
	test_masks();
	test_known_texts();
	test_random_texts();
	test_every_day();
	test_forms_of_dates();
	test_centuries();
	test_serials();
	test_refused_dates();
	test_years();
	test_amounts();
	test_booleans();
	test_provinces();
	return finish();
}
