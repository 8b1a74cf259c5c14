-- A letter as a page to print: what equity.explain_application says, line by line.

CREATE FUNCTION equity_internal.rule_row(line equity.explanation_line) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<tr>' || equity_internal.name_cell((line).label)
       || (SELECT string_agg('<td class="text">' || coalesce(equity_internal.words_html(c.words), '') || '</td>', '' ORDER BY c.n)
             FROM unnest(ARRAY[coalesce((line).value, CASE (line).section WHEN 'rule' THEN '-' END), (line).rule, concat_ws(equity_internal.sentence_separator(), (line).message, (line).advice),
                          concat_ws(' / ', (line).points, (line).max_points)])
                    WITH ORDINALITY AS c (words, n))
       || '</tr>' || chr(10);

COMMENT ON FUNCTION equity_internal.rule_row(equity.explanation_line) IS
  'A rule of a letter as a row of a table: what was read, what the rule asks, whether it holds, points and most possible points.';

CREATE FUNCTION equity_internal.letter_paragraphs(line equity.explanation_line) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN '<h3>' || equity_internal.words_html((line).label) || coalesce(': ' || equity_internal.words_html((line).value), '') || '</h3>' || chr(10)
       || coalesce(equity_internal.paragraph((line).message), '')
       || coalesce(equity_internal.note_html((line).advice), '');

COMMENT ON FUNCTION equity_internal.letter_paragraphs(equity.explanation_line) IS
  'A line of a letter as paragraphs: its label, what it says and what can be done.';

--- Of each programme the rules are a table, with eligibility and score at its end; the rest are paragraphs.
CREATE FUNCTION equity_internal.letter_block(block text, lines equity.explanation_line[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE
           WHEN starts_with(block, 'rules') THEN
             equity_internal.table_html(
               equity_internal.said(lang, 'เกณฑ์แต่ละข้อ', 'Each rule'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['เกณฑ์', 'ข้อมูลของท่าน', 'หลักเกณฑ์', 'ผล', 'คะแนน / คะแนนเต็ม'],
                                                                     ARRAY['Rule', 'Your data', 'What it asks or gives', 'Answer', 'Points / at most']), 'text'),
               string_agg(equity_internal.rule_row(l), '' ORDER BY l.line))
           ELSE string_agg(equity_internal.letter_paragraphs(l), '' ORDER BY l.line)
         END
    FROM unnest(lines) AS l;
END;

COMMENT ON FUNCTION equity_internal.letter_block(text, equity.explanation_line[], text) IS
  'Lines of a letter that belong together: the application, the rules of a programme, the choices, or the result.';

--- It has no script and needs nothing from elsewhere, and prints on A4. It tells what the letter tells and no more, so nothing of
--- what is withheld from the caller, and no score of fewer than five others.
---
--- Errors: 22023 another language; P0002 no such application.
CREATE FUNCTION equity.letter_html(application_id bigint, lang text DEFAULT 'th') RETURNS text
  LANGUAGE sql STABLE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT equity_internal.page_frame(
           letter_html.lang,
           equity_internal.said(letter_html.lang, 'ผลการพิจารณาใบสมัครทุน เลขที่ ', 'Result of scholarship application ')
             || letter_html.application_id,
           '</header>' || chr(10)
             || string_agg(equity_internal.section_html('part' || b.n, b.heading,
                                                        equity_internal.letter_block(b.block, b.lines, letter_html.lang)),
                           '' ORDER BY b.n),
           '')
    FROM (SELECT k.block, k.lines,
                 row_number() OVER (ORDER BY k.first) AS n,
                 CASE
                   WHEN starts_with(k.block, 'rules') THEN
                     coalesce((SELECT equity_internal.said(letter_html.lang, p.name_th, p.name_en) FROM equity.programme AS p
                                WHERE p.programme_code = k.programme), k.programme)
                   WHEN k.block = 'choices' THEN equity_internal.said(letter_html.lang, 'ผลของแต่ละอันดับที่เลือก', 'What came of each choice')
                   ELSE equity.reason_text(upper(k.block), letter_html.lang)
                 END AS heading
            FROM (SELECT c.block,
                         max(c.programme) AS programme,
                         min(c.line) AS first,
                         array_agg(c.line_row ORDER BY c.line) AS lines
                    FROM (SELECT l.line, l.programme, l AS line_row,
                                 CASE
                                   WHEN l.section IN ('rule', 'eligibility', 'score') THEN concat('rules ', l.programme)
                                   WHEN l.section IN ('choice', 'queue') THEN 'choices'
                                   ELSE l.section
                                 END AS block
                            FROM equity.explain_application(letter_html.application_id, letter_html.lang) AS l) AS c
                   GROUP BY c.block) AS k) AS b;
END;

COMMENT ON FUNCTION equity.letter_html(bigint, text) IS
  'The letter to an applicant in Thai (th) or English (en) as one page of HTML to print: what equity.explain_application says. Reads the registry.';
