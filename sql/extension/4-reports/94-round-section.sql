-- The sections of the report of a round. Each reads views that people can query themselves, with the caller's rights, and
-- shows their numbers as they are.

CREATE FUNCTION equity_internal.headline(label text, value numeric, lang text, decimals integer DEFAULT 0, unit text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN format('<div><dt>%s</dt><dd%s>%s</dd></div>', equity_internal.html(label), CASE WHEN value IS NULL THEN ' class="none"' END,
              equity_internal.shown_number(value, lang, decimals, unit));

COMMENT ON FUNCTION equity_internal.headline(text, numeric, text, integer, text) IS
  'A figure with its name, as the head of a page has them.';

CREATE FUNCTION equity_internal.stage_count(funnel equity.application_funnel[], stage text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT f.applicants FROM unnest(funnel) AS f WHERE f.stage = stage_count.stage AND f.reason IS NULL;
END;

COMMENT ON FUNCTION equity_internal.stage_count(equity.application_funnel[], text) IS
  'How many reached a stage, in rows of equity.application_funnel.';

-- Who has not answered yet is not lost.
CREATE FUNCTION equity_internal.offer_count(funnel equity.application_funnel[]) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(max(f.applicants), CASE WHEN count(*) = 0 THEN 0 END) FROM unnest(funnel) AS f WHERE f.reason = 'AWARD offered';
END;

COMMENT ON FUNCTION equity_internal.offer_count(equity.application_funnel[]) IS
  'How many have an offer that is not answered, in rows of equity.application_funnel; NULL where it is withheld.';

CREATE FUNCTION equity_internal.figures_section(round_row equity.round_summary, funnel equity.application_funnel[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN equity_internal.section_html('figures', equity_internal.said(lang, 'ตัวเลขสำคัญ', 'In figures'),
  '<dl class="figures">'
  || coalesce(CASE WHEN (round_row).quota IS NOT NULL THEN
       equity_internal.headline(equity_internal.said(lang, 'โควตาที่ประกาศ', 'Announced quota'), (round_row).quota, lang) END, '')
  || equity_internal.headline(equity_internal.said(lang, 'ที่นั่งทุน', 'Seats'), (round_row).seats, lang)
  || equity_internal.headline(equity_internal.said(lang, 'ผู้สมัคร', 'Applicants'), equity_internal.stage_count(funnel, 'has_choice'), lang)
  || equity_internal.headline(equity_internal.said(lang, 'ผู้มีสิทธิ์', 'Eligible'), equity_internal.stage_count(funnel, 'eligible'), lang)
  || equity_internal.headline(equity_internal.said(lang, 'ได้รับการจัดสรร', 'Admitted'), (round_row).admitted, lang)
  || equity_internal.headline(equity_internal.said(lang, 'ร้อยละของที่นั่งที่จัดสรรแล้ว', 'Of the seats'), (round_row).fill_percent, lang, 1, '%')
  || equity_internal.headline(equity_internal.said(lang, 'ที่นั่งว่าง', 'Seats left'), (round_row).unfilled, lang)
  || equity_internal.headline(equity_internal.said(lang, 'รอคำตอบ', 'On offer'), equity_internal.offer_count(funnel), lang)
  || equity_internal.headline(equity_internal.said(lang, 'ยืนยันรับทุน', 'Accepted'), equity_internal.stage_count(funnel, 'accepted'), lang)
  || '</dl>' || equity_internal.source_note('equity.round_summary, equity.application_funnel', lang));

COMMENT ON FUNCTION equity_internal.figures_section(equity.round_summary, equity.application_funnel[], text) IS
  'The headline figures of a round.';

CREATE FUNCTION equity_internal.funnel_section(funnel equity.application_funnel[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('funnel', equity_internal.said(lang, 'จากผู้สมัครถึงผู้รับทุน', 'From asking to accepting'),
           equity_internal.figure_html(
             coalesce(equity_internal.said(lang,
               'ผู้สมัคร ' || w.asked || ' คน มีสิทธิ์ ' || w.eligible || ' คน ได้รับการจัดสรร ' || w.admitted || ' คน',
               'Of ' || w.asked || ' applicants ' || w.eligible || ' were eligible and ' || w.admitted || ' were admitted'),
               equity_internal.said(lang, 'ผู้สมัครผ่านแต่ละขั้นกี่คน', 'How many reached each stage')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ใบสมัครที่ผ่านแต่ละขั้น และเหตุที่ไม่ไปต่อ', 'Applications that reached each stage, and why others came no further'),
               CASE lang WHEN 'en' THEN ARRAY['Stage or reason', 'Applications', 'Of those in time', 'Bar'] ELSE ARRAY['ขั้นหรือเหตุ', 'ใบสมัคร', 'ของที่ยื่นทัน', 'แผนภูมิ'] END,
               w.body)
             || equity_internal.key_html(ARRAY['main', 'second', 'third'],
                                        CASE lang WHEN 'en' THEN ARRAY['reached the stage', 'came no further', 'may still answer']
                                                  ELSE ARRAY['ผ่านถึงขั้นนี้', 'ไม่ไปต่อ', 'ยังรอคำตอบ'] END))
           || equity_internal.source_note('equity.application_funnel', lang))
    FROM (SELECT equity_internal.number_text(max(f.applicants) FILTER (WHERE f.stage = 'has_choice' AND f.reason IS NULL)) AS asked,
                 equity_internal.number_text(max(f.applicants) FILTER (WHERE f.stage = 'eligible' AND f.reason IS NULL)) AS eligible,
                 equity_internal.number_text(max(f.applicants) FILTER (WHERE f.stage = 'admitted' AND f.reason IS NULL)) AS admitted,
                 string_agg(format('<tr%s>%s%s%s%s</tr>', CASE WHEN f.reason IS NOT NULL THEN ' class="lost"' END,
                                   equity_internal.name_cell(f.name),
                                   equity_internal.number_cell(f.applicants, lang),
                                   equity_internal.number_cell(f.percent, lang, 1, '%'),
                                   equity_internal.bar_cell(ARRAY[f.applicants], f.most, ARRAY[CASE WHEN f.reason IS NULL THEN 'main' WHEN f.reason = 'AWARD offered' THEN 'third' ELSE 'second' END],
                                                            f.name || ': ' || equity_internal.shown_number(f.applicants, lang))),
                            '' ORDER BY f.step, f.reason IS NOT NULL, f.applicants DESC NULLS LAST, f.reason) AS body
            FROM (SELECT u.*,
                         CASE WHEN u.reason IS NULL THEN equity_internal.said(lang, u.stage_th, u.stage_en)
                                                    ELSE equity_internal.said(lang, u.reason_th, u.reason_en) END AS name,
                         max(u.applicants) OVER () AS most
                    FROM unnest(funnel) AS u) AS f) AS w;
END;

COMMENT ON FUNCTION equity_internal.funnel_section(equity.application_funnel[], text) IS
  'How many applicants reached each stage of a round, and why others did not.';

CREATE FUNCTION equity_internal.seats_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('seats', equity_internal.said(lang, 'ที่นั่งทุนตามโครงการและประเภทสถานศึกษา', 'Seats by programme and kind of institution'),
           equity_internal.figure_html(
             coalesce(equity_internal.said(lang,
               'จัดสรรแล้ว ' || equity_internal.number_text(sum(u.admitted)) || ' จาก ' || equity_internal.number_text(sum(u.seats)) || ' ที่นั่ง',
               equity_internal.number_text(sum(u.admitted)) || ' of ' || equity_internal.number_text(sum(u.seats)) || ' seats were given')
                 || CASE WHEN bool_or(u.admitted IS NULL) THEN NULL ELSE '' END,
               equity_internal.said(lang, 'ที่นั่งทุนของแต่ละโครงการ', 'The seats of each programme')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ที่นั่งทุนและการจัดสรร', 'Seats, and how many were given'),
               CASE lang WHEN 'en' THEN ARRAY['Programme and kind', 'Institutions', 'Seats', 'Admitted', 'Left', 'Filled', 'Bar']
                         ELSE ARRAY['โครงการและประเภท', 'สถานศึกษา', 'ที่นั่ง', 'จัดสรร', 'ว่าง', 'ร้อยละ', 'แผนภูมิ'] END,
               string_agg(
                 CASE WHEN u.is_first
                   THEN '<tr class="group"><th scope="rowgroup" colspan="7">' || equity_internal.html(equity_internal.said(lang, u.programme_th, u.programme_en))
                        || coalesce(equity_internal.said(lang, ' (โควตา ', ' (quota ') || equity_internal.number_text(u.quota) || ')', '') || '</th></tr>'
                   ELSE ''
                 END
                 || '<tr>' || equity_internal.name_cell(equity_internal.said(lang, u.kind_th, u.kind_en))
                 || equity_internal.number_cell(u.institutions, lang) || equity_internal.number_cell(u.seats, lang)
                 || equity_internal.number_cell(u.admitted, lang) || equity_internal.number_cell(u.unfilled, lang)
                 || equity_internal.number_cell(u.fill_percent, lang, 1, '%')
                 || equity_internal.bar_cell(ARRAY[coalesce(u.admitted, 0), greatest(u.seats - coalesce(u.admitted, 0), 0)], u.most,
                                             ARRAY['main', 'rest'], equity_internal.shown_number(u.admitted, lang) || ' / ' || equity_internal.number_text(u.seats))
                 || '</tr>', '' ORDER BY u.programme_code COLLATE "C", u.kind COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'rest'], CASE lang WHEN 'en' THEN ARRAY['admitted', 'left or not shown'] ELSE ARRAY['จัดสรรแล้ว', 'ว่างหรือไม่แสดง'] END))
           || equity_internal.source_note('equity.seat_use', lang))
    FROM (SELECT s.*,
                 max(s.seats) OVER () AS most,
                 row_number() OVER (PARTITION BY s.programme_code ORDER BY s.kind COLLATE "C") = 1 AS is_first
            FROM equity.seat_use AS s
           WHERE s.round_id = seats_section.round_id) AS u;
END;

COMMENT ON FUNCTION equity_internal.seats_section(bigint, text) IS
  'The seats of a round by programme and kind of institution.';

CREATE FUNCTION equity_internal.choices_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('choices', equity_internal.said(lang, 'ได้รับการจัดสรรในอันดับที่เท่าใด', 'At which choice people were admitted'),
           CASE WHEN count(*) = 0
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ยังไม่มีผู้ได้รับการจัดสรร', 'Nobody has been admitted yet.'))
             ELSE equity_internal.figure_html(
               coalesce(equity_internal.said(lang,
                 equity_internal.number_text(max(o.percent) FILTER (WHERE o.choice = 1), 1) || '% ได้รับการจัดสรรในอันดับแรก',
                 equity_internal.number_text(max(o.percent) FILTER (WHERE o.choice = 1), 1) || '% of those admitted got their first choice'),
                 equity_internal.said(lang, 'อันดับที่ได้รับการจัดสรร', 'The choice at which people were admitted')),
               equity_internal.table_html(
                 equity_internal.said(lang, 'ผู้ได้รับการจัดสรรตามอันดับที่เลือก', 'Admitted, by the rank of the choice'),
                 CASE lang WHEN 'en' THEN ARRAY['Choice', 'Admitted', 'Of all', 'Bar'] ELSE ARRAY['อันดับที่', 'คน', 'ของทั้งหมด', 'แผนภูมิ'] END,
                 string_agg('<tr>' || equity_internal.name_cell(o.choice::text) || equity_internal.number_cell(o.admitted, lang)
                            || equity_internal.number_cell(o.percent, lang, 1, '%')
                            || equity_internal.bar_cell(ARRAY[o.admitted], o.most, ARRAY['main'],
                                                        equity_internal.said(lang, 'อันดับที่ ', 'choice ') || o.choice || ': ' || equity_internal.shown_number(o.admitted, lang))
                            || '</tr>', '' ORDER BY o.choice)))
           END
           || equity_internal.source_note('equity.choice_outcome', lang))
    FROM (SELECT c.*, max(c.admitted) OVER () AS most
            FROM equity.choice_outcome AS c
           WHERE c.round_id = choices_section.round_id) AS o;
END;

COMMENT ON FUNCTION equity_internal.choices_section(bigint, text) IS
  'At which of their choices people were admitted in a round.';

CREATE FUNCTION equity_internal.reserves_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('reserves', equity_internal.said(lang, 'ที่นั่งสงวน', 'Reserved seats'),
           CASE WHEN count(*) = 0
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ไม่มีผลของที่นั่งสงวนในรอบนี้', 'There is no result of reserved seats in this round.'))
             ELSE equity_internal.figure_html(
               CASE WHEN bool_and(s.held_by_members IS NOT NULL)
                 THEN equity_internal.said(lang,
                        'ที่นั่งสงวน ' || equity_internal.number_text(sum(s.seats)) || ' ที่นั่ง ผู้อยู่ในกลุ่มได้ ' || equity_internal.number_text(sum(s.held_by_members)) || ' ที่นั่ง',
                        'Members of the groups hold ' || equity_internal.number_text(sum(s.held_by_members)) || ' of '
                        || equity_internal.number_text(sum(s.seats)) || ' reserved seats')
                 ELSE equity_internal.said(lang, 'ที่นั่งสงวนเป็นของใคร', 'Who holds the reserved seats')
               END,
               equity_internal.table_html(
                 equity_internal.said(lang, 'ที่นั่งสงวนของแต่ละกลุ่ม', 'The seats reserved for each group'),
                 CASE lang WHEN 'en' THEN ARRAY['Group', 'Seats', 'Members', 'Others', 'Left', 'Bar'] ELSE ARRAY['กลุ่ม', 'ที่นั่ง', 'ในกลุ่ม', 'นอกกลุ่ม', 'ว่าง', 'แผนภูมิ'] END,
                 string_agg('<tr>' || equity_internal.name_cell(equity_internal.said(lang, s.seat_th, s.seat_en)) || equity_internal.number_cell(s.seats, lang)
                            || equity_internal.number_cell(s.held_by_members, lang) || equity_internal.number_cell(s.held_by_others, lang)
                            || equity_internal.number_cell(s.unfilled, lang)
                            || equity_internal.bar_cell(ARRAY[s.held_by_members, s.held_by_others, s.unfilled], s.most, ARRAY['main', 'second', 'rest'],
                                 concat_ws(' / ', equity_internal.shown_number(s.held_by_members, lang), equity_internal.shown_number(s.held_by_others, lang),
                                           equity_internal.shown_number(s.unfilled, lang)))
                            || '</tr>', '' ORDER BY s.seats DESC, s.seat COLLATE "C"))
               || equity_internal.key_html(ARRAY['main', 'second', 'rest'], CASE lang WHEN 'en' THEN ARRAY['members of the group', 'others', 'left']
                                                                                    ELSE ARRAY['ผู้อยู่ในกลุ่ม', 'ผู้อยู่นอกกลุ่ม', 'ว่าง'] END))
           END
           || equity_internal.source_note('equity.reserve_fill', lang))
    FROM (SELECT f.*, max(f.seats) OVER () AS most
            FROM equity.reserve_fill AS f
           WHERE f.round_id = reserves_section.round_id) AS s;
END;

COMMENT ON FUNCTION equity_internal.reserves_section(bigint, text) IS
  'Who holds the reserved seats of a round.';
