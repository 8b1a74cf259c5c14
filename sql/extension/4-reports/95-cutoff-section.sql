-- The section on cut-offs: how far down each programme went, and which pools had the highest cut-offs.

CREATE FUNCTION equity_internal.cutoff_ranges(cutoffs equity.pool_cutoff[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           coalesce(equity_internal.said(lang,
             'คะแนนต่ำสุดที่ได้รับทุนของกลุ่มที่นั่งอยู่ระหว่าง ' || equity_internal.number_text(min(p.lowest), 2) || ' ถึง ' || equity_internal.number_text(max(p.highest), 2),
             'The lowest score that a pool admitted lies between ' || equity_internal.number_text(min(p.lowest), 2) || ' and ' || equity_internal.number_text(max(p.highest), 2)),
             equity_internal.said(lang, 'คะแนนต่ำสุดที่ได้รับทุน', 'The lowest score admitted')),
           equity_internal.table_html(
             equity_internal.said(lang, 'คะแนนต่ำสุดที่ได้รับทุนของที่นั่งทั่วไป: กลุ่มที่ต่ำที่สุด กลาง และสูงที่สุดของแต่ละโครงการ',
                                        'The lowest score admitted to open seats: of each programme''s lowest, middle and highest pool'),
             CASE lang WHEN 'en' THEN ARRAY['Programme', 'Pools', 'Lowest', 'Middle', 'Highest', 'From zero to the highest']
                       ELSE ARRAY['โครงการ', 'กลุ่มที่นั่ง', 'ต่ำที่สุด', 'กลาง', 'สูงที่สุด', 'จากศูนย์ถึงสูงที่สุด'] END,
             string_agg('<tr>' || equity_internal.name_cell(p.name) || equity_internal.number_cell(p.pools, lang)
                        || equity_internal.number_cell(p.lowest, lang, 2) || equity_internal.number_cell(p.middle, lang, 2)
                        || equity_internal.number_cell(p.highest, lang, 2)
                        || equity_internal.range_cell(CASE WHEN p.lowest >= 0 THEN p.lowest END, p.highest, p.middle, NULL, p.most,
                             concat_ws(' - ', equity_internal.shown_number(p.lowest, lang, 2), equity_internal.shown_number(p.highest, lang, 2)))
                        || '</tr>', '' ORDER BY p.programme_code COLLATE "C")),
           equity_internal.said(lang, 'นับเฉพาะกลุ่มที่แสดงคะแนนได้ คือมีผู้ได้รับทุนห้าคนขึ้นไป',
                                      'Of pools whose score is shown: those that admitted five or more.'))
    FROM (SELECT c.programme_code, equity_internal.said(lang, c.programme_th, c.programme_en) AS name,
                 count(c.last_admitted_score) AS pools,
                 min(c.last_admitted_score) AS lowest,
                 percentile_disc(0.5) WITHIN GROUP (ORDER BY c.last_admitted_score) AS middle,
                 max(c.last_admitted_score) AS highest,
                 max(max(c.last_admitted_score)) OVER () AS most
            FROM unnest(cutoffs) AS c
           GROUP BY c.programme_code, equity_internal.said(lang, c.programme_th, c.programme_en)) AS p;
END;

COMMENT ON FUNCTION equity_internal.cutoff_ranges(equity.pool_cutoff[], text) IS
  'The lowest scores admitted of each programme, from pool to pool, as a figure.';

CREATE FUNCTION equity_internal.hardest_pools(round_id bigint, cutoffs equity.pool_cutoff[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.table_html(
           equity_internal.said(lang, 'กลุ่มที่นั่ง 20 กลุ่มที่คะแนนต่ำสุดสูงที่สุด เกณฑ์ของแต่ละโครงการต่างกัน', 'The twenty pools with the highest cut-offs; each programme has its own scorecard'),
           CASE lang WHEN 'en' THEN ARRAY['Pool', 'Seats', 'Asked for it', 'First choice', 'Admitted', 'Lowest score']
                     ELSE ARRAY['กลุ่มที่นั่ง', 'ที่นั่ง', 'ผู้เลือก', 'เลือกเป็นอันดับแรก', 'จัดสรร', 'คะแนนต่ำสุด'] END,
           string_agg('<tr>' || equity_internal.name_cell(concat_ws(', ', equity_internal.said(lang, p.institution_th, p.institution_en),
                                                                    equity_internal.said(lang, p.field_th, p.field_en),
                                                                    equity_internal.said(lang, p.grant_type_th, p.grant_type_en)))
                      || equity_internal.number_cell(p.pool_seats, lang) || equity_internal.number_cell(f.applicants, lang)
                      || equity_internal.number_cell(f.first_choices, lang) || equity_internal.number_cell(f.admitted, lang)
                      || '<td>' || equity_internal.html(p.last_admitted) || '</td></tr>', '' ORDER BY p.last_admitted_score DESC, p.pool_id))
    FROM (SELECT c.*
            FROM unnest(cutoffs) AS c
           WHERE c.last_admitted_score IS NOT NULL
           ORDER BY c.last_admitted_score DESC, c.pool_id
           LIMIT 20) AS p
    JOIN equity.pool_fill AS f
      ON f.pool_id = p.pool_id
     AND f.round_id = hardest_pools.round_id;
END;

COMMENT ON FUNCTION equity_internal.hardest_pools(bigint, equity.pool_cutoff[], text) IS
  'The pools with the highest cut-offs, with how many asked for each, as a table.';

CREATE FUNCTION equity_internal.cutoffs_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('cutoffs', equity_internal.said(lang, 'คะแนนต่ำสุดและจำนวนผู้เลือก', 'Cut-offs, and how many asked'),
           CASE WHEN k.cutoffs IS NULL
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ยังไม่มีผลการจัดสรร', 'There is no allocation yet.'))
             ELSE equity_internal.cutoff_ranges(k.cutoffs, lang) || equity_internal.hardest_pools(round_id, k.cutoffs, lang)
           END
           || equity_internal.source_note('equity.pool_cutoff, equity.pool_fill', lang))
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
