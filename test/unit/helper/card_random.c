/*
 * card_random.c
 *	  Random scorecards: few fields, small numbers, so that rules meet.
 */
#include "helper/card_random.h"

#include "lib/stringinfo.h"

#define MOST_MEMBERS	12

/* The members of an object, to be written in any order */
typedef struct Members
{
	Random	   *spelling;
	int			count;
	char	   *texts[MOST_MEMBERS];
} Members;

typedef struct Maker
{
	Random	   *matter;
	Random	   *spelling;
	int			scale;
	int			number;			/* of the criterion */
	bool	   *in_section;		/* by criterion: gives points and is in none yet */
} Maker;

/* ---- spelling ---- */

static const char *
space(Random *spelling)
{
	static const char *const spaces[] = {"", "", "", " ", "\n", "\t "};

	return spaces[random_below(spelling, lengthof(spaces))];
}

static void
add_member(Members *members, const char *key, const char *value)
{
	const char *before = space(members->spelling);

	members->texts[members->count++] = psprintf("%s\"%s\"%s:%s", before, key,
												space(members->spelling), value);
}

static char *
joined(Members *members)
{
	StringInfoData out;
	int			order[MOST_MEMBERS];

	for (int i = 0; i < members->count; i++)
		order[i] = i;
	random_shuffle(members->spelling, order, members->count);
	initStringInfo(&out);
	appendStringInfoChar(&out, '{');
	for (int i = 0; i < members->count; i++)
		appendStringInfo(&out, "%s%s", i > 0 ? "," : "", members->texts[order[i]]);
	appendStringInfoChar(&out, '}');
	return out.data;
}

/* digits / 10^scale with zeros or an exponent that change nothing */
static char *
spell(Maker *maker, int64 digits, int scale)
{
	Random	   *spelling = maker->spelling;
	const char *sign = digits < 0 ? "-" : "";
	int64		size = digits < 0 ? -digits : digits;
	int64		unit = 1;

	for (int i = 0; i < scale; i++)
		unit *= 10;
	if (random_below(spelling, 4) == 0)
		return psprintf("%s" INT64_FORMAT "%c-%d", sign, size, random_below(spelling, 2) ? 'e' : 'E', scale);
	if (scale == 0)
		return psprintf("%s" INT64_FORMAT "%s", sign, size, random_below(spelling, 4) ? "" : ".000");
	return psprintf("%s" INT64_FORMAT ".%0*lld%s", sign, size / unit, scale, (long long) (size % unit),
					random_below(spelling, 4) ? "" : "00");
}

/* ---- small parts ---- */

static char *
quoted(const char *text)
{
	return psprintf("\"%s\"", text);
}

static char *
random_number(Maker *maker)
{
	int			scale = random_below(maker->matter, 4);
	int64		digits = random_below(maker->matter, 4000) - 1000;

	return spell(maker, digits, random_below(maker->matter, 12) ? scale : 12);
}

static char *
random_points(Maker *maker)
{
	int			scale = random_below(maker->matter, maker->scale + 1);

	return spell(maker, random_below(maker->matter, 300) - 100, scale);
}

static const char *
pick(Random *matter, const char *const *list, int count)
{
	return list[random_below(matter, count)];
}

#define words(...)				((const char *const[]) {__VA_ARGS__})
#define pick_word(matter, ...)	pick(matter, words(__VA_ARGS__), lengthof(words(__VA_ARGS__)))

static const char *
number_field(Maker *maker)
{
	if (maker->number > 0 && random_below(maker->matter, 4) == 0)	/* perhaps derived */
		return psprintf("C%d", random_below(maker->matter, maker->number));
	return pick_word(maker->matter, "gpa", "income", "answers.land", "size");
}

static const char *
random_text(Random *matter)
{
	return pick_word(matter, "own", "rent", "none", "เช่า", "\\u0e17\\u0e38\\u0e19", "a\\\"b", "3.00", "-1.50", "true");
}

static void
add_missing(Maker *maker, Members *members, bool gate)
{
	switch (random_below(maker->matter, gate ? 5 : 7))
	{
		case 0:
			add_member(members, "missing", "\"undetermined\"");
			break;
		case 1:
			add_member(members, "missing", "\"reject\"");
			break;
		case 2:
			add_member(members, "missing", "\"worst\"");
			break;
		case 3:
			add_member(members, "missing", "\"best\"");
			break;
		case 5:
			add_member(members, "missing", psprintf("{\"points\":%s}", random_points(maker)));
			break;
	}
	if (random_below(maker->matter, 3) == 0)
		add_member(members, "reason", quoted(pick_word(maker->matter, "WHY", "C0", "เกิน")));
}

/* ---- gates ---- */

/* A list of 1 to 3 constants of one kind */
static char *
random_list(Maker *maker, int kind, int count)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '[');
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfo(&out, "%s,", space(maker->spelling));
		if (kind == 0)
			appendStringInfoString(&out, random_number(maker));
		else if (kind == 1)
			appendStringInfo(&out, "\"20%02d-0%d-28\"", random_below(maker->matter, 30),
							 1 + random_below(maker->matter, 9));
		else if (kind == 2)
			appendStringInfoString(&out, random_below(maker->matter, 2) ? "true" : "false");
		else
			appendStringInfo(&out, "\"%s\"", random_text(maker->matter));
	}
	appendStringInfoChar(&out, ']');
	return out.data;
}

static void
make_gate(Maker *maker, Members *members)
{
	static const char *const ops[] = {"=", "<>", "<", "<=", ">", ">=", "between", "in", "notin",
	"isnull", "notnull", "overlaps", "contains", "disjoint"};
	int			op = random_below(maker->matter, lengthof(ops));
	int			kind = op >= 11 ? 4 : random_below(maker->matter, 4);
	bool		many = op == 6 || op == 7 || op == 8 || op >= 11;
	const char *field = pick_word(maker->matter, "born", "welfare", "dwelling", "groups");
	char	   *list;

	if (kind == 0)
		field = number_field(maker);
	else if (kind == 1)
		field = "born";
	else if (kind == 2)
		field = "welfare";
	else
		field = kind == 3 ? "dwelling" : "groups";
	add_member(members, "field", quoted(field));
	add_member(members, "op", quoted(ops[op]));
	if (random_below(maker->matter, 3) == 0)
		add_member(members, "group", quoted(pick_word(maker->matter, "need", "study")));
	if (op == 9 || op == 10)
		return;
	if (op <= 5 && random_below(maker->matter, 4) == 0)
	{
		add_member(members, "than", quoted(kind == 0 ? number_field(maker) :
										   pick_word(maker->matter, "closes", "disabled", "home")));
		add_missing(maker, members, true);
		return;
	}
	list = random_list(maker, kind, op == 6 ? 2 : many ? 1 + random_below(maker->matter, 3) : 1);
	if (!many)
		list = pnstrdup(list + 1, strlen(list) - 2);
	add_member(members, "value", list);
	add_missing(maker, members, true);
}

/* ---- criteria with points ---- */

/* Rising ends, each step with what random_end gives it */
static char *
random_steps(Maker *maker, bool classes, bool covered)
{
	static const char *const labels[] = {"A", "B", "C", "ยากจน"};
	int			count = 1 + random_below(maker->matter, 4);
	int			scale = random_below(maker->matter, classes ? maker->scale + 1 : 4);
	int64		end = random_below(maker->matter, 200) - 50;
	StringInfoData out;
	int			order[4] = {0, 1, 2, 3};
	char	   *steps[4];

	for (int i = 0; i < count; i++)
	{
		bool		open_low = i == 0 && (covered || random_below(maker->matter, 2));
		bool		open_high = i == count - 1 && (covered || random_below(maker->matter, 2));
		char	   *low = open_low ? pstrdup("null") : spell(maker, end, scale);

		end += 1 + random_below(maker->matter, 200);
		steps[i] = psprintf("[%s,%s,%s]", low, open_high ? "null" : spell(maker, end, scale),
							classes ? quoted(labels[i]) : random_points(maker));
		if (!covered)
			end += random_below(maker->matter, 2) * 5;
	}
	random_shuffle(maker->spelling, order, count);
	initStringInfo(&out);
	for (int i = 0; i < count; i++)
		appendStringInfo(&out, "%s%s", i > 0 ? "," : "[", steps[order[i]]);
	appendStringInfoChar(&out, ']');
	return out.data;
}

static void
make_band(Maker *maker, Members *members)
{
	bool		otherwise = random_below(maker->matter, 2);

	add_member(members, "field", quoted(number_field(maker)));
	add_member(members, "bands", random_steps(maker, false, !otherwise));
	if (random_below(maker->matter, 3) == 0)
		add_member(members, "upper", random_below(maker->matter, 3) ? "true" : "false");
	if (otherwise)
		add_member(members, "otherwise", random_points(maker));
	add_missing(maker, members, false);
}

static void
make_linear(Maker *maker, Members *members)
{
	int			scale = random_below(maker->matter, 4);
	int64		value = random_below(maker->matter, 200) - 50;
	int			count = 2 + random_below(maker->matter, 3);
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < count; i++)
	{
		appendStringInfo(&out, "%s[%s,%s]", i > 0 ? "," : "[", spell(maker, value, scale), random_points(maker));
		value += 1 + random_below(maker->matter, 50);
	}
	appendStringInfoChar(&out, ']');
	add_member(members, "field", quoted(number_field(maker)));
	add_member(members, "points", out.data);
	add_missing(maker, members, false);
}

static void
make_enum(Maker *maker, Members *members)
{
	Members		keys = {maker->spelling};
	int			count = 1 + random_below(maker->matter, 3);
	const char *texts[] = {"own", "rent", "เช่า", "3", "true", "0.5"};
	int			order[] = {0, 1, 2, 3, 4, 5};
	const char *field = pick_word(maker->matter, "dwelling", "welfare", "born", "");

	random_shuffle(maker->matter, order, lengthof(order));
	for (int i = 0; i < count; i++)
	{
		const char *zeros = order[i] == 3 ? ".00" : "00";
		bool		number = order[i] == 3 || order[i] == 5;

		add_member(&keys, psprintf("%s%s", texts[order[i]], number && random_below(maker->spelling, 2) ? zeros : ""),
				   random_points(maker));
	}
	add_member(members, "field", quoted(*field ? field : number_field(maker)));
	add_member(members, "points", joined(&keys));
	if (random_below(maker->matter, 2))
		add_member(members, "otherwise", random_points(maker));
	add_missing(maker, members, false);
}

static void
make_coef(Maker *maker, Members *members)
{
	int64		min = random_below(maker->matter, 100) - 50;

	add_member(members, "field", quoted(number_field(maker)));
	add_member(members, "coef", spell(maker, random_below(maker->matter, 4000) - 2000, random_below(maker->matter, 5)));
	if (random_below(maker->matter, 2))
		add_member(members, "min", spell(maker, min, 1));
	if (random_below(maker->matter, 2))
		add_member(members, "max", spell(maker, min + random_below(maker->matter, 100), 1));
	add_missing(maker, members, false);
}

static void
make_section(Maker *maker, Members *members)
{
	StringInfoData out;
	int64		min = random_below(maker->matter, 40) - 20;
	int			limits = 1 + random_below(maker->matter, 3);
	int			count = 0;

	initStringInfo(&out);
	for (int i = 0; i < maker->number; i++)
		if (maker->in_section[i] && random_below(maker->matter, 2))
		{
			appendStringInfo(&out, "%s\"C%d\"", count++ > 0 ? "," : "[", i);
			maker->in_section[i] = false;
		}
	if (count == 0)
		appendStringInfoString(&out, "[\"C0\"");
	appendStringInfoChar(&out, ']');
	add_member(members, "members", out.data);
	if (limits & 1)
		add_member(members, "min", spell(maker, min, 0));
	if (limits & 2)
		add_member(members, "max", spell(maker, min + random_below(maker->matter, 20), 0));
}

static void
make_derive(Maker *maker, Members *members)
{
	const char *function = pick_word(maker->matter, "ratio", "sum", "min", "max", "count_true", "age_years",
									 "age_years_thai");
	const char *first = number_field(maker);
	const char *second = number_field(maker);

	add_member(members, "fn", quoted(function));
	if (strncmp(function, "age_years", 9) == 0)
		add_member(members, "field", quoted("born"));
	else if (strcmp(function, "count_true") == 0)
		add_member(members, "fields", "[\"welfare\",\"disabled\"]");
	else if (strcmp(function, "ratio") == 0 || random_below(maker->matter, 2))
		add_member(members, "fields", psprintf("[\"%s\",%s\"%s\"]", first, space(maker->spelling), second));
	else
		add_member(members, "fields", psprintf("[\"%s\"]", first));
}

/* ---- the whole ---- */

static char *
make_criterion(Maker *maker)
{
	static const char *const kinds[] = {"gate", "band", "linear", "enum", "coef", "const", "section", "derive", "gate"};
	static void (*const makers[]) (Maker *, Members *) = {make_gate, make_band, make_linear,
		make_enum, make_coef, NULL, make_section, make_derive, make_gate};
	Members		members = {maker->spelling};
	int			kind = random_below(maker->matter, lengthof(kinds));

	add_member(&members, "code", psprintf("\"C%d\"", maker->number));
	add_member(&members, "kind", quoted(kinds[kind]));
	if (makers[kind])
		makers[kind] (maker, &members);
	else
		add_member(&members, "points", random_points(maker));
	maker->in_section[maker->number++] = kind >= 1 && kind <= 5;
	return joined(&members);
}

char *
card_random(Random *matter, Random *spelling)
{
	Maker		maker = {matter, spelling};
	Members		members = {spelling};
	int			count = 1 + random_below(matter, 7);
	StringInfoData out;

	maker.scale = random_below(matter, 7);
	maker.in_section = palloc0(count);
	initStringInfo(&out);
	for (int i = 0; i < count; i++)
		appendStringInfo(&out, "%s%s", i > 0 ? "," : "[", make_criterion(&maker));
	appendStringInfoChar(&out, ']');
	add_member(&members, "code", "\"RANDOM\"");
	add_member(&members, "criteria", out.data);
	add_member(&members, "as_of", "\"2023-05-16\"");
	if (maker.scale != 4 || random_below(spelling, 2))
		add_member(&members, "scale", spell(&maker, maker.scale, 0));
	add_member(&members, "rounding", quoted(pick_word(matter, "half_up", "half_even", "down")));
	if (random_below(matter, 2))
		add_member(&members, "classes", random_steps(&maker, true, true));
	return joined(&members);
}
