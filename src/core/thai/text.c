/*
 * text.c
 *	  One way to write what looks the same.
 *
 * Unicode gives most Thai marks no combining class, so that its normal forms
 * keep apart what a reader cannot: a tone typed before its vowel, sara am as
 * one character or as two, two sara e for sara ae.  Here the marks of a
 * consonant are a set, written in one order, which is also the canonical one
 * where Unicode has an order; sara am is one character behind them.
 *
 * Never longer than the text; time and room are linear.
 */
#include "core/thai/thai.h"
#include "core/thai/char.h"

#define FIRST_MARK		MAI_HAN_AKAT

typedef struct MarkWriter
{
	char	   *start;
	char	   *at;
	uint32		marks;			/* seen since the last base character, from FIRST_MARK on */
	int			sara_ams;		/* likewise: they come behind the marks */
	bool		blank;			/* a space is due before the next character */
	char	   *sara_e;			/* the end of a sara e that nothing follows, or NULL */
} MarkWriter;

static const uint32 mark_order[] = {
	PHINTHU, SARA_U, SARA_U + 1,	/* below */
	MAI_HAN_AKAT, SARA_I, SARA_I + 1, SARA_I + 2, SARA_I + 3,	/* above */
	MAI_TAI_KHU, NIKHAHIT,
	MAI_EK, MAI_EK + 1, MAI_EK + 2, MAI_EK + 3, /* tones */
	THANTHAKHAT, YAMAKKAN
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

/* Write the marks of the last base character. */
static void
put_marks(MarkWriter *writer)
{
	if (writer->sara_ams)
		writer->marks &= ~mark_bit(NIKHAHIT);	/* a sara am holds one */
	for (int i = 0; writer->marks && i < lengthof(mark_order); i++)
		if (writer->marks & mark_bit(mark_order[i]))
			put(writer, mark_order[i]);
	for (; writer->sara_ams > 0; writer->sara_ams--)
		put(writer, SARA_AM);
	writer->marks = 0;
}

/* A blank between two characters becomes a space, none at the ends. */
static void
put_blank(MarkWriter *writer)
{
	if (!writer->blank)
		return;
	put_marks(writer);
	if (writer->at > writer->start)
		put(writer, ' ');
	writer->blank = false;
}

static void
put_base(MarkWriter *writer, uint32 character)
{
	put_blank(writer);
	put_marks(writer);
	if (character == SARA_E && writer->sara_e == writer->at)
	{
		writer->at -= 3;		/* the bytes of sara e */
		put(writer, SARA_AE);
		writer->sara_e = NULL;
		return;
	}
	put(writer, character);
	if (character == SARA_E)
		writer->sara_e = writer->at;
}

static void
put_character(MarkWriter *writer, uint32 character)
{
	int			digit = digit_of(character);

	if (is_zero_width(character))
		return;
	if (is_blank(character))
		writer->blank = true;
	else if (is_mark(character))
	{
		put_blank(writer);
		writer->marks |= mark_bit(character);
	}
	else if (character == SARA_AM ||
			 (character == SARA_AA && !writer->blank && (writer->marks & mark_bit(NIKHAHIT))))
	{
		put_blank(writer);
		writer->marks &= ~mark_bit(NIKHAHIT);
		writer->sara_ams++;
	}
	else
		put_base(writer, digit >= 0 ? (uint32) ('0' + digit) : character);
}

int
thai_normal(const char *text, int length, char *normal)
{
	Utf8Reader	reader = {text, text + length};
	MarkWriter	writer = {normal, normal};
	uint32		character;

	while (utf8_next(&reader, &character))
	{
		if (character != NO_CHARACTER)
			put_character(&writer, character);
		else
		{
			put_blank(&writer);
			put_marks(&writer);
			*writer.at++ = reader.at[-1];
		}
		check_interrupts_at(reader.at - text);
	}
	put_marks(&writer);
	return (int) (writer.at - normal);
}
