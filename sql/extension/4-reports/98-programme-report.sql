-- The page of an academic year: what each programme gave, what became of the scholars, and the money.

CREATE FUNCTION equity_internal.programmes_section(programmes equity.programme_summary[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('programmes', equity_internal.said(lang, 'โครงการในปีการศึกษานี้', 'The programmes of the year'),
           equity_internal.figure_html(
             CASE WHEN bool_and(p.placed IS NOT NULL)
               THEN equity_internal.said(lang,
                      'จัดสรรทุน ' || equity_internal.number_text(sum(p.placed)) || ' ราย จาก ' || equity_internal.number_text(sum(p.seats)) || ' ที่นั่ง',
                      equity_internal.number_text(sum(p.placed)) || ' of ' || equity_internal.number_text(sum(p.seats)) || ' seats were given')
               ELSE equity_internal.said(lang, 'ที่นั่งทุนและผู้ได้รับการจัดสรรของแต่ละโครงการ', 'Seats and placements of each programme')
             END,
             equity_internal.table_html(
               equity_internal.said(lang, 'โควตา ที่นั่ง ผู้สมัคร และผู้ได้รับการจัดสรร', 'Quota, seats, applicants and placements'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['โครงการ'], ARRAY['Programme']))
               || equity_internal.chart_head(equity_internal.said(lang, 'ที่นั่ง', 'Seats'), max(p.scale))
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['โควตา', 'ที่นั่ง', 'ผู้สมัคร', 'ผู้มีสิทธิ์', 'จัดสรร', 'เสนอทุน'],
                                                                        ARRAY['Quota', 'Seats', 'Applicants', 'Eligible', 'Placed', 'Offers'])),
               string_agg(equity_internal.row_html(
                            p.name,
                            equity_internal.bar_cell(ARRAY[coalesce(p.placed, 0), greatest(p.seats - coalesce(p.placed, 0), 0)], p.scale, ARRAY['main', 'rest'],
                                                     equity_internal.shown_number(p.placed, lang) || ' / ' || equity_internal.number_text(p.seats)),
                            equity_internal.quota_cell(p.quota),
                            equity_internal.number_cells(lang, p.seats, p.applicants, p.eligible, p.placed, p.offers)),
                          '' ORDER BY p.programme_code COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'rest'], equity_internal.said(lang, ARRAY['จัดสรรแล้ว', 'ว่างหรือไม่แสดง'], ARRAY['placed', 'left or not shown'])),
             equity_internal.said(lang, 'ผู้สมัครคนหนึ่งเลือกได้หลายโครงการ และนับในทุกโครงการที่เลือก', 'Who asks for several programmes is an applicant of each.')),
           '', 'equity.programme_summary', lang)
    FROM (SELECT s.*, equity_internal.said(lang, s.programme_th, s.programme_en) AS name, equity_internal.bar_scale(max(s.seats) OVER ()) AS scale
            FROM unnest(programmes) AS s) AS p;
END;

COMMENT ON FUNCTION equity_internal.programmes_section(equity.programme_summary[], text) IS
  'What each programme announced and gave in a year.';

CREATE FUNCTION equity_internal.recipients_section(programmes equity.programme_summary[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('recipients', equity_internal.said(lang, 'ผู้รับทุนสะสม', 'Recipients so far'),
           equity_internal.figure_html(
             coalesce(CASE WHEN bool_and(p.recipients IS NOT NULL)
                        THEN equity_internal.said(lang, 'ผู้รับทุนสะสม ' || equity_internal.number_text(sum(p.recipients)) || ' ราย',
                                                        equity_internal.number_text(sum(p.recipients)) || ' awards have been received so far')
                      END, equity_internal.said(lang, 'ผู้รับทุนสะสมของแต่ละโครงการ', 'Recipients of each programme so far')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ทุนที่รับแล้วของปีนี้และปีก่อนหน้า ตามสถานภาพปัจจุบัน', 'Awards received in this and earlier years, by what became of them by now'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['โครงการ'], ARRAY['Programme']))
               || equity_internal.chart_head(equity_internal.said(lang, 'ทุน', 'Awards'), max(p.scale))
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ทั้งหมด', 'สำเร็จ', 'กำลังศึกษา', 'พักทุน', 'พ้นสภาพหรือเสียชีวิต', 'ยุติทุน'],
                                                                        ARRAY['All', 'Graduated', 'Studying', 'Suspended', 'Left or died', 'Terminated'])),
               string_agg(equity_internal.row_html(
                            p.name,
                            equity_internal.bar_cell(ARRAY[p.recipients_graduated, p.recipients_studying + p.recipients_suspended,
                                                           p.recipients_discontinued + p.recipients_terminated], p.scale, ARRAY['main', 'third', 'second'],
                                                     p.name || ': ' || equity_internal.shown_number(p.recipients, lang)),
                            equity_internal.number_cells(lang, p.recipients, p.recipients_graduated, p.recipients_studying, p.recipients_suspended,
                                                         p.recipients_discontinued, p.recipients_terminated)),
                          '' ORDER BY p.programme_code COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'third', 'second'],
                                         equity_internal.said(lang, ARRAY['สำเร็จการศึกษา', 'กำลังศึกษาหรือพักทุน', 'พ้นสภาพหรือยุติทุน'],
                                                                    ARRAY['graduated', 'studying or suspended', 'left or terminated']))),
           '', 'equity.programme_summary', lang)
    FROM (SELECT s.*, equity_internal.said(lang, s.programme_th, s.programme_en) AS name, equity_internal.bar_scale(max(s.recipients) OVER ()) AS scale
            FROM unnest(programmes) AS s) AS p;
END;

COMMENT ON FUNCTION equity_internal.recipients_section(equity.programme_summary[], text) IS
  'What became of the awards that each programme gave so far.';

CREATE FUNCTION equity_internal.rounds_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('rounds', equity_internal.said(lang, 'รอบการรับสมัคร', 'Rounds'),
           equity_internal.table_html(
             equity_internal.said(lang, 'รอบการรับสมัครของปี', 'The rounds of the year'),
             equity_internal.heads_html(equity_internal.said(lang, ARRAY['รอบ', 'โควตา', 'สถานศึกษา', 'ที่นั่ง', 'จัดสรร', 'ว่าง', 'ร้อยละ', 'เสนอทุน'],
                                                                   ARRAY['Round', 'Quota', 'Institutions', 'Seats', 'Admitted', 'Left', 'Filled', 'Offers'])),
             string_agg(equity_internal.row_html(
                          equity_internal.said(lang, r.round_th, r.round_en) || ' (' || r.round_code || ')',
                          equity_internal.quota_cell(r.quota),
                          equity_internal.number_cells(lang, r.institutions, r.seats, r.admitted, r.unfilled),
                          equity_internal.number_cell(r.fill_percent, lang, 1, '%'),
                          equity_internal.number_cell(r.offers, lang)),
                        '' ORDER BY r.call_number, r.round_id)),
           equity_internal.said(lang, 'ไม่มีรอบการรับสมัครในปีนี้', 'The year has no round.'), 'equity.round_summary', lang)
    FROM equity.round_summary AS r
   WHERE r.academic_year = rounds_section.academic_year;
END;

COMMENT ON FUNCTION equity_internal.rounds_section(integer, text) IS
  'The rounds of a year.';

-- Of years before the first round there are awards alone.
CREATE FUNCTION equity_internal.years_section(programmes equity.programme_summary[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('years', equity_internal.said(lang, 'จากปีสู่ปี', 'Year by year'),
           coalesce('<div class="pair">' || nullif(concat(
             CASE WHEN count(s.seats) > 1 THEN equity_internal.figure_html(
                equity_internal.said(lang, 'ที่นั่งทุน ', 'Seats: ') || equity_internal.change_words(array_agg(s.academic_year ORDER BY s.academic_year) FILTER (WHERE s.seats > 0),
                                                                                             array_agg(s.seats ORDER BY s.academic_year) FILTER (WHERE s.seats > 0), lang),
                equity_internal.years_chart(
                  equity_internal.said(lang, 'แผนภูมิเส้นของที่นั่งทุนและผู้ได้รับการจัดสรร ตัวเลขอยู่ในตารางถัดไป', 'Line chart of seats and placements; the figures are in the table below'),
                  array_agg(s.academic_year::numeric ORDER BY s.academic_year) FILTER (WHERE s.seats > 0),
                  array_agg(s.seats ORDER BY s.academic_year) FILTER (WHERE s.seats > 0),
                  array_agg(s.placed ORDER BY s.academic_year) FILTER (WHERE s.seats > 0),
                  equity_internal.said(lang, ARRAY['ที่นั่งทุน', 'จัดสรรแล้ว'], ARRAY['seats', 'placed']), lang)) END,
             CASE WHEN count(s.recipients) > 1 THEN equity_internal.figure_html(
                equity_internal.said(lang, 'ผู้รับทุนสะสม ', 'Awards received so far: ')
                || equity_internal.change_words(array_agg(s.academic_year ORDER BY s.academic_year) FILTER (WHERE s.recipients IS NOT NULL),
                                                array_agg(s.recipients ORDER BY s.academic_year) FILTER (WHERE s.recipients IS NOT NULL), lang),
                equity_internal.years_chart(
                  equity_internal.said(lang, 'แผนภูมิเส้นของผู้รับทุนสะสม ตัวเลขอยู่ในตารางถัดไป', 'Line chart of the awards received so far; the figures are in the table below'),
                  array_agg(s.academic_year::numeric ORDER BY s.academic_year), NULL, array_agg(s.recipients ORDER BY s.academic_year),
                  equity_internal.said(lang, ARRAY[NULL, 'ผู้รับทุนสะสม'], ARRAY[NULL, 'awards']), lang)) END), '') || '</div>', '')
           || equity_internal.table_html(
                equity_internal.said(lang, 'ทุกโครงการรวมกัน', 'All programmes together'),
                equity_internal.heads_html(equity_internal.said(lang, ARRAY['ปีการศึกษา', 'ที่นั่ง', 'จัดสรร', 'ผู้รับทุนสะสม'],
                                                                      ARRAY['Academic year', 'Seats', 'Placed', 'Awards so far'])),
                string_agg(equity_internal.row_html(
                             equity_internal.year_text(s.academic_year, lang), equity_internal.quota_cell(s.seats),
                             CASE WHEN s.seats > 0 THEN equity_internal.number_cell(s.placed, lang) ELSE equity_internal.quota_cell(NULL) END,
                             equity_internal.number_cell(s.recipients, lang)),
                           '' ORDER BY s.academic_year)),
           '', 'equity.programme_summary', lang)
    FROM (SELECT p.academic_year,
                 nullif(sum(p.seats), 0) AS seats,
                 CASE WHEN bool_and(p.placed IS NOT NULL) THEN sum(p.placed) END AS placed,
                 CASE WHEN bool_and(p.recipients IS NOT NULL) THEN sum(p.recipients) END AS recipients
            FROM unnest(programmes) AS p
           GROUP BY p.academic_year) AS s;
END;

COMMENT ON FUNCTION equity_internal.years_section(equity.programme_summary[], text) IS
  'Seats, placements and awards of all programmes from year to year.';

CREATE FUNCTION equity_internal.retention_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('retention', equity_internal.said(lang, 'การคงอยู่และการสำเร็จการศึกษา', 'Retention and graduation'),
           equity_internal.figure_html(
             coalesce(equity_internal.said(lang,
               'ผู้เข้าศึกษาปี ' || equity_internal.year_text(max(o.entry_year) FILTER (WHERE o.is_newest), lang) || ' ยังคงอยู่หรือสำเร็จแล้ว '
                 || equity_internal.number_text(max(o.retention) FILTER (WHERE o.is_newest), 1) || '%',
               equity_internal.number_text(max(o.retention) FILTER (WHERE o.is_newest), 1) || '% of those who entered in '
                 || equity_internal.year_text(max(o.entry_year) FILTER (WHERE o.is_newest), lang) || ' study on or have graduated'),
               equity_internal.said(lang, 'ผู้รับทุนยังคงอยู่หรือสำเร็จแล้วร้อยละเท่าใด', 'How many study on or have graduated')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ผู้รับทุนแต่ละรุ่น และอัตราการคงอยู่พร้อมช่วงความเชื่อมั่น 95%', 'The scholars of each year of entry, and the retention rate with its 95% interval'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['ปีที่เข้า'], ARRAY['Entered in']))
               || equity_internal.chart_head(equity_internal.said(lang, 'อัตราคงอยู่และช่วง', 'Retention and interval'), 100, '%')
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['แรกเข้า', 'คงอยู่', 'ช่วง', 'กำลังศึกษา', 'สำเร็จ', 'ออกกลางคัน', 'สำเร็จร้อยละ'],
                                                                        ARRAY['Entrants', 'Retained', 'Interval', 'Studying', 'Graduated', 'Left', 'Graduated, of all'])),
               string_agg(equity_internal.row_html(
                            equity_internal.year_text(o.entry_year, lang),
                            equity_internal.range_cell('interval', o.low, o.high, o.retention, NULL, 100, equity_internal.rate_words(o.retention, o.low, o.high, o.entrants, lang)),
                            equity_internal.number_cells(lang, o.entrants),
                            equity_internal.number_cell(o.retention, lang, 1, '%'),
                            equity_internal.interval_cell(o.low, o.high, lang),
                            equity_internal.number_cells(lang, o.studying, o.graduated, o.dropped_out),
                            equity_internal.number_cell(CASE WHEN o.graduation_rate IS NOT NULL THEN 100.0 * o.graduated / o.entrants END, lang, 1, '%')),
                          '' ORDER BY o.entry_year)),
             equity_internal.said(lang, 'คงอยู่: กำลังศึกษาหรือสำเร็จแล้ว แถบคือช่วงความเชื่อมั่น 95% ผู้ย้ายออกจากรุ่นและผู้เสียชีวิตไม่อยู่ในตาราง',
                                        'Retained: who studies on or has graduated. The band is the 95% interval. Who was transferred out of the year''s scholars or died is not in '
                                        'the table.')),
           equity_internal.said(lang, 'ยังไม่มีผู้รับทุนที่เข้าศึกษา', 'No scholar has entered yet.'), 'equity.entry_year_outcome', lang)
    FROM (SELECT e.*, CASE WHEN e.retention_rate IS NOT NULL THEN 100.0 * e.retained / e.entrants END AS retention,
                 100 * e.retention_rate_low AS low, 100 * e.retention_rate_high AS high,
                 e.entry_year = max(e.entry_year) FILTER (WHERE e.entry_year < retention_section.academic_year) OVER () AS is_newest
            FROM equity.entry_year_outcome AS e
           WHERE e.entry_year <= retention_section.academic_year) AS o;
END;

COMMENT ON FUNCTION equity_internal.retention_section(integer, text) IS
  'How many scholars of each year of entry study on or have graduated.';

CREATE FUNCTION equity_internal.work_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.report_section('work', equity_internal.said(lang, 'งานและการศึกษาต่อ', 'Work and further study'),
           equity_internal.figure_html(
             coalesce(equity_internal.said(lang,
               'ผู้สำเร็จการศึกษาที่เข้าปี ' || equity_internal.year_text(max(o.entry_year) FILTER (WHERE o.is_newest), lang) || ' และติดตามได้ มีงานทำหรือศึกษาต่อ '
                 || equity_internal.number_text(max(o.placement) FILTER (WHERE o.is_newest), 1) || '%',
               equity_internal.number_text(max(o.placement) FILTER (WHERE o.is_newest), 1)
                 || '% of the graduates followed who entered in ' || equity_internal.year_text(max(o.entry_year) FILTER (WHERE o.is_newest), lang)
                 || ' have work or study further'),
               equity_internal.said(lang, 'ผู้สำเร็จการศึกษาที่ติดตามได้ มีงานทำหรือศึกษาต่อร้อยละเท่าใด', 'How many of the graduates followed have work or study further')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ผู้สำเร็จการศึกษาตามปีที่เข้า และอัตราการมีงานทำหรือศึกษาต่อพร้อมช่วงความเชื่อมั่น 95%',
                                          'Graduates by year of entry, and the rate of work or further study with its 95% interval'),
               equity_internal.heads_html(equity_internal.said(lang, ARRAY['ปีที่เข้า'], ARRAY['Entered in']))
               || equity_internal.chart_head(equity_internal.said(lang, 'อัตราและช่วง', 'Rate and interval'), 100, '%')
               || equity_internal.heads_html(equity_internal.said(lang, ARRAY['สำเร็จ', 'ติดตามได้', 'อัตรา', 'ช่วง', 'มีงานทำ', 'ศึกษาต่อ', 'ไม่มีทั้งสอง'],
                                                                        ARRAY['Graduated', 'Followed', 'Rate', 'Interval', 'Work', 'Study', 'Neither'])),
               string_agg(equity_internal.row_html(
                            equity_internal.year_text(o.entry_year, lang),
                            equity_internal.range_cell('interval', o.low, o.high, o.placement, NULL, 100, equity_internal.rate_words(o.placement, o.low, o.high, o.followed, lang)),
                            equity_internal.number_cells(lang, o.graduated, o.followed),
                            equity_internal.number_cell(o.placement, lang, 1, '%'),
                            equity_internal.interval_cell(o.low, o.high, lang),
                            equity_internal.number_cells(lang, o.employed, o.further_study, o.neither)),
                          '' ORDER BY o.entry_year)),
             equity_internal.said(lang, 'อัตราคิดจากผู้ที่ติดตามได้ แถบคือช่วงความเชื่อมั่น 95% ผู้ที่ทำงานและศึกษาต่อนับในทั้งสองช่อง',
                                        'The rate is of those followed. The band is the 95% interval. Whoever works and studies counts in both columns.')),
           equity_internal.said(lang, 'ยังไม่มีการติดตามผู้สำเร็จการศึกษา', 'No graduate has been followed yet.'), 'equity.entry_year_outcome', lang)
    FROM (SELECT e.*, CASE WHEN e.placement_rate_followed IS NOT NULL THEN 100.0 * e.placed / e.followed END AS placement,
                 100 * e.placement_rate_low AS low, 100 * e.placement_rate_high AS high,
                 e.entry_year = max(e.entry_year) FILTER (WHERE e.placement_rate_followed IS NOT NULL) OVER () AS is_newest
            FROM equity.entry_year_outcome AS e
           WHERE e.entry_year <= work_section.academic_year
             AND e.followed IS DISTINCT FROM 0) AS o;
END;

COMMENT ON FUNCTION equity_internal.work_section(integer, text) IS
  'What the graduates of each year of entry do.';

--- One self-contained page in Thai (th) or English (en), as equity.round_report. academic_year is พ.ศ. in either language.
--- What became of scholars is told as it is now; money only to whoever may read payments.
---
--- Errors: 22023 another language; P0002 the year has no round and no award.
CREATE FUNCTION equity.programme_report(academic_year integer, lang text DEFAULT 'th') RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  programmes equity.programme_summary[];
  of_year equity.programme_summary[];
BEGIN
  PERFORM equity_internal.require_language(lang, 'pages');
  programmes := ARRAY(SELECT s FROM equity.programme_summary AS s WHERE s.academic_year <= programme_report.academic_year);
  of_year := ARRAY(SELECT s FROM unnest(programmes) AS s WHERE s.academic_year = programme_report.academic_year);
  IF cardinality(of_year) = 0 THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('academic year %s has no round and no award', coalesce(programme_report.academic_year::text, 'NULL')),
      HINT = 'Years are of the Buddhist era; equity.programme_summary has those that there are.';
  END IF;
  RETURN equity_internal.page_html(
    lang,
    equity_internal.said(lang, 'รายงานโครงการทุน ปีการศึกษา พ.ศ. ', 'Scholarship programmes, academic year ')
      || equity_internal.year_text(programme_report.academic_year, lang) || equity_internal.said(lang, '', ' CE'),
    '',
    equity_internal.programmes_section(of_year, lang)
    || equity_internal.rounds_section(programme_report.academic_year, lang)
    || equity_internal.years_section(programmes, lang)
    || equity_internal.recipients_section(of_year, lang)
    || equity_internal.retention_section(programme_report.academic_year, lang)
    || equity_internal.work_section(programme_report.academic_year, lang)
    || equity_internal.money_section(programme_report.academic_year, lang));
END;
$$;

COMMENT ON FUNCTION equity.programme_report(integer, text) IS
  'The report of an academic year (พ.ศ.) as one HTML page in Thai (th) or English (en): programmes, rounds, recipients, retention, graduation, work and money. Reads the registry.';
