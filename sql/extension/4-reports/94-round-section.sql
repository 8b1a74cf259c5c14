-- The sections of the report of a round. Each reads views that people can query themselves, with the caller's rights, and
-- shows their numbers as they are.

CREATE FUNCTION equity_internal.headline(label text, value numeric, lang text, decimals integer DEFAULT 0, unit text DEFAULT '') RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN format('<div><dt>%s</dt><dd%s>%s</dd></div>', equity_internal.words_html(label), CASE WHEN value IS NULL THEN ' class="none"' END,
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
  || equity_internal.headline(equity_internal.said(lang, 'ที่นั่งที่จัดสรรแล้ว', 'Seats given'), (round_row).admitted, lang)
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
  SELECT equity_internal.report_section('funnel', equity_internal.said(lang, 'จากผู้สมัครถึงผู้รับทุน', 'From asking to accepting'),
           equity_internal.figure_html(
             coalesce(equity_internal.said(lang,
               'ผู้สมัคร ' || w.asked || ' คน มีสิทธิ์ ' || w.eligible || ' คน ได้รับการจัดสรร ' || w.admitted || ' คน',
               'Of ' || w.asked || ' applicants ' || w.eligible || ' were eligible and ' || w.admitted || ' were admitted'),
               equity_internal.said(lang, 'ผู้สมัครผ่านแต่ละขั้นกี่คน', 'How many reached each stage')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ใบสมัครที่ผ่านแต่ละขั้น และเหตุที่ไม่ไปต่อ', 'Applications that reached each stage, and why others came no further'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['ขั้นหรือเหตุ'], ARRAY['Stage or reason']))
               || equity_internal.chart_head(equity_internal.said(lang, 'ใบสมัคร', 'Applications'), w.scale)
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ใบสมัคร', 'ของที่ยื่นทัน'],
                                                                        ARRAY['Applications', 'Of those in time'])),
               w.body)
             || equity_internal.key_html(ARRAY['main', 'second', 'third'],
                                         equity_internal.said(lang, ARRAY['ผ่านถึงขั้นนี้', 'ไม่ไปต่อ', 'ยังรอคำตอบ'],
                                                                    ARRAY['reached the stage', 'came no further', 'may still answer'])),
             equity_internal.said(lang, 'ได้รับการจัดสรรนับรวมผู้ที่ไม่ได้ถือทุนแล้ว ซึ่งอาจมีผู้อื่นได้รับที่นั่งแทน จึงอาจมากกว่าจำนวนที่นั่ง',
                                        'Admitted are also those who hold the award no more, whose seats may have gone to others: so they may be more than the seats.')),
           equity_internal.said(lang, 'ยังไม่มีผู้สมัคร', 'Nobody has applied yet.'), 'equity.application_funnel', lang)
    FROM (SELECT equity_internal.number_text(max(f.applicants) FILTER (WHERE f.stage = 'has_choice' AND f.reason IS NULL)) AS asked,
                 equity_internal.number_text(max(f.applicants) FILTER (WHERE f.stage = 'eligible' AND f.reason IS NULL)) AS eligible,
                 equity_internal.number_text(max(f.applicants) FILTER (WHERE f.stage = 'admitted' AND f.reason IS NULL)) AS admitted,
                 max(f.scale) AS scale,
                 string_agg(format('<tr%s>%s%s%s%s</tr>', CASE WHEN f.reason IS NOT NULL THEN ' class="lost"' END,
                                   equity_internal.name_cell(f.name),
                                   equity_internal.bar_cell(ARRAY[f.applicants], f.scale, ARRAY[f.class],
                                                            f.name || ': ' || equity_internal.shown_number(f.applicants, lang)),
                                   equity_internal.number_cell(f.applicants, lang),
                                   equity_internal.number_cell(f.percent, lang, 1, '%')),
                            '' ORDER BY f.step, f.reason IS NOT NULL, f.applicants DESC NULLS LAST, f.reason) AS body
            FROM (SELECT u.*,
                         CASE WHEN u.reason IS NULL THEN equity_internal.said(lang, u.stage_th, u.stage_en)
                                                    ELSE equity_internal.said(lang, u.reason_th, u.reason_en) END AS name,
                         CASE WHEN u.reason IS NULL THEN 'main' WHEN u.reason = 'AWARD offered' THEN 'third' ELSE 'second' END AS class,
                         equity_internal.bar_scale(max(u.applicants) OVER ()) AS scale
                    FROM unnest(funnel) AS u) AS f) AS w;
END;

COMMENT ON FUNCTION equity_internal.funnel_section(equity.application_funnel[], text) IS
  'How many applicants reached each stage of a round, and why others did not.';

CREATE FUNCTION equity_internal.seats_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('seats',
           equity_internal.said(lang, 'ที่นั่งทุนตามโครงการและประเภทสถานศึกษา', 'Seats by programme and kind of institution'),
           equity_internal.figure_html(
             CASE WHEN bool_and(w.all_shown)
               THEN equity_internal.said(lang,
                      'จัดสรรแล้ว ' || equity_internal.number_text(sum(w.admitted)) || ' จาก ' || equity_internal.number_text(sum(w.seats)) || ' ที่นั่ง',
                      equity_internal.number_text(sum(w.admitted)) || ' of ' || equity_internal.number_text(sum(w.seats)) || ' seats were given')
               ELSE equity_internal.said(lang, 'ที่นั่งทุนของแต่ละโครงการ', 'The seats of each programme')
             END,
             equity_internal.table_html(
               equity_internal.said(lang, 'ที่นั่งทุนและการจัดสรร', 'Seats, and how many were given'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['โครงการและประเภท'], ARRAY['Programme and kind']))
               || equity_internal.chart_head(equity_internal.said(lang, 'ที่นั่ง', 'Seats'), max(w.scale))
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['สถานศึกษา', 'ที่นั่ง', 'จัดสรร', 'ว่าง', 'ร้อยละ'],
                                                                        ARRAY['Institutions', 'Seats', 'Admitted', 'Left', 'Filled'])),
               string_agg(equity_internal.group_html(w.name, 7, w.body), '' ORDER BY w.programme_code COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'rest'], equity_internal.said(lang, ARRAY['จัดสรรแล้ว', 'ว่างหรือไม่แสดง'], ARRAY['admitted', 'left or not shown']))),
           equity_internal.said(lang, 'รอบนี้ยังไม่มีที่นั่งทุน', 'The round has no seats yet.'), 'equity.seat_use', lang)
    FROM (SELECT u.programme_code,
                 equity_internal.said(lang, u.programme_th, u.programme_en)
                 || coalesce(equity_internal.said(lang, ' (โควตา ', ' (quota ') || equity_internal.number_text(u.quota) || ')', '') AS name,
                 max(u.scale) AS scale,
                 sum(u.seats) AS seats,
                 sum(u.admitted) AS admitted,
                 bool_and(u.admitted IS NOT NULL) AS all_shown,
                 string_agg(equity_internal.row_html(
                              equity_internal.said(lang, u.kind_th, u.kind_en),
                              equity_internal.bar_cell(ARRAY[coalesce(u.admitted, 0), greatest(u.seats - coalesce(u.admitted, 0), 0)], u.scale, ARRAY['main', 'rest'],
                                                       equity_internal.shown_number(u.admitted, lang) || ' / ' || equity_internal.number_text(u.seats)),
                              equity_internal.number_cells(lang, u.institutions, u.seats, u.admitted, u.unfilled),
                              equity_internal.number_cell(u.fill_percent, lang, 1, '%')),
                            '' ORDER BY u.kind COLLATE "C") AS body
            FROM (SELECT s.*, equity_internal.bar_scale(max(s.seats) OVER ()) AS scale
                    FROM equity.seat_use AS s
                   WHERE s.round_id = seats_section.round_id) AS u
           GROUP BY u.programme_code, u.programme_th, u.programme_en, u.quota) AS w;
END;

COMMENT ON FUNCTION equity_internal.seats_section(bigint, text) IS
  'The seats of a round by programme and kind of institution.';

CREATE FUNCTION equity_internal.choices_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('choices', equity_internal.said(lang, 'ได้รับการจัดสรรในอันดับที่เท่าใด', 'At which choice people were admitted'),
           equity_internal.figure_html(
             coalesce(equity_internal.said(lang,
               equity_internal.number_text(max(o.percent) FILTER (WHERE o.choice = 1), 1) || '% ได้รับการจัดสรรในอันดับแรก',
               equity_internal.number_text(max(o.percent) FILTER (WHERE o.choice = 1), 1) || '% of those admitted got their first choice'),
               equity_internal.said(lang, 'อันดับที่ได้รับการจัดสรร', 'The choice at which people were admitted')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ผู้ได้รับการจัดสรรตามอันดับที่เลือก', 'Admitted, by the rank of the choice'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['อันดับที่'], ARRAY['Choice']))
               || equity_internal.chart_head(equity_internal.said(lang, 'คน', 'Admitted'), max(o.scale))
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['คน', 'ของทั้งหมด'],
                                                                        ARRAY['Admitted', 'Of all'])),
               string_agg(equity_internal.row_html(
                            o.choice::text,
                            equity_internal.bar_cell(ARRAY[o.admitted], o.scale, ARRAY['main'],
                                                     equity_internal.said(lang, 'อันดับที่ ', 'choice ') || o.choice || ': ' || equity_internal.shown_number(o.admitted, lang)),
                            equity_internal.number_cell(o.admitted, lang),
                            equity_internal.number_cell(o.percent, lang, 1, '%')),
                          '' ORDER BY o.choice))),
           equity_internal.said(lang, 'ยังไม่มีผู้ได้รับการจัดสรร', 'Nobody has been admitted yet.'), 'equity.choice_outcome', lang)
    FROM (SELECT c.*, equity_internal.bar_scale(max(c.admitted) OVER ()) AS scale
            FROM equity.choice_outcome AS c
           WHERE c.round_id = choices_section.round_id) AS o;
END;

COMMENT ON FUNCTION equity_internal.choices_section(bigint, text) IS
  'At which of their choices people were admitted in a round.';

CREATE FUNCTION equity_internal.reserves_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('reserves', equity_internal.said(lang, 'ที่นั่งสงวน', 'Reserved seats'),
           equity_internal.figure_html(
             CASE WHEN bool_and(s.held_by_members IS NOT NULL)
               THEN equity_internal.said(lang,
                      'ที่นั่งสงวน ' || equity_internal.number_text(sum(s.seats)) || ' ที่นั่ง ผู้อยู่ในกลุ่มได้ ' || equity_internal.number_text(sum(s.held_by_members)) || ' ที่นั่ง',
                      'Members of the groups hold ' || equity_internal.number_text(sum(s.held_by_members)) || ' of '
                      || equity_internal.number_text(sum(s.seats)) || ' reserved seats')
               ELSE equity_internal.said(lang, 'ที่นั่งสงวนเป็นของใคร', 'Who holds the reserved seats')
             END,
             equity_internal.table_html(
               equity_internal.said(lang, 'ที่นั่งสงวนของแต่ละกลุ่ม', 'The seats reserved for each group'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['กลุ่ม'], ARRAY['Group']))
               || equity_internal.chart_head(equity_internal.said(lang, 'ที่นั่ง', 'Seats'), max(s.scale))
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ที่นั่ง', 'ในกลุ่ม', 'นอกกลุ่ม', 'ว่าง'],
                                                                        ARRAY['Seats', 'Members', 'Others', 'Left'])),
               string_agg(equity_internal.row_html(
                            equity_internal.said(lang, s.seat_th, s.seat_en),
                            equity_internal.bar_cell(ARRAY[s.held_by_members, s.held_by_others, s.unfilled], s.scale, ARRAY['main', 'second', 'rest'],
                              concat_ws(' / ', equity_internal.shown_number(s.held_by_members, lang), equity_internal.shown_number(s.held_by_others, lang),
                                        equity_internal.shown_number(s.unfilled, lang))),
                            equity_internal.number_cells(lang, s.seats, s.held_by_members, s.held_by_others, s.unfilled)),
                          '' ORDER BY s.seats DESC, s.seat COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'second', 'rest'],
                                         equity_internal.said(lang, ARRAY['ผู้อยู่ในกลุ่ม', 'ผู้อยู่นอกกลุ่ม', 'ว่าง'], ARRAY['members of the group', 'others', 'left']))),
           equity_internal.said(lang, 'ไม่มีผลของที่นั่งสงวนในรอบนี้', 'There is no result of reserved seats in this round.'), 'equity.reserve_fill', lang)
    FROM (SELECT f.*, equity_internal.bar_scale(max(f.seats) OVER ()) AS scale
            FROM equity.reserve_fill AS f
           WHERE f.round_id = reserves_section.round_id) AS s;
END;

COMMENT ON FUNCTION equity_internal.reserves_section(bigint, text) IS
  'Who holds the reserved seats of a round.';
