-- The section on cut-offs: how far down each programme went, and which pools had the highest cut-offs. A programme has a
-- scorecard of its own: scores of several are never held against each other.

CREATE FUNCTION equity_internal.cutoff_ranges(cutoffs equity.pool_cutoff[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           coalesce(equity_internal.said(lang,
             'ในโครงการเดียวกัน คะแนนต่ำสุดที่ได้รับทุนของแต่ละกลุ่มที่นั่งต่างกันได้ถึง ' || equity_internal.number_text(max(p.highest - p.lowest), 2) || ' คะแนน',
             'Within one programme the lowest score admitted differs by up to ' || equity_internal.number_text(max(p.highest - p.lowest), 2) || ' points from pool to pool'),
             equity_internal.said(lang, 'คะแนนต่ำสุดที่ได้รับทุน', 'The lowest score admitted')),
           equity_internal.table_html(
             equity_internal.said(lang, 'คะแนนต่ำสุดที่ได้รับทุนของที่นั่งทั่วไป: กลุ่มที่นั่งที่ต่ำที่สุด กลาง และสูงที่สุดของแต่ละโครงการ',
                                        'The lowest score admitted to open seats: of each programme''s lowest, middle and highest pool'),
             equity_internal.heads_html(equity_internal.said(lang, ARRAY['โครงการ'], ARRAY['Programme']))
             || equity_internal.chart_head(equity_internal.said(lang, 'คะแนน', 'Points of its scorecard'), NULL)
             || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ต่ำที่สุด', 'กลาง', 'สูงที่สุด', 'กลุ่มที่นั่ง'],
                                                                      ARRAY['Lowest', 'Middle', 'Highest', 'Pools'])),
             string_agg(equity_internal.row_html(
                          p.name,
                          equity_internal.range_cell('span', CASE WHEN p.lowest >= 0 THEN p.lowest END, p.highest, p.middle, NULL, p.scale,
                            concat_ws(' - ', equity_internal.shown_number(p.lowest, lang, 2), equity_internal.shown_number(p.highest, lang, 2)),
                            equity_internal.axis_ticks(p.scale)),
                          equity_internal.number_cell(p.lowest, lang, 2),
                          equity_internal.number_cell(p.middle, lang, 2),
                          equity_internal.number_cell(p.highest, lang, 2),
                          equity_internal.number_cells(lang, p.pools)),
                        '' ORDER BY p.programme_code COLLATE "C")),
           equity_internal.said(lang, 'แถบเริ่มที่กลุ่มที่นั่งที่ต่ำที่สุดและจบที่สูงที่สุด ขีดคือกลุ่มกลาง แต่ละโครงการมีเกณฑ์ของตนเอง จึงมีแกนของตนเองและไม่นำคะแนนมาเทียบกัน '
                                      'นับเฉพาะกลุ่มที่แสดงคะแนนได้ คือมีผู้ได้รับทุนห้าคนขึ้นไป',
                                      'The band goes from the lowest pool to the highest, the tick is the middle one. Each programme has its own scorecard, so it has its own '
                                      'axis, and scores of two programmes are not compared. Of pools whose score is shown: those that admitted five or more.'))
    FROM (SELECT c.programme_code, equity_internal.said(lang, c.programme_th, c.programme_en) AS name,
                 count(c.last_admitted_score) AS pools,
                 min(c.last_admitted_score) AS lowest,
                 percentile_disc(0.5) WITHIN GROUP (ORDER BY c.last_admitted_score) AS middle,
                 max(c.last_admitted_score) AS highest,
                 equity_internal.round_up(max(c.last_admitted_score)) AS scale
            FROM unnest(cutoffs) AS c
           GROUP BY c.programme_code, equity_internal.said(lang, c.programme_th, c.programme_en)) AS p;
END;

COMMENT ON FUNCTION equity_internal.cutoff_ranges(equity.pool_cutoff[], text) IS
  'The lowest scores admitted of each programme, from pool to pool, as a figure.';

CREATE FUNCTION equity_internal.hardest_pools(round_id bigint, cutoffs equity.pool_cutoff[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.table_html(
           equity_internal.said(lang, 'กลุ่มที่นั่งที่คะแนนต่ำสุดสูงที่สุดของแต่ละโครงการ อย่างมาก 10 กลุ่ม', 'The pools of each programme with its highest cut-offs, at most ten'),
           equity_internal.heads_html(equity_internal.said(lang, ARRAY['กลุ่มที่นั่ง', 'ที่นั่ง', 'ผู้เลือก', 'เลือกเป็นอันดับแรก', 'จัดสรร', 'คะแนนต่ำสุด'],
                                                                 ARRAY['Pool', 'Seats', 'Asked for it', 'First choice', 'Admitted', 'Lowest score'])),
           string_agg(equity_internal.group_html(g.name, 6, g.body), '' ORDER BY g.programme_code COLLATE "C"))
    FROM (SELECT p.programme_code, equity_internal.said(lang, p.programme_th, p.programme_en) AS name,
                 string_agg(equity_internal.row_html(
                              concat_ws(', ', equity_internal.said(lang, p.institution_th, p.institution_en), equity_internal.said(lang, p.field_th, p.field_en),
                                        equity_internal.said(lang, p.grant_type_th, p.grant_type_en)),
                              equity_internal.number_cells(lang, p.pool_seats, f.applicants, f.first_choices, f.admitted),
                              '<td>' || equity_internal.html(p.last_admitted) || '</td>'),
                            '' ORDER BY p.place) AS body
            FROM (SELECT c.*, row_number() OVER (PARTITION BY c.programme_code ORDER BY c.last_admitted_score DESC, c.pool_id) AS place
                    FROM unnest(cutoffs) AS c
                   WHERE c.last_admitted_score IS NOT NULL) AS p
            JOIN equity.pool_fill AS f
              ON f.pool_id = p.pool_id
             AND f.round_id = hardest_pools.round_id
           WHERE p.place <= 10
           GROUP BY p.programme_code, p.programme_th, p.programme_en) AS g;
END;

COMMENT ON FUNCTION equity_internal.hardest_pools(bigint, equity.pool_cutoff[], text) IS
  'The pools of each programme with the highest cut-offs, with how many asked for each, as a table; NULL without any.';

CREATE FUNCTION equity_internal.cutoffs_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('cutoffs', equity_internal.said(lang, 'คะแนนต่ำสุดและจำนวนผู้เลือก', 'Cut-offs, and how many asked'),
           equity_internal.cutoff_ranges(k.cutoffs, lang) || coalesce(equity_internal.hardest_pools(round_id, k.cutoffs, lang), ''),
           equity_internal.said(lang, 'ยังไม่มีผลการจัดสรร', 'There is no allocation yet.'), 'equity.pool_cutoff, equity.pool_fill', lang)
    -- the highest score refused is left alone: to find it all choices are read
    FROM (SELECT array_agg(ROW(c.round_id, c.round_code, c.academic_year, c.academic_year_ce, c.call_number, c.run_id, c.run_status, c.pool_id,
                               c.programme_code, c.programme_th, c.programme_en, c.institution_code, c.institution_th, c.institution_en,
                               c.province_code, c.province_th, c.province_en, c.field_code, c.field_th, c.field_en, c.grant_type,
                               c.grant_type_th, c.grant_type_en, c.seat, c.seats, c.admitted, c.last_admitted_score, NULL, c.last_admitted,
                               NULL, c.pool_seats, NULL, NULL, NULL)::equity.pool_cutoff) AS cutoffs
            FROM equity.pool_cutoff AS c
           WHERE c.round_id = cutoffs_section.round_id
             AND c.seat = 'open') AS k;
END;

COMMENT ON FUNCTION equity_internal.cutoffs_section(bigint, text) IS
  'How far down the seats of a round went.';
