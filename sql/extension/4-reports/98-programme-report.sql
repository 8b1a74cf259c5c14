-- The page of an academic year: what each programme gave, what became of the scholars, and the money.

CREATE FUNCTION equity_internal.programmes_section(programmes equity.programme_summary[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('programmes', equity_internal.said(lang, 'โครงการในปีการศึกษานี้', 'The programmes of the year'),
           equity_internal.figure_html(
             CASE WHEN bool_and(p.placed IS NOT NULL)
               THEN equity_internal.said(lang,
                      'จัดสรรทุน ' || equity_internal.number_text(sum(p.placed)) || ' ราย จาก ' || equity_internal.number_text(sum(p.seats)) || ' ที่นั่ง',
                      equity_internal.number_text(sum(p.placed)) || ' of ' || equity_internal.number_text(sum(p.seats)) || ' seats were given')
               ELSE equity_internal.said(lang, 'ที่นั่งทุนและผู้ได้รับการจัดสรรของแต่ละโครงการ', 'Seats and placements of each programme')
             END,
             equity_internal.table_html(
               equity_internal.said(lang, 'โควตา ที่นั่ง ผู้สมัคร และผู้ได้รับการจัดสรร', 'Quota, seats, applicants and placements'),
               CASE lang WHEN 'en' THEN ARRAY['Programme', 'Quota', 'Seats', 'Applicants', 'Eligible', 'Placed', 'Offers', 'Placed, of the seats']
                         ELSE ARRAY['โครงการ', 'โควตา', 'ที่นั่ง', 'ผู้สมัคร', 'ผู้มีสิทธิ์', 'จัดสรร', 'เสนอทุน', 'จัดสรร เทียบกับที่นั่ง'] END,
               string_agg('<tr>' || equity_internal.name_cell(p.name) || equity_internal.quota_cell(p.quota) || equity_internal.number_cell(p.seats, lang)
                          || equity_internal.number_cell(p.applicants, lang) || equity_internal.number_cell(p.eligible, lang)
                          || equity_internal.number_cell(p.placed, lang) || equity_internal.number_cell(p.offers, lang)
                          || equity_internal.bar_cell(ARRAY[coalesce(p.placed, 0), greatest(p.seats - coalesce(p.placed, 0), 0)], p.most, ARRAY['main', 'rest'],
                                                      equity_internal.shown_number(p.placed, lang) || ' / ' || equity_internal.number_text(p.seats))
                          || '</tr>', '' ORDER BY p.programme_code COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'rest'], CASE lang WHEN 'en' THEN ARRAY['placed', 'left or not shown'] ELSE ARRAY['จัดสรรแล้ว', 'ว่างหรือไม่แสดง'] END))
           || '<p class="note">' || equity_internal.said(lang, 'ผู้สมัครคนหนึ่งเลือกได้หลายโครงการ และนับในทุกโครงการที่เลือก',
                                                         'Who asks for several programmes is an applicant of each.') || '</p>'
           || equity_internal.source_note('equity.programme_summary', lang))
    FROM (SELECT s.*, equity_internal.said(lang, s.programme_th, s.programme_en) AS name, max(s.seats) OVER () AS most
            FROM unnest(programmes) AS s) AS p;
END;

COMMENT ON FUNCTION equity_internal.programmes_section(equity.programme_summary[], text) IS
  'What each programme announced and gave in a year.';

CREATE FUNCTION equity_internal.recipients_section(programmes equity.programme_summary[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('recipients', equity_internal.said(lang, 'ผู้รับทุนสะสม', 'Recipients so far'),
           equity_internal.figure_html(
             coalesce(CASE WHEN bool_and(p.recipients IS NOT NULL)
                        THEN equity_internal.said(lang, 'ผู้รับทุนสะสม ' || equity_internal.number_text(sum(p.recipients)) || ' ราย',
                                                        equity_internal.number_text(sum(p.recipients)) || ' awards have been received so far')
                      END, equity_internal.said(lang, 'ผู้รับทุนสะสมของแต่ละโครงการ', 'Recipients of each programme so far')),
             equity_internal.table_html(
               equity_internal.said(lang, 'ทุนที่รับแล้วของปีนี้และปีก่อนหน้า ตามสถานภาพปัจจุบัน', 'Awards received in this and earlier years, by what became of them by now'),
               CASE lang WHEN 'en' THEN ARRAY['Programme', 'All', 'Graduated', 'Studying', 'Suspended', 'Left or died', 'Terminated', 'Bar']
                         ELSE ARRAY['โครงการ', 'ทั้งหมด', 'สำเร็จ', 'กำลังศึกษา', 'พักทุน', 'พ้นสภาพหรือเสียชีวิต', 'ยุติทุน', 'แผนภูมิ'] END,
               string_agg('<tr>' || equity_internal.name_cell(p.name) || equity_internal.number_cell(p.recipients, lang)
                          || equity_internal.number_cell(p.recipients_graduated, lang) || equity_internal.number_cell(p.recipients_studying, lang)
                          || equity_internal.number_cell(p.recipients_suspended, lang) || equity_internal.number_cell(p.recipients_discontinued, lang)
                          || equity_internal.number_cell(p.recipients_terminated, lang)
                          || equity_internal.bar_cell(ARRAY[p.recipients_graduated, p.recipients_studying + p.recipients_suspended,
                                                            p.recipients_discontinued + p.recipients_terminated], p.most, ARRAY['main', 'third', 'second'],
                                                      p.name || ': ' || equity_internal.shown_number(p.recipients, lang))
                          || '</tr>', '' ORDER BY p.programme_code COLLATE "C"))
             || equity_internal.key_html(ARRAY['main', 'third', 'second'], CASE lang WHEN 'en' THEN ARRAY['graduated', 'studying or suspended', 'left or terminated']
                                                                                  ELSE ARRAY['สำเร็จการศึกษา', 'กำลังศึกษาหรือพักทุน', 'พ้นสภาพหรือยุติทุน'] END))
           || equity_internal.source_note('equity.programme_summary', lang))
    FROM (SELECT s.*, equity_internal.said(lang, s.programme_th, s.programme_en) AS name, max(s.recipients) OVER () AS most
            FROM unnest(programmes) AS s) AS p;
END;

COMMENT ON FUNCTION equity_internal.recipients_section(equity.programme_summary[], text) IS
  'What became of the awards that each programme gave so far.';

CREATE FUNCTION equity_internal.rounds_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('rounds', equity_internal.said(lang, 'รอบการรับสมัคร', 'Rounds'),
           CASE WHEN count(*) = 0
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ไม่มีรอบการรับสมัครในปีนี้', 'The year has no round.'))
             ELSE equity_internal.table_html(
               equity_internal.said(lang, 'รอบการรับสมัครของปี', 'The rounds of the year'),
               CASE lang WHEN 'en' THEN ARRAY['Round', 'Quota', 'Institutions', 'Seats', 'Admitted', 'Left', 'Filled', 'Offers']
                         ELSE ARRAY['รอบ', 'โควตา', 'สถานศึกษา', 'ที่นั่ง', 'จัดสรร', 'ว่าง', 'ร้อยละ', 'เสนอทุน'] END,
               string_agg('<tr>' || equity_internal.name_cell(equity_internal.said(lang, r.round_th, r.round_en) || ' (' || r.round_code || ')')
                          || equity_internal.quota_cell(r.quota) || equity_internal.number_cell(r.institutions, lang)
                          || equity_internal.number_cell(r.seats, lang) || equity_internal.number_cell(r.admitted, lang)
                          || equity_internal.number_cell(r.unfilled, lang) || equity_internal.number_cell(r.fill_percent, lang, 1, '%')
                          || equity_internal.number_cell(r.offers, lang) || '</tr>', '' ORDER BY r.call_number, r.round_id))
           END
           || equity_internal.source_note('equity.round_summary', lang))
    FROM equity.round_summary AS r
   WHERE r.academic_year = rounds_section.academic_year;
END;

COMMENT ON FUNCTION equity_internal.rounds_section(integer, text) IS
  'The rounds of a year.';

-- A year of which a part is not shown has no sum, and no point on the line.
CREATE FUNCTION equity_internal.years_chart(years numeric[], seats numeric[], placed numeric[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           equity_internal.said(lang, 'ที่นั่งทุนและผู้ได้รับการจัดสรรในแต่ละปี', 'Seats and placements of each year'),
           equity_internal.line_chart(
             equity_internal.said(lang, 'แผนภูมิเส้นของที่นั่งทุนและผู้ได้รับการจัดสรร ตัวเลขอยู่ในตารางถัดไป', 'Line chart of seats and placements; the figures are in the table below'),
             equity_internal.axis_svg(ARRAY[0, y.top / 2, y.top], ARRAY['0', equity_internal.number_text(y.top / 2), equity_internal.number_text(y.top)], 0, y.top, true)
             || equity_internal.axis_svg(y.some_years, y.some_words, y.first, y.last, false)
             || coalesce(equity_internal.line_svg(years, seats, y.first, y.last, y.top, 'rest'), '')
             || coalesce(equity_internal.line_svg(years, placed, y.first, y.last, y.top, 'main'), '')
             || coalesce(equity_internal.line_names(
                  CASE lang WHEN 'en' THEN ARRAY['seats', 'placed'] ELSE ARRAY['ที่นั่งทุน', 'จัดสรรแล้ว'] END,
                  ARRAY[seats[cardinality(seats)], placed[cardinality(placed)]], y.top, ARRAY['rest', 'main']), '')))
    FROM (SELECT equity_internal.round_up(greatest(max(v.seats), max(v.placed), 2)) AS top,
                 min(v.year) AS first,
                 max(v.year) AS last,
                 array_agg(v.year ORDER BY v.year) FILTER (WHERE v.has_word) AS some_years,
                 array_agg(equity_internal.year_text(v.year::integer, lang) ORDER BY v.year) FILTER (WHERE v.has_word) AS some_words
            FROM (SELECT u.*, (max(u.year) OVER () - u.year) % (1 + count(*) OVER () / 6) = 0 AS has_word
                    FROM ROWS FROM (unnest(years), unnest(seats), unnest(placed)) AS u (year, seats, placed)) AS v) AS y;
END;

COMMENT ON FUNCTION equity_internal.years_chart(numeric[], numeric[], numeric[], text) IS
  'A line chart of seats and placements over the years.';

CREATE FUNCTION equity_internal.years_section(programmes equity.programme_summary[], lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('years', equity_internal.said(lang, 'จากปีสู่ปี', 'Year by year'),
           CASE WHEN count(*) > 1
             THEN equity_internal.years_chart(array_agg(s.academic_year::numeric ORDER BY s.academic_year), array_agg(s.seats ORDER BY s.academic_year),
                                              array_agg(s.placed ORDER BY s.academic_year), lang)
             ELSE ''
           END
           || equity_internal.table_html(
                equity_internal.said(lang, 'ทุกโครงการรวมกัน', 'All programmes together'),
                CASE lang WHEN 'en' THEN ARRAY['Academic year', 'Seats', 'Placed'] ELSE ARRAY['ปีการศึกษา', 'ที่นั่ง', 'จัดสรร'] END,
                string_agg('<tr>' || equity_internal.name_cell(equity_internal.year_text(s.academic_year, lang)) || equity_internal.number_cell(s.seats, lang)
                           || equity_internal.number_cell(s.placed, lang) || '</tr>', '' ORDER BY s.academic_year))
           || equity_internal.source_note('equity.programme_summary', lang))
    FROM (SELECT p.academic_year,
                 sum(p.seats) AS seats,
                 CASE WHEN bool_and(p.placed IS NOT NULL) THEN sum(p.placed) END AS placed
            FROM unnest(programmes) AS p
           GROUP BY p.academic_year
          HAVING sum(p.seats) > 0) AS s;
END;

COMMENT ON FUNCTION equity_internal.years_section(equity.programme_summary[], text) IS
  'Seats and placements of all programmes from year to year.';

CREATE FUNCTION equity_internal.retention_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('retention', equity_internal.said(lang, 'การคงอยู่และการสำเร็จการศึกษา', 'Retention and graduation'),
           CASE WHEN count(*) = 0
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ยังไม่มีผู้รับทุนที่เข้าศึกษา', 'No scholar has entered yet.'))
             ELSE equity_internal.figure_html(
               coalesce(equity_internal.said(lang,
                 'ผู้เข้าศึกษาปี ' || equity_internal.year_text(max(o.entry_year) FILTER (WHERE o.is_newest), lang) || ' ยังคงอยู่หรือสำเร็จแล้ว '
                   || equity_internal.number_text(max(o.retention) FILTER (WHERE o.is_newest), 1) || '%',
                 equity_internal.number_text(max(o.retention) FILTER (WHERE o.is_newest), 1) || '% of those who entered in '
                   || equity_internal.year_text(max(o.entry_year) FILTER (WHERE o.is_newest), lang) || ' study on or have graduated'),
                 equity_internal.said(lang, 'ผู้รับทุนยังคงอยู่หรือสำเร็จแล้วร้อยละเท่าใด', 'How many study on or have graduated')),
               equity_internal.table_html(
                 equity_internal.said(lang, 'ผู้รับทุนแต่ละรุ่น และอัตราการคงอยู่พร้อมช่วงความเชื่อมั่น 95%', 'The scholars of each year of entry, and the retention rate with its 95% interval'),
                 CASE lang WHEN 'en' THEN ARRAY['Entered in', 'Entrants', 'Studying', 'Graduated', 'Left', 'Retained', 'Graduated, of all', '0% to 100%']
                           ELSE ARRAY['ปีที่เข้า', 'แรกเข้า', 'กำลังศึกษา', 'สำเร็จ', 'ออกกลางคัน', 'คงอยู่', 'สำเร็จร้อยละ', '0% ถึง 100%'] END,
                 string_agg('<tr>' || equity_internal.name_cell(equity_internal.year_text(o.entry_year, lang)) || equity_internal.number_cell(o.entrants, lang)
                            || equity_internal.number_cell(o.studying, lang) || equity_internal.number_cell(o.graduated, lang)
                            || equity_internal.number_cell(o.dropped_out, lang) || equity_internal.number_cell(o.retention, lang, 1, '%')
                            || equity_internal.number_cell(CASE WHEN o.graduation_rate IS NOT NULL THEN 100.0 * o.graduated / o.entrants END, lang, 1, '%')
                            || equity_internal.range_cell(100 * o.retention_rate_low, 100 * o.retention_rate_high, o.retention, NULL, 100,
                                                          equity_internal.shown_number(o.retention, lang, 1, '%'))
                            || '</tr>', '' ORDER BY o.entry_year)))
           END
           || '<p class="note">' || equity_internal.said(lang, 'ผู้ย้ายออกจากรุ่นและผู้เสียชีวิตไม่อยู่ในตาราง',
                                                         'Who was transferred out of the year''s scholars or died is not in the table.') || '</p>'
           || equity_internal.source_note('equity.entry_year_outcome', lang))
    FROM (SELECT e.*, CASE WHEN e.retention_rate IS NOT NULL THEN 100.0 * e.retained / e.entrants END AS retention,
                 e.entry_year = max(e.entry_year) FILTER (WHERE e.entry_year < retention_section.academic_year) OVER () AS is_newest
            FROM equity.entry_year_outcome AS e
           WHERE e.entry_year <= retention_section.academic_year) AS o;
END;

COMMENT ON FUNCTION equity_internal.retention_section(integer, text) IS
  'How many scholars of each year of entry study on or have graduated.';

CREATE FUNCTION equity_internal.work_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('work', equity_internal.said(lang, 'งานและการศึกษาต่อ', 'Work and further study'),
           CASE WHEN count(*) = 0
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ยังไม่มีการติดตามผู้สำเร็จการศึกษา', 'No graduate has been followed yet.'))
             ELSE equity_internal.figure_html(
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
                 CASE lang WHEN 'en' THEN ARRAY['Entered in', 'Graduated', 'Followed', 'Work', 'Study', 'Neither', 'Rate', '0% to 100%']
                           ELSE ARRAY['ปีที่เข้า', 'สำเร็จ', 'ติดตามได้', 'มีงานทำ', 'ศึกษาต่อ', 'ไม่มีทั้งสอง', 'อัตรา', '0% ถึง 100%'] END,
                 string_agg('<tr>' || equity_internal.name_cell(equity_internal.year_text(o.entry_year, lang)) || equity_internal.number_cell(o.graduated, lang)
                            || equity_internal.number_cell(o.followed, lang) || equity_internal.number_cell(o.employed, lang)
                            || equity_internal.number_cell(o.further_study, lang) || equity_internal.number_cell(o.neither, lang)
                            || equity_internal.number_cell(o.placement, lang, 1, '%')
                            || equity_internal.range_cell(100 * o.placement_rate_low, 100 * o.placement_rate_high, o.placement, NULL, 100,
                                                          equity_internal.shown_number(o.placement, lang, 1, '%'))
                            || '</tr>', '' ORDER BY o.entry_year)),
               equity_internal.said(lang, 'ผู้ที่ทำงานและศึกษาต่อนับในทั้งสองช่อง', 'Whoever works and studies counts in both columns.'))
           END
           || equity_internal.source_note('equity.entry_year_outcome', lang))
    FROM (SELECT e.*, CASE WHEN e.placement_rate_followed IS NOT NULL THEN 100.0 * e.placed / e.followed END AS placement,
                 e.entry_year = max(e.entry_year) FILTER (WHERE e.placement_rate_followed IS NOT NULL) OVER () AS is_newest
            FROM equity.entry_year_outcome AS e
           WHERE e.entry_year <= work_section.academic_year
             AND e.followed IS DISTINCT FROM 0) AS o;
END;

COMMENT ON FUNCTION equity_internal.work_section(integer, text) IS
  'What the graduates of each year of entry do.';

CREATE FUNCTION equity_internal.payments_figure(academic_year integer, lang text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  -- a query needs its rights before it finds that it has nothing to read
  IF NOT has_table_privilege('equity.payment_reconciliation', 'SELECT') OR NOT has_table_privilege('equity.payment', 'SELECT') THEN
    RETURN equity_internal.paragraph(equity_internal.said(lang, 'สิทธิของผู้อ่านรายงานนี้ไม่รวมการจ่ายเงิน', 'The rights of whoever made this page do not extend to payments.'));
  END IF;
  RETURN (
    SELECT CASE WHEN count(*) = 0
             THEN equity_internal.paragraph(equity_internal.said(lang, 'ไม่มีการจ่ายเงินในปีนี้', 'The year has no payments.'))
             ELSE equity_internal.figure_html(
               equity_internal.said(lang,
                 'จ่ายแล้ว ' || equity_internal.number_text(sum(m.paid_out - m.returned)) || ' บาท จากยอดที่ต้องจ่าย ' || equity_internal.number_text(sum(m.due)) || ' บาท',
                 equity_internal.number_text(sum(m.paid_out - m.returned)) || ' baht were paid of ' || equity_internal.number_text(sum(m.due)) || ' due'),
               equity_internal.table_html(
                 equity_internal.said(lang, 'เงินทุนของปีการศึกษา (บาท)', 'The money of the academic year, baht'),
                 CASE payments_figure.lang WHEN 'en' THEN ARRAY['Programme', 'Due', 'Paid', 'Came back', 'To be given back', 'Given back', 'Open', 'Paid, open']
                           ELSE ARRAY['โครงการ', 'ต้องจ่าย', 'จ่ายแล้ว', 'ตีกลับ', 'ค้างเรียกคืน', 'เรียกคืนแล้ว', 'ค้างจ่าย', 'จ่ายแล้ว ค้างจ่าย'] END,
                 string_agg('<tr>' || equity_internal.name_cell(m.name) || equity_internal.number_cell(m.due, lang) || equity_internal.number_cell(m.paid_out, lang)
                            || equity_internal.number_cell(m.returned, lang) || equity_internal.number_cell(m.refund_due, lang)
                            || equity_internal.number_cell(m.refunded, lang) || equity_internal.number_cell(m.open, lang)
                            || equity_internal.bar_cell(ARRAY[m.paid_out - m.returned, m.open], m.most, ARRAY['main', 'rest'],
                                                        equity_internal.number_text(m.paid_out - m.returned) || ' / ' || equity_internal.number_text(m.open))
                            || '</tr>', '' ORDER BY m.programme_code COLLATE "C"))
               || equity_internal.key_html(ARRAY['main', 'rest'], CASE payments_figure.lang WHEN 'en' THEN ARRAY['paid', 'open'] ELSE ARRAY['จ่ายแล้ว', 'ค้างจ่าย'] END))
           END
           || equity_internal.source_note('equity.payment_reconciliation', lang)
      FROM (SELECT p.programme_code,
                   coalesce(equity_internal.said(lang, max(g.programme_th), max(g.programme_en)), p.programme_code) AS name,
                   sum(p.due) AS due, sum(p.paid_out) AS paid_out, sum(p.returned) AS returned, sum(p.refund_due) AS refund_due,
                   sum(p.refunded) AS refunded, sum(p.open) AS open,
                   max(sum(p.paid_out) - sum(p.returned) + sum(p.open)) OVER () AS most
              FROM equity.payment_reconciliation AS p
              LEFT JOIN (SELECT DISTINCT s.programme_code, s.programme_th, s.programme_en
                           FROM equity.programme_summary AS s
                          WHERE s.academic_year = payments_figure.academic_year) AS g
                     ON g.programme_code = p.programme_code
             WHERE p.academic_year = payments_figure.academic_year
             GROUP BY p.programme_code) AS m);
END;
$$;

COMMENT ON FUNCTION equity_internal.payments_figure(integer, text) IS
  'What was due, paid and is open in a year, for whoever may read it.';

CREATE FUNCTION equity_internal.money_section(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.section_html('money', equity_internal.said(lang, 'เงินทุนและงบประมาณ', 'Money and budget'),
           equity_internal.payments_figure(academic_year, lang)
           || CASE WHEN count(*) = 0 THEN ''
                   ELSE equity_internal.figure_html(
                     equity_internal.said(lang,
                       'ผู้รับทุนปัจจุบันจะใช้งบประมาณ ' || equity_internal.number_text(sum(b.committed)) || ' บาทในปีต่อ ๆ ไป ถ้าคงอยู่ทุกคน',
                       'The present scholars will cost ' || equity_internal.number_text(sum(b.committed)) || ' baht in the years to come if everybody stays'),
                     equity_internal.table_html(
                       equity_internal.said(lang, 'งบประมาณตามปีงบประมาณ (บาท)', 'Cost by fiscal year, baht'),
                       CASE lang WHEN 'en' THEN ARRAY['Programme, fiscal year', 'Awards', 'If everybody stays', 'Expected', 'Expected, of if everybody stays']
                                 ELSE ARRAY['โครงการ ปีงบประมาณ', 'ผู้รับทุน', 'ถ้าคงอยู่ทุกคน', 'คาดการณ์', 'คาดการณ์ เทียบกับคงอยู่ทุกคน'] END,
                       string_agg('<tr>' || equity_internal.name_cell(equity_internal.said(lang, b.programme_th, b.programme_en) || ', '
                                                                      || equity_internal.year_text(b.fiscal_year, lang))
                                  || equity_internal.number_cell(b.awards, lang) || equity_internal.number_cell(b.committed, lang)
                                  || equity_internal.number_cell(b.expected, lang)
                                  || equity_internal.bar_cell(ARRAY[b.expected, greatest(b.committed - b.expected, 0)], b.most, ARRAY['main', 'rest'],
                                                              equity_internal.shown_number(b.expected, lang))
                                  || '</tr>', '' ORDER BY b.programme_code COLLATE "C", b.fiscal_year))
                     || equity_internal.key_html(ARRAY['main', 'rest'], CASE lang WHEN 'en' THEN ARRAY['expected', 'more if everybody stays']
                                                                             ELSE ARRAY['คาดการณ์', 'เพิ่มขึ้นถ้าคงอยู่ทุกคน'] END))
              END
           || equity_internal.source_note('equity.budget_projection', lang))
    FROM (SELECT p.*, max(p.committed) OVER () AS most FROM equity.budget_projection AS p) AS b;
END;

COMMENT ON FUNCTION equity_internal.money_section(integer, text) IS
  'The money of a year, and what the scholars will cost.';

--- One self-contained page in Thai (th) or English (en), as equity.round_report. academic_year is พ.ศ. in either language.
--- What became of scholars is told as it is now; money only to whoever may read payments.
---
--- Errors: 22023 another language; P0002 the year has no round and no award.
CREATE FUNCTION equity.programme_report(academic_year integer, lang text DEFAULT 'th') RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan
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
      HINT = 'Years are of the Buddhist era; those that there are is told by equity.programme_summary.';
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
