/*
 * province.c
 *	  The code of a province by any name that files have for it.
 *
 * Codes are those of ISO 3166-2:TH.  The names are here, and not only in a table,
 * so that reading one needs no table: it can stand in an index, a generated
 * column, or run on a shard.
 */
#include "core/thai/thai.h"
#include "core/base/words.h"

typedef struct ProvinceName
{
	const char *code;
	const char *thai;
	const char *english;
} ProvinceName;

/* The official names, then what else a province is called, in one of the languages or both */
static const ProvinceName provinces[] = {
	{"10", "กรุงเทพมหานคร", "Bangkok"},
	{"11", "สมุทรปราการ", "Samut Prakan"},
	{"12", "นนทบุรี", "Nonthaburi"},
	{"13", "ปทุมธานี", "Pathum Thani"},
	{"14", "พระนครศรีอยุธยา", "Phra Nakhon Si Ayutthaya"},
	{"15", "อ่างทอง", "Ang Thong"},
	{"16", "ลพบุรี", "Lopburi"},
	{"17", "สิงห์บุรี", "Sing Buri"},
	{"18", "ชัยนาท", "Chai Nat"},
	{"19", "สระบุรี", "Saraburi"},
	{"20", "ชลบุรี", "Chon Buri"},
	{"21", "ระยอง", "Rayong"},
	{"22", "จันทบุรี", "Chanthaburi"},
	{"23", "ตราด", "Trat"},
	{"24", "ฉะเชิงเทรา", "Chachoengsao"},
	{"25", "ปราจีนบุรี", "Prachin Buri"},
	{"26", "นครนายก", "Nakhon Nayok"},
	{"27", "สระแก้ว", "Sa Kaeo"},
	{"30", "นครราชสีมา", "Nakhon Ratchasima"},
	{"31", "บุรีรัมย์", "Buri Ram"},
	{"32", "สุรินทร์", "Surin"},
	{"33", "ศรีสะเกษ", "Si Sa Ket"},
	{"34", "อุบลราชธานี", "Ubon Ratchathani"},
	{"35", "ยโสธร", "Yasothon"},
	{"36", "ชัยภูมิ", "Chaiyaphum"},
	{"37", "อำนาจเจริญ", "Amnat Charoen"},
	{"38", "บึงกาฬ", "Bueng Kan"},
	{"39", "หนองบัวลำภู", "Nong Bua Lam Phu"},
	{"40", "ขอนแก่น", "Khon Kaen"},
	{"41", "อุดรธานี", "Udon Thani"},
	{"42", "เลย", "Loei"},
	{"43", "หนองคาย", "Nong Khai"},
	{"44", "มหาสารคาม", "Maha Sarakham"},
	{"45", "ร้อยเอ็ด", "Roi Et"},
	{"46", "กาฬสินธุ์", "Kalasin"},
	{"47", "สกลนคร", "Sakon Nakhon"},
	{"48", "นครพนม", "Nakhon Phanom"},
	{"49", "มุกดาหาร", "Mukdahan"},
	{"50", "เชียงใหม่", "Chiang Mai"},
	{"51", "ลำพูน", "Lamphun"},
	{"52", "ลำปาง", "Lampang"},
	{"53", "อุตรดิตถ์", "Uttaradit"},
	{"54", "แพร่", "Phrae"},
	{"55", "น่าน", "Nan"},
	{"56", "พะเยา", "Phayao"},
	{"57", "เชียงราย", "Chiang Rai"},
	{"58", "แม่ฮ่องสอน", "Mae Hong Son"},
	{"60", "นครสวรรค์", "Nakhon Sawan"},
	{"61", "อุทัยธานี", "Uthai Thani"},
	{"62", "กำแพงเพชร", "Kamphaeng Phet"},
	{"63", "ตาก", "Tak"},
	{"64", "สุโขทัย", "Sukhothai"},
	{"65", "พิษณุโลก", "Phitsanulok"},
	{"66", "พิจิตร", "Phichit"},
	{"67", "เพชรบูรณ์", "Phetchabun"},
	{"70", "ราชบุรี", "Ratchaburi"},
	{"71", "กาญจนบุรี", "Kanchanaburi"},
	{"72", "สุพรรณบุรี", "Suphan Buri"},
	{"73", "นครปฐม", "Nakhon Pathom"},
	{"74", "สมุทรสาคร", "Samut Sakhon"},
	{"75", "สมุทรสงคราม", "Samut Songkhram"},
	{"76", "เพชรบุรี", "Phetchaburi"},
	{"77", "ประจวบคีรีขันธ์", "Prachuap Khiri Khan"},
	{"80", "นครศรีธรรมราช", "Nakhon Si Thammarat"},
	{"81", "กระบี่", "Krabi"},
	{"82", "พังงา", "Phangnga"},
	{"83", "ภูเก็ต", "Phuket"},
	{"84", "สุราษฎร์ธานี", "Surat Thani"},
	{"85", "ระนอง", "Ranong"},
	{"86", "ชุมพร", "Chumphon"},
	{"90", "สงขลา", "Songkhla"},
	{"91", "สตูล", "Satun"},
	{"92", "ตรัง", "Trang"},
	{"93", "พัทลุง", "Phatthalung"},
	{"94", "ปัตตานี", "Pattani"},
	{"95", "ยะลา", "Yala"},
	{"96", "นราธิวาส", "Narathiwat"},
	{"10", "กรุงเทพ", "Bangkok Metropolis"},
	{"10", "กทม", "Krung Thep Maha Nakhon"},
	{"10", NULL, "Krung Thep"},
	{"10", NULL, "BKK"},
	{"14", "อยุธยา", "Ayutthaya"},
	{"30", "โคราช", "Korat"}
};

static bool
is_ignored(char byte)
{
	return byte == ' ' || byte == '-' || byte == '.';
}

/* True when a text is a name but for case, blanks, hyphens and full stops. */
static bool
is_name(Word text, const char *name)
{
	const char *at = text.text;
	const char *end = text.text + text.length;

	while (name)
	{
		while (at < end && is_ignored(*at))
			at++;
		while (is_ignored(*name))
			name++;
		if (at == end || *name == '\0')
			return at == end && *name == '\0';
		if (pg_ascii_tolower((unsigned char) *at++) != pg_ascii_tolower((unsigned char) *name++))
			return false;
	}
	return false;
}

static void
skip_prefix(Word *text, const char *prefix)
{
	int			length = (int) strlen(prefix);

	if (text->length > length && pg_strncasecmp(text->text, prefix, length) == 0)
		*text = (Word) {text->text + length, text->length - length};
}

static void
skip_suffix(Word *text, const char *suffix)
{
	int			length = (int) strlen(suffix);

	if (text->length > length &&
		pg_strncasecmp(text->text + text->length - length, suffix, length) == 0)
		text->length -= length;
}

const char *
thai_province_code(const char *text, int length)
{
	static const char *const prefixes[] = {"จังหวัด", "จ.", "จ ", "changwat ", "TH-"};
	static const char *const suffixes[] = {"ฯ", " province", " prov."};
	Word		name = {text, length};

	for (int i = 0; i < lengthof(prefixes); i++)
		skip_prefix(&name, prefixes[i]);
	for (int i = 0; i < lengthof(suffixes); i++)
		skip_suffix(&name, suffixes[i]);
	for (int i = 0; i < lengthof(provinces); i++)
		if (is_name(name, provinces[i].code) || is_name(name, provinces[i].thai) ||
			is_name(name, provinces[i].english))
			return provinces[i].code;
	return NULL;
}
