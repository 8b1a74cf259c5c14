-- The sections on fairness: provinces, gaps between groups, incomes, and what changed since the round before.

-- Of the persons of a province equity.equity_gap tells the same as equity.province_coverage, in one reading of them for all
-- sections.
CREATE FUNCTION equity_internal.provinces_section(round_id bigint, gaps equity.equity_gap[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('provinces', equity_internal.said(lang, 'ทั่วทุกจังหวัด', 'Across the provinces'),
           '<div class="pair">'
           || equity_internal.figure_html(
                equity_internal.said(lang, 'มีผู้สมัครจาก ' || w.reached || ' จาก ' || w.provinces || ' จังหวัด', 'Applicants came from ' || w.reached || ' of ' || w.provinces || ' provinces'),
                equity_internal.tile_map(equity_internal.said(lang, 'แผนที่จำนวนผู้สมัครของแต่ละจังหวัด ตัวเลขอยู่ในตารางถัดไป', 'Map of the applicants of each province; the figures are in the table below'),
                                         w.codes, w.applicants, w.applicants, w.applicant_texts, w.steps, lang)
                || equity_internal.tile_key(w.steps, equity_internal.said(lang, ' คน', ''), lang),
                equity_internal.said(lang, 'ตัวเลขในช่องคือจำนวนผู้สมัคร', 'The number in a tile is that of the applicants.'))
           || equity_internal.figure_html(
                coalesce(equity_internal.said(lang,
                  'อัตราการได้รับทุนอยู่ระหว่าง ' || equity_internal.number_text(w.lowest, 1) || '% (' || w.lowest_name || ') ถึง '
                    || equity_internal.number_text(w.highest, 1) || '% (' || w.highest_name || ') ในจังหวัดที่แสดง',
                  'Of the provinces shown, between ' || equity_internal.number_text(w.lowest, 1) || '% (' || w.lowest_name || ') and '
                    || equity_internal.number_text(w.highest, 1) || '% (' || w.highest_name || ') of the applicants were awarded'),
                  equity_internal.said(lang, 'ผู้สมัครได้รับทุนร้อยละเท่าใดในแต่ละจังหวัด', 'What share of the applicants of each province was awarded')),
                equity_internal.tile_map(equity_internal.said(lang, 'แผนที่อัตราการได้รับทุนของแต่ละจังหวัด ตัวเลขอยู่ในตารางถัดไป', 'Map of the award rate of each province; the figures are in the table below'),
                                         w.codes, w.rates, w.rated, w.rate_texts, w.rate_steps, lang)
                || equity_internal.tile_key(w.rate_steps, '%', lang),
                equity_internal.said(lang, 'สีคืออัตรา ตัวเลขในช่องคือจำนวนผู้สมัครที่อัตรานั้นคิดจาก ยิ่งน้อย อัตรายิ่งเปลี่ยนได้โดยบังเอิญ',
                                           'The colour is the rate, the number in a tile the applicants whom it is of: the fewer they are, the more it owes to chance.'))
           || '</div>'
           || equity_internal.table_html(
                equity_internal.said(lang, 'ผู้สมัครตามจังหวัดภูมิลำเนา และที่นั่งทุนตามจังหวัดของสถานศึกษา', 'Applicants by home province, and seats by the province of the institution'),
                equity_internal.heads_html(
                  equity_internal.said(lang, ARRAY['จังหวัด', 'สถานศึกษา', 'ที่นั่ง', 'ผู้สมัคร', 'ผู้มีสิทธิ์', 'ได้รับทุน', 'อัตรา'],
                                             ARRAY['Province', 'Institutions', 'Seats', 'Applicants', 'Eligible', 'Awarded', 'Award rate'])
                  || CASE WHEN w.peopled THEN ARRAY[equity_internal.said(lang, 'ต่อประชากรพันคน', 'Per thousand persons')] END),
                w.body),
           '', 'equity.province_coverage, equity.equity_gap', lang)
    FROM (SELECT count(*) AS provinces,
                 count(*) FILTER (WHERE p.applicants IS NULL OR p.applicants > 0) AS reached,
                 array_agg(p.province_code ORDER BY p.province_code COLLATE "C") AS codes,
                 array_agg(p.applicants::numeric ORDER BY p.province_code COLLATE "C") AS applicants,
                 array_agg(p.name || ': ' || equity_internal.shown_number(p.applicants, lang) ORDER BY p.province_code COLLATE "C") AS applicant_texts,
                 array_agg(p.rate ORDER BY p.province_code COLLATE "C") AS rates,
                 array_agg(CASE WHEN p.rate IS NOT NULL THEN p.applicants::numeric END ORDER BY p.province_code COLLATE "C") AS rated,
                 min(p.rate) AS lowest,
                 max(p.rate) AS highest,
                 (array_agg(p.name ORDER BY p.rate NULLS LAST, p.province_code COLLATE "C"))[1] AS lowest_name,
                 (array_agg(p.name ORDER BY p.rate DESC NULLS LAST, p.province_code COLLATE "C"))[1] AS highest_name,
                 array_agg(p.name || ': ' || equity_internal.shown_number(p.rate, lang, 1, '%')
                           || coalesce(equity_internal.said(lang, ' ของผู้สมัคร ', ' of ') || equity_internal.number_text(CASE WHEN p.rate IS NOT NULL THEN p.applicants END)
                                       || equity_internal.said(lang, ' คน', ''), '') ORDER BY p.province_code COLLATE "C") AS rate_texts,
                 equity_internal.map_steps(max(p.applicants)) AS steps,
                 equity_internal.map_steps(max(p.rate)) AS rate_steps,
                 bool_or(p.peopled) AS peopled,
                 string_agg(equity_internal.row_html(
                              p.name,
                              equity_internal.number_cells(lang, p.institutions, p.seats, p.applicants, p.eligible, p.awarded),
                              equity_internal.number_cell(p.rate, lang, 1, '%'),
                              CASE WHEN p.peopled THEN equity_internal.number_cell(p.awarded_per_thousand, lang, 2) END),
                            '' ORDER BY p.province_code COLLATE "C") AS body
            FROM (SELECT c.province_code,
                         equity_internal.said(lang, c.province_th, c.province_en) AS name,
                         c.institutions,
                         c.seats,
                         CASE WHEN g.category IS NULL THEN 0 ELSE g.applicants END AS applicants,
                         CASE WHEN g.category IS NULL THEN 0 ELSE g.eligible END AS eligible,
                         CASE WHEN g.category IS NULL THEN 0 ELSE g.awarded END AS awarded,
                         CASE WHEN g.award_rate IS NOT NULL THEN 100.0 * g.awarded / g.applicants END AS rate,   -- rounded once, where it is shown
                         1000 * CASE WHEN g.category IS NULL THEN 0 ELSE g.awarded END / nullif(c.population, 0)::numeric AS awarded_per_thousand,
                         bool_or(c.population > 0) OVER () IS TRUE AS peopled     -- without, a column of nothing
                    FROM equity.province_coverage AS c
                    LEFT JOIN unnest(gaps) AS g
                           ON g.dimension = 'province'
                          AND g.category = c.province_code
                   WHERE c.round_id = provinces_section.round_id) AS p) AS w;
END;

COMMENT ON FUNCTION equity_internal.provinces_section(bigint, equity.equity_gap[], text) IS
  'What a round brought to each province, as two maps and a table.';

CREATE FUNCTION equity_internal.dimension_text(dimension text, lang text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE dimension
         WHEN 'sex' THEN equity_internal.said(lang, 'เพศ', 'Sex')
         WHEN 'disability' THEN equity_internal.said(lang, 'ความพิการ', 'Disability')
         WHEN 'poverty_quintile' THEN equity_internal.said(lang, 'รายได้ต่อหัวของครัวเรือน', 'Household income a head')
         WHEN 'group' THEN equity_internal.said(lang, 'กลุ่มผู้ด้อยโอกาส', 'Disadvantaged group')
       END;

COMMENT ON FUNCTION equity_internal.dimension_text(text, text) IS
  'By what a section compares, in words.';

CREATE FUNCTION equity_internal.rate_words(rate numeric, low numeric, high numeric, persons numeric, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(equity_internal.number_text(rate, 1) || '% (' || equity_internal.number_text(low, 1) || ' - ' || equity_internal.number_text(high, 1) || '%)'
                || equity_internal.said(lang, ' จาก ', ' of ') || equity_internal.number_text(persons) || equity_internal.said(lang, ' คน', ''),
                equity_internal.shown_number(NULL, lang));

COMMENT ON FUNCTION equity_internal.rate_words(numeric, numeric, numeric, numeric, text) IS
  'A rate with its interval and of how many it is, for those who do not see the chart.';

CREATE FUNCTION equity_internal.gap_figure(gaps equity.equity_gap[], dimension text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           equity_internal.dimension_text(dimension, lang) || coalesce(': ' || CASE WHEN w.says_something THEN
             coalesce(nullif(concat_ws('; ',
                        equity_internal.said(lang, 'สูงกว่าทั้งรอบชัดเจน ', 'clearly above the whole: ') || w.highest_name
                          || equity_internal.said(lang, ' ได้ ', ', ') || equity_internal.number_text(w.highest, 1) || '%',
                        equity_internal.said(lang, 'ต่ำกว่าทั้งรอบชัดเจน ', 'clearly below the whole: ') || w.lowest_name
                          || equity_internal.said(lang, ' ได้ ', ', ') || equity_internal.number_text(w.lowest, 1) || '%'), ''),
                      equity_internal.said(lang, 'ไม่ต่างกันชัดเจน', 'no clear difference'))
             || CASE WHEN w.whole_story THEN '' ELSE equity_internal.said(lang, ' (ของกลุ่มที่แสดง)', ' (of those shown)') END
             END, ''),
           equity_internal.table_html(
             equity_internal.said(lang, 'อัตราการได้รับทุน พร้อมช่วงความเชื่อมั่น 95%: ', 'Award rate with its 95% interval: ') || equity_internal.dimension_text(dimension, lang),
             equity_internal.heads_html(equity_internal.said(lang, ARRAY['กลุ่ม'], ARRAY['Group']))
             || equity_internal.chart_head(equity_internal.said(lang, 'อัตราและช่วง', 'Rate and interval'), w.scale, '%')
             || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ได้รับทุน', 'จากผู้สมัคร', 'อัตรา', 'ช่วง', 'เทียบทั้งรอบ'],
                                                                      ARRAY['Awarded', 'Of applicants', 'Rate', 'Interval', 'To the whole'])),
             w.body))
    FROM (SELECT max(g.scale) AS scale,
                 -- named are those whose interval leaves out the rate of the whole
                 count(g.rate) > 1 OR bool_or(g.is_above OR g.is_below) AS says_something,
                 max(g.rate) FILTER (WHERE g.is_above) AS highest,
                 min(g.rate) FILTER (WHERE g.is_below) AS lowest,
                 (array_agg(g.name ORDER BY g.rate DESC, g.category COLLATE "C") FILTER (WHERE g.is_above))[1] AS highest_name,
                 (array_agg(g.name ORDER BY g.rate, g.category COLLATE "C") FILTER (WHERE g.is_below))[1] AS lowest_name,
                 bool_and(g.rate IS NOT NULL) FILTER (WHERE g.category <> 'unknown') AS whole_story,
                 string_agg(equity_internal.row_html(
                              g.name,
                              equity_internal.range_cell('interval', g.low, g.high, g.rate, g.whole, g.scale,
                                                         g.name || ': ' || equity_internal.rate_words(g.rate, g.low, g.high, g.applicants, lang)),
                              equity_internal.number_cells(lang, g.awarded, g.applicants),
                              equity_internal.number_cell(g.rate, lang, 1, '%'),
                              equity_internal.interval_cell(g.low, g.high, lang),
                              equity_internal.number_cell(g.ratio_to_whole, lang, 2)),
                            '' ORDER BY g.category = 'unknown', g.category COLLATE "C") AS body
            FROM (SELECT u.*,
                         u.category <> 'unknown' AND u.award_rate_low > max(u.award_rate) FILTER (WHERE u.dimension = 'whole') OVER () AS is_above,
                         u.category <> 'unknown' AND u.award_rate_high < max(u.award_rate) FILTER (WHERE u.dimension = 'whole') OVER () AS is_below,
                         equity_internal.said(lang, u.category_th, u.category_en) AS name,
                         CASE WHEN u.award_rate IS NOT NULL THEN 100.0 * u.awarded / u.applicants END AS rate,
                         100 * u.award_rate_low AS low,
                         100 * u.award_rate_high AS high,
                         100 * max(u.award_rate) FILTER (WHERE u.dimension = 'whole') OVER () AS whole,
                         equity_internal.round_up(100 * max(u.award_rate_high) OVER ()) AS scale
                    FROM unnest(gaps) AS u
                   WHERE u.dimension IN (gap_figure.dimension, 'whole')) AS g
           WHERE g.dimension = gap_figure.dimension) AS w;
END;

COMMENT ON FUNCTION equity_internal.gap_figure(equity.equity_gap[], text, text) IS
  'The award rates of one dimension with their intervals, beside that of the whole round; NULL when it has no categories.';

CREATE FUNCTION equity_internal.gaps_section(gaps equity.equity_gap[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('gaps', equity_internal.said(lang, 'ความแตกต่างระหว่างกลุ่ม', 'Gaps between groups'),
           string_agg(equity_internal.gap_figure(gaps, d.dimension, lang), '' ORDER BY d.n)
           || equity_internal.note_html(
                equity_internal.said(lang, 'แถบคือช่วงความเชื่อมั่น 95% ขีดคืออัตรา เส้นประคืออัตราของทั้งรอบ', 'The band is the 95% interval, the tick the rate, the dashed line the rate of the whole round')
                || coalesce((SELECT equity_internal.said(lang, ' (', ': ') || equity_internal.number_text(100.0 * u.awarded / u.applicants, 1)
                                    || equity_internal.said(lang, '% คือ ', '%, ') || equity_internal.number_text(u.awarded)
                                    || equity_internal.said(lang, ' จาก ', ' of ') || equity_internal.number_text(u.applicants) || equity_internal.said(lang, ' คน)', '')
                               FROM unnest(gaps) AS u
                              WHERE u.dimension = 'whole'
                                AND u.award_rate IS NOT NULL), '')
                || equity_internal.said(lang, ' เทียบทั้งรอบคืออัตราหารด้วยอัตรานั้น ความแตกต่างเป็นสัญญาณให้ตรวจสอบ ไม่ใช่ข้อพิสูจน์',
                                               '; to the whole is the rate divided by it. A gap is a sign to look closer, no proof.')),
           equity_internal.said(lang, 'ยังไม่มีผู้สมัคร', 'Nobody has applied yet.'), 'equity.equity_gap', lang)
    FROM unnest(ARRAY['sex', 'disability', 'poverty_quintile', 'group']) WITH ORDINALITY AS d (dimension, n);
END;

COMMENT ON FUNCTION equity_internal.gaps_section(equity.equity_gap[], text) IS
  'The award rates of groups in a round.';

-- Of two curves one has its name below it, the other beyond the line of equality.
CREATE FUNCTION equity_internal.curve_name(at_sixty numeric, is_upper boolean, class text, name text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
         WHEN is_upper THEN format('<line class="leader" x1="197" x2="165" y1="%s" y2="104"/><text class="name %s" x="163" y="102" text-anchor="end">%s</text>',
                                   round(226 - 2.16 * at_sixty, 1), class, equity_internal.html(name))
         ELSE format('<text class="name %s" x="208" y="%s">%s</text>', class, round(240 - 2.16 * at_sixty, 1), equity_internal.html(name))
       END;

COMMENT ON FUNCTION equity_internal.curve_name(numeric, boolean, text, text) IS
  'The name of a Lorenz curve, near where the poorest 60 percent are.';

CREATE FUNCTION equity_internal.incomes_section(curves equity.income_curve[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('incomes', equity_internal.said(lang, 'ความเหลื่อมล้ำของรายได้', 'Inequality of incomes'),
           equity_internal.figure_html(
             equity_internal.said(lang,
               'ผู้สมัครครึ่งที่ยากจนกว่ามีรายได้ ' || equity_internal.number_text(c.applicants[11], 1) || '% ของรายได้ทั้งหมด',
               'The poorer half of the applicants has ' || equity_internal.number_text(c.applicants[11], 1) || '% of all income'),
             equity_internal.line_chart(
               equity_internal.said(lang, 'เส้นโค้งลอเรนซ์ของรายได้ต่อหัว สัมประสิทธิ์จีนีของผู้สมัคร ', 'Lorenz curves of the income a head. Gini coefficient of the applicants ')
                 || equity_internal.shown_number(c.applicants_gini, lang, 4) || equity_internal.said(lang, ' ของผู้ได้รับการจัดสรร ', ', of those awarded ')
                 || equity_internal.shown_number(c.awarded_gini, lang, 4),
               equity_internal.axis_svg(ARRAY[0, 25, 50, 75, 100], ARRAY['0%', '25%', '50%', '75%', '100%'], 0, 100, true)
               || equity_internal.axis_svg(ARRAY[0, 25, 50, 75, 100], ARRAY['0%', '25%', '50%', '75%', '100%'], 0, 100, false)
               || '<line class="line rest" x1="44" y1="228" x2="300" y2="12"/>'
               || equity_internal.line_svg(c.steps, c.applicants, 0, 100, 100, 'main')
               || equity_internal.curve_name(c.applicants[13], c.applicants_gini < c.awarded_gini, 'main', equity_internal.said(lang, 'ผู้สมัคร', 'applicants'))
               || coalesce(equity_internal.line_svg(c.steps, c.awarded, 0, 100, 100, 'second')
                           || equity_internal.curve_name(c.awarded[13], c.applicants_gini >= c.awarded_gini, 'second',
                                                         equity_internal.said(lang, 'ผู้ได้รับการจัดสรร', 'awarded')), '')),
             equity_internal.said(lang,
               'แกนนอน: ร้อยละสะสมของคน เริ่มจากผู้มีรายได้น้อยที่สุด แกนตั้ง: ร้อยละสะสมของรายได้ ถ้าทุกคนมีรายได้เท่ากัน ผู้ที่จนที่สุด 40% จะมีรายได้ 40% ตามเส้นประ แต่ที่นี่ผู้สมัครที่จนที่สุด 40% มี '
                 || equity_internal.number_text(c.applicants[9], 1) || '% ยิ่งเส้นห่างจากเส้นประยิ่งเหลื่อมล้ำ',
               'Across: percent of persons, the poorest first. Upward: percent of their income. If all had the same, the poorest 40% would have 40% of the income, as on the dashed '
                 || 'line; of the applicants they have ' || equity_internal.number_text(c.applicants[9], 1) || '%. The further from that line, the more unequal.'))
           || equity_internal.table_html(
                equity_internal.said(lang, 'ร้อยละของรายได้ที่คนจนกว่ามี', 'Percent of the income that the poorer have'),
                equity_internal.heads_html(
                  equity_internal.said(lang, ARRAY['กลุ่ม', 'คน', 'สัมประสิทธิ์จีนี', 'จนที่สุด 20%', 'จนที่สุด 40%', 'จนที่สุด 60%', 'จนที่สุด 80%'],
                                             ARRAY['Whose', 'Persons', 'Gini coefficient', 'Poorest 20%', 'Poorest 40%', 'Poorest 60%', 'Poorest 80%'])),
                c.body),
           equity_internal.said(lang, 'แสดงไม่ได้: มีผู้ที่ทราบรายได้น้อยเกินไป', 'Not shown: too few have told their income.'), 'equity.income_curve', lang)
    FROM (SELECT max(k.steps) AS steps,
                 max(k.curve) FILTER (WHERE k.persons_of = 'applicants') AS applicants,
                 max(k.curve) FILTER (WHERE k.persons_of = 'awarded') AS awarded,
                 max(k.gini) FILTER (WHERE k.persons_of = 'applicants') AS applicants_gini,
                 max(k.gini) FILTER (WHERE k.persons_of = 'awarded') AS awarded_gini,
                 string_agg(equity_internal.row_html(
                              k.name,
                              equity_internal.number_cells(lang, k.persons),
                              equity_internal.number_cell(k.gini, lang, 4),
                              equity_internal.number_cell(k.curve[5], lang, 1, '%'),
                              equity_internal.number_cell(k.curve[9], lang, 1, '%'),
                              equity_internal.number_cell(k.curve[13], lang, 1, '%'),
                              equity_internal.number_cell(k.curve[17], lang, 1, '%')),
                            '' ORDER BY k.persons_of COLLATE "C") AS body
            FROM (SELECT v.persons_of, equity_internal.said(lang, v.persons_of_th, v.persons_of_en) AS name, v.persons, v.gini,
                         array_agg(v.poorest_percent::numeric ORDER BY v.poorest_percent) AS steps,
                         CASE WHEN count(v.income_percent) > 0 THEN array_agg(v.income_percent::numeric ORDER BY v.poorest_percent) END AS curve
                    FROM unnest(curves) AS v
                   GROUP BY v.persons_of, equity_internal.said(lang, v.persons_of_th, v.persons_of_en), v.persons, v.gini) AS k) AS c;
END;

COMMENT ON FUNCTION equity_internal.incomes_section(equity.income_curve[], text) IS
  'How unequal the incomes of a round''s applicants are, and of those awarded.';

CREATE FUNCTION equity_internal.change_figure(changes equity.composition_change[], dimension text, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           equity_internal.dimension_text(dimension, lang) || coalesce(': ' || w.most_changed || ' '
             || CASE WHEN w.points > 0 THEN '+' ELSE '' END || equity_internal.number_text(w.points, 1) || equity_internal.said(lang, ' จุดร้อยละ', ' percentage points'), ''),
           equity_internal.table_html(
             equity_internal.said(lang, 'ร้อยละของผู้ได้รับการจัดสรร: ', 'Percent of those awarded: ') || equity_internal.dimension_text(dimension, lang),
             equity_internal.heads_html(equity_internal.said(lang, ARRAY['กลุ่ม'], ARRAY['Group']))
             || equity_internal.chart_head(equity_internal.said(lang, 'รอบก่อน (เส้นประ) และรอบนี้', 'Before (dashed) and now'), w.scale, '%')
             || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ของผู้สมัคร', 'รอบก่อน', 'รอบนี้', 'เปลี่ยน'],
                                                                      ARRAY['Of applicants', 'Awarded before', 'Awarded now', 'Change'])),
             w.body))
    FROM (SELECT (array_agg(c.name ORDER BY abs(c.change_points) DESC NULLS LAST, c.category COLLATE "C"))[1] AS most_changed,
                 (array_agg(c.change_points ORDER BY abs(c.change_points) DESC NULLS LAST, c.category COLLATE "C"))[1] AS points,
                 max(c.scale) AS scale,
                 string_agg(equity_internal.row_html(
                              c.name,
                              equity_internal.range_cell('span', least(c.previous_award_percent, c.award_percent), greatest(c.previous_award_percent, c.award_percent),
                                                         c.award_percent, c.previous_award_percent, c.scale,
                                                         c.name || ': ' || equity_internal.shown_number(c.previous_award_percent, lang, 1, '%') || ' > '
                                                         || equity_internal.shown_number(c.award_percent, lang, 1, '%')),
                              equity_internal.number_cell(c.applicant_percent, lang, 1, '%'),
                              equity_internal.number_cell(c.previous_award_percent, lang, 1, '%'),
                              equity_internal.number_cell(c.award_percent, lang, 1, '%'),
                              equity_internal.number_cell(c.change_points, lang, 1)),
                            '' ORDER BY c.category = 'unknown', c.category COLLATE "C") AS body
            FROM (SELECT u.*,
                         equity_internal.said(lang, u.category_th, u.category_en) AS name,
                         equity_internal.round_up(max(greatest(u.award_percent, u.previous_award_percent)) OVER ()) AS scale
                    FROM unnest(changes) AS u
                   WHERE u.dimension = change_figure.dimension) AS c) AS w;
END;

COMMENT ON FUNCTION equity_internal.change_figure(equity.composition_change[], text, text) IS
  'How the composition of those awarded changed in one dimension; NULL when it has no categories.';

CREATE FUNCTION equity_internal.changes_section(round_id bigint, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('changes', equity_internal.said(lang, 'เทียบกับรอบก่อน', 'Against the round before'),
           equity_internal.paragraph(equity_internal.said(lang, 'รอบก่อน: ', 'The round before: ') || (k.changes[1]).previous_round_code)
           || (SELECT string_agg(equity_internal.change_figure(k.changes, d.dimension, lang), '' ORDER BY d.n)
                 FROM unnest(ARRAY['sex', 'disability', 'poverty_quintile', 'group']) WITH ORDINALITY AS d (dimension, n)),
           equity_internal.said(lang, 'ไม่มีรอบก่อนหน้าที่จัดสรรแล้วให้เทียบ', 'There is no earlier round with an allocation to compare with.'),
           'equity.composition_change', lang)
    FROM (SELECT array_agg(c) AS changes FROM equity.composition_change AS c WHERE c.round_id = changes_section.round_id AND c.dimension <> 'province') AS k;
END;

COMMENT ON FUNCTION equity_internal.changes_section(bigint, text) IS
  'How the composition of those awarded changed since the round before.';
