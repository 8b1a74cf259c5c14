-- A map of the provinces as tiles of one size, each about where the province lies, so that a small one is as well seen as
-- a large one.

CREATE VIEW equity_internal.province_tile (province_code, across, down, short_th, short_en) WITH (security_invoker = true) AS
  VALUES ('57', 2, 0, 'ชร', 'CRI'),
         ('58', 0, 1, 'มส', 'MSN'), ('50', 1, 1, 'ชม', 'CMI'), ('56', 2, 1, 'พย', 'PYO'), ('55', 3, 1, 'นน', 'NAN'),
         ('51', 0, 2, 'ลพ', 'LPN'), ('52', 1, 2, 'ลป', 'LPG'), ('54', 2, 2, 'พร', 'PRE'), ('53', 3, 2, 'อต', 'UTT'),
         ('43', 6, 2, 'นค', 'NKI'), ('38', 7, 2, 'บก', 'BKN'),
         ('63', 0, 3, 'ตก', 'TAK'), ('64', 1, 3, 'สท', 'STI'), ('65', 2, 3, 'พล', 'PLK'), ('42', 4, 3, 'ลย', 'LEI'),
         ('39', 5, 3, 'นภ', 'NBP'), ('41', 6, 3, 'อด', 'UDN'), ('47', 7, 3, 'สน', 'SNK'), ('48', 8, 3, 'นพ', 'NPM'),
         ('62', 1, 4, 'กพ', 'KPT'), ('66', 2, 4, 'พจ', 'PCT'), ('67', 3, 4, 'พช', 'PNB'), ('36', 4, 4, 'ชย', 'CPM'),
         ('40', 5, 4, 'ขก', 'KKN'), ('44', 6, 4, 'มค', 'MKM'), ('46', 7, 4, 'กส', 'KSN'), ('49', 8, 4, 'มห', 'MDH'),
         ('61', 1, 5, 'อน', 'UTI'), ('60', 2, 5, 'นว', 'NSN'), ('16', 3, 5, 'ลบ', 'LRI'), ('30', 4, 5, 'นม', 'NMA'),
         ('31', 5, 5, 'บร', 'BRM'), ('45', 6, 5, 'รอ', 'RET'), ('35', 7, 5, 'ยส', 'YST'), ('37', 8, 5, 'อจ', 'ACR'),
         ('71', 0, 6, 'กจ', 'KRI'), ('18', 1, 6, 'ชน', 'CNT'), ('17', 2, 6, 'สห', 'SBR'), ('19', 3, 6, 'สบ', 'SRI'),
         ('26', 4, 6, 'นย', 'NYK'), ('32', 6, 6, 'สร', 'SRN'), ('33', 7, 6, 'ศก', 'SSK'), ('34', 8, 6, 'อบ', 'UBN'),
         ('72', 1, 7, 'สพ', 'SPB'), ('15', 2, 7, 'อท', 'ATG'), ('14', 3, 7, 'อย', 'AYA'), ('25', 4, 7, 'ปจ', 'PRI'),
         ('27', 5, 7, 'สก', 'SKW'),
         ('70', 0, 8, 'รบ', 'RBR'), ('73', 1, 8, 'นฐ', 'NPT'), ('12', 2, 8, 'นบ', 'NBI'), ('13', 3, 8, 'ปท', 'PTE'),
         ('24', 4, 8, 'ฉช', 'CCO'),
         ('75', 0, 9, 'สส', 'SKM'), ('74', 1, 9, 'สค', 'SKN'), ('10', 2, 9, 'กท', 'BKK'), ('11', 3, 9, 'สป', 'SPK'),
         ('20', 4, 9, 'ชบ', 'CBI'), ('22', 5, 9, 'จบ', 'CTI'),
         ('76', 0, 10, 'พบ', 'PBI'), ('21', 4, 10, 'รย', 'RYG'), ('23', 5, 10, 'ตร', 'TRT'),
         ('77', 0, 11, 'ปข', 'PKN'),
         ('86', 0, 12, 'ชพ', 'CPN'),
         ('85', 0, 13, 'รน', 'RNG'), ('84', 1, 13, 'สฎ', 'SNI'),
         ('82', 0, 14, 'พง', 'PNA'), ('81', 1, 14, 'กบ', 'KBI'), ('80', 2, 14, 'นศ', 'NRT'),
         ('83', 0, 15, 'ภก', 'PKT'), ('92', 1, 15, 'ตง', 'TRG'), ('93', 2, 15, 'พท', 'PLG'),
         ('91', 1, 16, 'สต', 'STN'), ('90', 2, 16, 'สข', 'SKA'), ('94', 3, 16, 'ปน', 'PTN'),
         ('95', 3, 17, 'ยล', 'YLA'), ('96', 4, 17, 'นธ', 'NWT');

COMMENT ON VIEW equity_internal.province_tile IS
  'Where each province shipped has its tile on a map, and its short name there.';
COMMENT ON COLUMN equity_internal.province_tile.province_code IS 'Province (รหัสจังหวัด), as in equity.province.';
COMMENT ON COLUMN equity_internal.province_tile.across IS 'Column of the tile, 0 in the west.';
COMMENT ON COLUMN equity_internal.province_tile.down IS 'Row of the tile, 0 in the north.';
COMMENT ON COLUMN equity_internal.province_tile.short_th IS 'The two letters that stand for the province in Thai (อักษรย่อ).';
COMMENT ON COLUMN equity_internal.province_tile.short_en IS 'Three letters that stand for it in English.';

CREATE FUNCTION equity_internal.tile_class(value numeric, steps numeric[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN 'hidden' WHEN value = 0 THEN 'zero' ELSE 'step' || width_bucket(value, steps) END;

COMMENT ON FUNCTION equity_internal.tile_class(numeric, numeric[]) IS
  'The class of colour of a value: hidden, zero, or the number of its step, 0 for below the first.';

-- A tile that is not shown has a dashed border, so that it is told from a light one also on paper.
CREATE FUNCTION equity_internal.tile_map(words text, codes text[], "values" numeric[], persons numeric[], texts text[], steps numeric[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<svg class="map" role="img" aria-label="' || equity_internal.html(words) || '" viewBox="0 0 360 720">'
         || coalesce(string_agg(
              format('<g class="tile %s" transform="translate(%s %s)"><title>%s</title><rect width="38" height="38"/><text x="19" y="17">%s</text>%s</g>',
                     equity_internal.tile_class(v.value, steps), 40 * t.across + 1, 40 * t.down + 1, equity_internal.html(v.text),
                     CASE lang WHEN 'en' THEN t.short_en ELSE t.short_th END,
                     '<text class="count" x="19" y="31">' || equity_internal.number_text(v.persons) || '</text>'),
              '' ORDER BY t.down, t.across), '')
         || '</svg>' || chr(10)
    FROM ROWS FROM (unnest(codes), unnest("values"), unnest(persons), unnest(texts)) AS v (code, value, persons, text)
    JOIN equity_internal.province_tile AS t ON t.province_code = v.code;
END;

COMMENT ON FUNCTION equity_internal.tile_map(text, text[], numeric[], numeric[], text[], numeric[], text) IS
  'A map of provinces: each value in the colour of its step, each tile with the number of persons that it is of and its text.';

CREATE FUNCTION equity_internal.map_steps(most numeric) RETURNS numeric[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_agg(trim_scale(s.n * equity_internal.round_up(most) / 5) ORDER BY s.n) FROM generate_series(1, 4) AS s (n);
END;

COMMENT ON FUNCTION equity_internal.map_steps(numeric) IS
  'Where the colours of a map change: four values that part zero to the next round number above the largest evenly.';

CREATE FUNCTION equity_internal.tile_key(steps numeric[], unit text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.key_html(array_agg('key-' || k.class ORDER BY k.n), array_agg(k.name ORDER BY k.n))
    FROM (SELECT 0 AS n, 'zero' AS class, '0' || unit AS name
          UNION ALL
          SELECT 1 + s.n, 'step' || s.n,
                 CASE
                   WHEN s.n = 0 THEN equity_internal.said(lang, 'ต่ำกว่า ', 'below ') || s.high
                   WHEN s.high IS NULL THEN s.low || equity_internal.said(lang, ' ขึ้นไป', ' and more')
                   ELSE s.low || equity_internal.said(lang, ' ถึงต่ำกว่า ', ' to below ') || s.high
                 END
            FROM (SELECT g.n, equity_internal.number_text(steps[g.n], scale(steps[g.n])) || unit AS low,
                         equity_internal.number_text(steps[g.n + 1], scale(steps[g.n + 1])) || unit AS high
                    FROM generate_series(0, 4) AS g (n)) AS s
          UNION ALL
          SELECT 9, 'hidden', equity_internal.said(lang, 'ไม่แสดง', 'not shown')) AS k;
END;

COMMENT ON FUNCTION equity_internal.tile_key(numeric[], text, text) IS
  'What the colours of a map stand for, with the steps of equity_internal.map_steps.';
