-- Pages of HTML: texts made harmless, numbers as people write them, tables, figures and sections.

CREATE FUNCTION equity_internal.html(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(replace(
         regexp_replace(content, '[[:cntrl:]]', ' ', 'g'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');

COMMENT ON FUNCTION equity_internal.html(text) IS
  'A text that stays text in HTML, between tags and in attributes.';

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

CREATE FUNCTION equity_internal.quota_cell(quota numeric) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN format('<td>%s</td>', coalesce(equity_internal.number_text(quota), '-'));

COMMENT ON FUNCTION equity_internal.quota_cell(numeric) IS
  'A cell of a table with a quota; a dash when no number was announced.';

CREATE FUNCTION equity_internal.name_cell(name text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN format('<th scope="row">%s</th>', equity_internal.html(name));

COMMENT ON FUNCTION equity_internal.name_cell(text) IS
  'The first cell of a row of a table: what the row is of.';

-- A table may be wider than a telephone: it scrolls by itself, also with the keyboard.
CREATE FUNCTION equity_internal.table_html(caption text, heads text[], body text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '<div class="scroll" role="region" tabindex="0" aria-label="' || equity_internal.html(caption) || '"><table><caption>'
         || equity_internal.html(caption) || '</caption><thead><tr>'
         || (SELECT string_agg('<th scope="col">' || equity_internal.html(h.head) || '</th>', '' ORDER BY h.n)
               FROM unnest(heads) WITH ORDINALITY AS h (head, n))
         || '</tr></thead><tbody>' || coalesce(body, '') || '</tbody></table></div>' || chr(10);
END;

COMMENT ON FUNCTION equity_internal.table_html(text, text[], text) IS
  'A table: caption and heads as text, the rows of its body as HTML.';

CREATE FUNCTION equity_internal.figure_html(message text, chart text, note text DEFAULT NULL) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '<figure><figcaption>' || equity_internal.html(message) || '</figcaption>' || chr(10) || chart
       || coalesce('<p class="note">' || equity_internal.html(note) || '</p>', '') || '</figure>' || chr(10);

COMMENT ON FUNCTION equity_internal.figure_html(text, text, text) IS
  'A chart under the one message that it has, with a note on how to read it.';

CREATE FUNCTION equity_internal.section_html(slug text, heading text, body text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN format('<section id="%1$s" aria-labelledby="%1$s-heading"><h2 id="%1$s-heading">%2$s</h2>', slug, equity_internal.html(heading))
       || chr(10) || coalesce(body, '') || '</section>' || chr(10);

COMMENT ON FUNCTION equity_internal.section_html(text, text, text) IS
  'A section of a page under its heading.';

CREATE FUNCTION equity_internal.paragraph(content text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '<p>' || equity_internal.html(content) || '</p>' || chr(10);

COMMENT ON FUNCTION equity_internal.paragraph(text) IS
  'A text as a paragraph of HTML.';
