/*
 * text.c
 *	  One way to write what looks the same.
 *
 * Unicode gives most Thai marks no combining class, so that its normal forms
 * keep apart what a reader cannot: a tone typed before its vowel or after the
 * vowel that follows, sara am as one character or as two, lakkhangyao for sara
 * aa, two sara e for sara ae.  Here the text is taken in clusters: a character,
 * the set of its marks, and a run of following vowels.  Marks are written in one
 * order, which is also the canonical one where Unicode has an order, and before
 * the vowels.
 *
 * Never longer than the text; time is linear.
 */
#include "core/thai/thai.h"
#include "core/thai/char.h"

#include "port/pg_bitutils.h"

#define FIRST_MARK		MAI_HAN_AKAT

/* All marks and following vowels of Thai have so many bytes in UTF-8. */
#define THAI_BYTES		3

typedef struct MarkWriter
{
	char	   *start;
	char	   *at;
	uint32		base;			/* first character of the cluster, or NO_CHARACTER */
	uint32		marks;			/* of the cluster: not written yet, a bit each from FIRST_MARK on */
	char	   *vowels;			/* the run of following vowels, from here to at */
	bool		blank;			/* a space is due before the next character */
	char	   *sara_e;			/* the end of a sara e that nothing follows, or NULL */
	uint32		turns;
} MarkWriter;

#define MARK_COUNT		16

/* The order of marks: canonical where Unicode has one, by their place around a consonant. */
static const uint32 mark_order[MARK_COUNT] = {
	PHINTHU, SARA_U, SARA_U + 1,	/* below */
	MAI_HAN_AKAT, SARA_I, SARA_I + 1, SARA_I + 2, SARA_I + 3,	/* above */
	MAI_TAI_KHU, NIKHAHIT,
	MAI_EK, MAI_EK + 1, MAI_EK + 2, MAI_EK + 3, /* tones */
	THANTHAKHAT, YAMAKKAN
};

/*
 * After a character of another script, which may be a mark itself: those that
 * canonical order never moves come first, so that they keep the others in place.
 */
static const uint32 foreign_mark_order[MARK_COUNT] = {
	MAI_HAN_AKAT, SARA_I, SARA_I + 1, SARA_I + 2, SARA_I + 3, MAI_TAI_KHU, NIKHAHIT,
	THANTHAKHAT, YAMAKKAN,
	PHINTHU, SARA_U, SARA_U + 1, MAI_EK, MAI_EK + 1, MAI_EK + 2, MAI_EK + 3
};

static inline uint32
mark_bit(uint32 mark)
{
	return (uint32) 1 << (mark - FIRST_MARK);
}

static void
put(MarkWriter *writer, uint32 character)
{
	if (character < 0x80)
		*writer->at++ = (char) character;
	else
	{
		unicode_to_utf8(character, (unsigned char *) writer->at);
		writer->at += pg_utf_mblen((const unsigned char *) writer->at);
	}
}

static bool
vowel_is(const char *at, uint32 vowel)
{
	return utf8_to_unicode((const unsigned char *) at) == vowel;
}

/* A nikhahit and the first sara aa of the vowels are a sara am; a sara am has one already. */
static void
merge_nikhahit(MarkWriter *writer)
{
	for (char *vowel = writer->vowels; vowel < writer->at; vowel += THAI_BYTES)
		if (vowel_is(vowel, SARA_AA) || vowel_is(vowel, SARA_AM))
		{
			unicode_to_utf8(SARA_AM, (unsigned char *) vowel);
			writer->marks &= ~mark_bit(NIKHAHIT);
			return;
		}
}

/* End the cluster: its marks go before the vowels, which are written already. */
static void
end_cluster(MarkWriter *writer)
{
	bool		is_foreign = writer->base >= 0x80 && (writer->base & ~0x7F) != 0x0E00 &&
		writer->base != NO_CHARACTER;
	const uint32 *order = is_foreign ? foreign_mark_order : mark_order;
	int			vowel_bytes;

	if (writer->marks & mark_bit(NIKHAHIT))
		merge_nikhahit(writer);
	if (writer->marks == 0)
		return;
	vowel_bytes = (int) (writer->at - writer->vowels);
	memmove(writer->vowels + THAI_BYTES * pg_popcount32(writer->marks), writer->vowels,
			vowel_bytes);
	writer->at = writer->vowels;
	for (int i = 0; i < MARK_COUNT; i++)
		if (writer->marks & mark_bit(order[i]))
			put(writer, order[i]);
	writer->at += vowel_bytes;
	writer->marks = 0;
}

static void
begin_cluster(MarkWriter *writer, uint32 base)
{
	writer->base = base;
	writer->vowels = writer->at;
}

/* A blank between two characters becomes a space, none at the ends. */
static void
put_blank(MarkWriter *writer)
{
	if (!writer->blank)
		return;
	end_cluster(writer);
	if (writer->at > writer->start)
		put(writer, ' ');
	begin_cluster(writer, NO_CHARACTER);
	writer->blank = false;
}

static void
put_base(MarkWriter *writer, uint32 character)
{
	put_blank(writer);
	end_cluster(writer);
	if (character == SARA_E && writer->sara_e == writer->at)
	{
		writer->at -= THAI_BYTES;
		put(writer, SARA_AE);
		writer->sara_e = NULL;
	}
	else
	{
		put(writer, character);
		if (character == SARA_E)
			writer->sara_e = writer->at;
	}
	begin_cluster(writer, character);
}

/* Lakkhangyao is a letter of its own only right after ru and lu, else it is a sara aa. */
static void
put_following_vowel(MarkWriter *writer, uint32 vowel)
{
	bool		after_ru = (writer->base == RU || writer->base == LU) && !writer->blank &&
		writer->vowels == writer->at;

	put_blank(writer);
	put(writer, vowel == LAKKHANGYAO && !after_ru ? SARA_AA : vowel);
}

/* A byte that is not UTF-8 stays as it is. */
static void
put_byte(MarkWriter *writer, char byte)
{
	put_blank(writer);
	end_cluster(writer);
	*writer->at++ = byte;
	begin_cluster(writer, NO_CHARACTER);
}

static void
put_character(MarkWriter *writer, uint32 character)
{
	int			digit = digit_of(character);

	if (is_invisible(character))
		return;
	if (is_blank(character))
		writer->blank = true;
	else if (is_mark(character))
	{
		put_blank(writer);
		writer->marks |= mark_bit(character);
	}
	else if (is_following_vowel(character))
		put_following_vowel(writer, character);
	else
		put_base(writer, digit >= 0 ? (uint32) ('0' + digit) : character);
}

int
thai_normal(const char *text, int length, char *normal)
{
	Utf8Reader	reader = {text, text + length};
	MarkWriter		writer = {
		.start = normal, .at = normal, .base = NO_CHARACTER, .vowels = normal};
	uint32		character;

	while (utf8_next(&reader, &character))
	{
		if (character != NO_CHARACTER)
			put_character(&writer, character);
		else
			put_byte(&writer, reader.at[-1]);
		check_interrupts_at(++writer.turns);
	}
	end_cluster(&writer);
	return (int) (writer.at - normal);
}
