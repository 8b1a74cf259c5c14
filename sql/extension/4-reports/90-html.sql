-- Pages of HTML: texts made harmless, numbers as people write them, tables, figures and sections.

CREATE FUNCTION equity_internal.html(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(replace(
         regexp_replace(content, '[[:cntrl:]]', ' ', 'g'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');

COMMENT ON FUNCTION equity_internal.html(text) IS
  'A text that stays text in HTML, between tags and in attributes.';

-- Browsers end a line of Thai wherever a list of theirs says that a word ends, which parts many words of a page. These
-- stay whole.
CREATE FUNCTION equity_internal.words_html(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
  equity_internal.html(content),
  '(กลุ่มที่นั่ง|ที่นั่งทุน|ที่นั่ง|ผู้ด้อยโอกาส|ด้อยโอกาส|ผู้เข้าศึกษา|ผู้ได้รับ|ผู้ถือ|ผู้ปกครอง|ผู้มีสิทธิ์|ผู้มี|ผู้ไม่มี|ผู้ย้าย|ผู้รับทุน|ผู้เลือก|ผู้สมัคร|ผู้สำเร็จ|ผู้อยู่'
  '|ใบสมัคร|ปิดรับสมัคร|เปิดรับสมัคร|รับสมัคร|มีสิทธิ์|ได้รับทุน|ได้รับ|รับทุน|เสนอทุน|พักทุน|ยุติทุน|สายอาชีพ|ชั้นสูง|สถานศึกษา|ปีการศึกษา|การศึกษา|ศึกษาต่อ|เข้าศึกษา'
  '|การจัดสรร|การพิจารณา|คงอยู่|แรกเข้า|กลางคัน|พ้นสภาพ|เสียชีวิต|มีงานทำ|ติดตามได้|อันดับที่|ครั้งที่|รายได้|ร้อยละ|ครัวเรือน|ภาคเรียน|ยากจนกว่า|จนที่สุด|ต่ำที่สุด|สูงที่สุด|ต่ำสุด|สูงสุด|น้อยที่สุด'
  '|น้อยกว่า|ต่ำกว่า|สูงกว่า|ทั้งหมด|ทั้งรอบ|ก่อนหน้า|ความเชื่อมั่น|ความต้องการ|ความพิการ|ความเหลื่อมล้ำ|ความแตกต่าง|เหลื่อมล้ำ|เส้นประ|ไม่แสดง|คำตอบ|คาดการณ์|งบประมาณ|ต้องจ่าย'
  '|ค้างจ่าย|จ่ายแล้ว|ตีกลับ|เรียกคืน|ตรวจสอบ|หลักฐาน|หลักเกณฑ์|คนพิการ|ประจำตัว|โทษจำคุก|ทอดทิ้ง|สถานพินิจ|ผลกระทบ|เอชไอวี|ยาเสพติด|ห่างไกล|เสี่ยงภัย|วัยรุ่น|สัญชาติ|นอกระบบ'
  '|ควินไทล์ที่|จีนี|ภูมิลำเนา|อย่างน้อย|หนึ่ง)',
  E'<span class="word">\\1</span>', 'g');

COMMENT ON FUNCTION equity_internal.words_html(text) IS
  'A text that stays text between tags, in which lines do not end inside the words that pages use.';

CREATE FUNCTION equity_internal.said(lang text, thai text[], english text[]) RETURNS text[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE lang WHEN 'en' THEN english ELSE thai END;

COMMENT ON FUNCTION equity_internal.said(text, text[], text[]) IS
  'The one of two lists of texts that is in a language, th or en.';

CREATE FUNCTION equity_internal.said(lang text, thai text, english text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE lang WHEN 'en' THEN coalesce(english, thai) ELSE thai END;

COMMENT ON FUNCTION equity_internal.said(text, text, text) IS
  'The one of two texts that is in a language, th or en; without an English one the Thai.';

CREATE FUNCTION equity_internal.number_text(value numeric, decimals integer DEFAULT 0) RETURNS text
  LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN to_char(value, CASE decimals WHEN 0 THEN 'FM999,999,999,999,990' ELSE 'FM999,999,999,999,990.' || repeat('0', decimals) END);

COMMENT ON FUNCTION equity_internal.number_text(numeric, integer) IS
  'A number with commas between thousands and so many decimals.';

CREATE FUNCTION equity_internal.year_text(academic_year integer, lang text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE lang WHEN 'en' THEN academic_year - 543 ELSE academic_year END::text;

COMMENT ON FUNCTION equity_internal.year_text(integer, text) IS
  'A year of the Buddhist era (พ.ศ.) as a page in the language has it: in English in the common era.';

CREATE FUNCTION equity_internal.shown_number(value numeric, lang text, decimals integer DEFAULT 0, unit text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(equity_internal.number_text(value, decimals) || unit, equity_internal.said(lang, 'ไม่แสดง', 'not shown'));

COMMENT ON FUNCTION equity_internal.shown_number(numeric, text, integer, text) IS
  'A number with its unit, or that it is not shown.';

CREATE FUNCTION equity_internal.number_cell(value numeric, lang text, decimals integer DEFAULT 0, unit text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN format('<td%s>%s</td>', CASE WHEN value IS NULL THEN ' class="none"' END,
              equity_internal.shown_number(value, lang, decimals, unit));

COMMENT ON FUNCTION equity_internal.number_cell(numeric, text, integer, text) IS
  'A cell of a table with a number, or that it is not shown.';

CREATE FUNCTION equity_internal.number_cells(lang text, VARIADIC numbers numeric[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(equity_internal.number_cell(c.number, lang), '' ORDER BY c.n) FROM unnest(numbers) WITH ORDINALITY AS c (number, n);
END;

COMMENT ON FUNCTION equity_internal.number_cells(text, numeric[]) IS
  'Cells of a table with whole numbers.';

CREATE FUNCTION equity_internal.interval_cell(low numeric, high numeric, lang text, unit text DEFAULT '%') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce('<td>' || equity_internal.number_text(low, 1) || ' - ' || equity_internal.number_text(high, 1) || unit || '</td>',
                equity_internal.number_cell(NULL, lang));

COMMENT ON FUNCTION equity_internal.interval_cell(numeric, numeric, text, text) IS
  'A cell of a table with the ends of an interval, or that it is not shown.';

CREATE FUNCTION equity_internal.quota_cell(quota numeric) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN format('<td>%s</td>', coalesce(equity_internal.number_text(quota), '-'));

COMMENT ON FUNCTION equity_internal.quota_cell(numeric) IS
  'A cell of a table with a quota; a dash when no number was announced.';

CREATE FUNCTION equity_internal.name_cell(name text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN format('<th scope="row">%s</th>', equity_internal.words_html(name));

COMMENT ON FUNCTION equity_internal.name_cell(text) IS
  'The first cell of a row of a table: what the row is of.';

CREATE FUNCTION equity_internal.row_html(name text, VARIADIC cells text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<tr>' || equity_internal.name_cell(name) || array_to_string(cells, '') || '</tr>';

COMMENT ON FUNCTION equity_internal.row_html(text, text[]) IS
  'A row of a table: what it is of, and its other cells.';

CREATE FUNCTION equity_internal.group_html(name text, columns integer, rows text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN format('</tbody><tbody><tr class="group"><th scope="rowgroup" colspan="%s"><div>%s</div></th></tr>', columns, equity_internal.words_html(name)) || rows;

COMMENT ON FUNCTION equity_internal.group_html(text, integer, text) IS
  'Rows of a table that belong together, under their name.';

CREATE FUNCTION equity_internal.heads_html(heads text[], class text DEFAULT NULL) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(format('<th scope="col"%s>%s</th>', ' class="' || class || '"', equity_internal.words_html(h.head)), '' ORDER BY h.n)
    FROM unnest(heads) WITH ORDINALITY AS h (head, n);
END;

COMMENT ON FUNCTION equity_internal.heads_html(text[], text) IS
  'Heads of columns of a table.';

-- A table may be wider than a telephone: it scrolls by itself, also with the keyboard.
CREATE FUNCTION equity_internal.table_html(caption text, heads text, body text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<div class="scroll" role="region" tabindex="0" aria-label="' || equity_internal.html(caption) || '"><table><caption>'
       || equity_internal.words_html(caption) || '</caption><thead><tr>' || heads || '</tr></thead>'
       || replace('<tbody>' || body || '</tbody>', '<tbody></tbody>', '') || '</table></div>' || chr(10);

COMMENT ON FUNCTION equity_internal.table_html(text, text, text) IS
  'A table: its caption as text, the heads of its columns and its rows as HTML; NULL without rows.';

CREATE FUNCTION equity_internal.note_html(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<p class="note">' || equity_internal.words_html(content) || '</p>' || chr(10);

COMMENT ON FUNCTION equity_internal.note_html(text) IS
  'A text as a note below a figure.';

CREATE FUNCTION equity_internal.figure_html(message text, content text, note text DEFAULT NULL) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<figure><figcaption>' || equity_internal.words_html(message) || '</figcaption>' || chr(10) || content
       || coalesce(equity_internal.note_html(note), '') || '</figure>' || chr(10);

COMMENT ON FUNCTION equity_internal.figure_html(text, text, text) IS
  'A chart or a table under the one message that it has, with a note on how to read it; NULL without it.';

CREATE FUNCTION equity_internal.section_html(slug text, heading text, body text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN format('<section id="%1$s" aria-labelledby="%1$s-heading"><h2 id="%1$s-heading">%2$s</h2>', slug, equity_internal.words_html(heading))
       || chr(10) || coalesce(body, '') || '</section>' || chr(10);

COMMENT ON FUNCTION equity_internal.section_html(text, text, text) IS
  'A section of a page under its heading.';

CREATE FUNCTION equity_internal.paragraph(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<p>' || equity_internal.words_html(content) || '</p>' || chr(10);

COMMENT ON FUNCTION equity_internal.paragraph(text) IS
  'A text as a paragraph of HTML.';

CREATE FUNCTION equity_internal.source_note(view_name text, lang text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<p class="note">' || equity_internal.said(lang, 'ที่มา: ', 'From: ') || '<code>' || equity_internal.html(view_name) || '</code></p>' || chr(10);

COMMENT ON FUNCTION equity_internal.source_note(text, text) IS
  'From which view figures come.';

--- empty is what stands in it when there is nothing to show: figures are NULL then.
CREATE FUNCTION equity_internal.report_section(slug text, heading text, figures text, empty text, view_name text, lang text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN equity_internal.section_html(slug, heading, coalesce(figures, equity_internal.paragraph(empty)) || equity_internal.source_note(view_name, lang));

COMMENT ON FUNCTION equity_internal.report_section(text, text, text, text, text, text) IS
  'A section of a report: its figures, or that there are none, and the views whose numbers they are.';
