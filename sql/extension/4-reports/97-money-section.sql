-- The money of the page of a year: what is due and open, how that compares with the years before, and what is to come.

-- Who may not read payments is told so: a query needs its rights before it finds that it has nothing to read.
CREATE FUNCTION equity_internal.may_read_payments() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN has_table_privilege('equity.payment_reconciliation', 'SELECT') AND has_table_privilege('equity.payment', 'SELECT');

COMMENT ON FUNCTION equity_internal.may_read_payments() IS
  'Whether the caller may read what is due, paid and open.';

CREATE FUNCTION equity_internal.payments_figure(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           equity_internal.said(lang,
             'จากยอดที่ต้องจ่าย ' || equity_internal.number_text(sum(m.due)) || ' บาท ยังค้างจ่าย ' || equity_internal.number_text(sum(m.open)) || ' บาท',
             'Of ' || equity_internal.number_text(sum(m.due)) || ' baht due ' || equity_internal.number_text(sum(m.open)) || ' are not paid yet'),
           equity_internal.table_html(
             equity_internal.said(lang, 'เงินทุนของปีการศึกษา (บาท)', 'The money of the academic year, baht'),
             equity_internal.heads_html(equity_internal.said(lang, ARRAY['โครงการ'], ARRAY['Programme']))
             || equity_internal.chart_head(equity_internal.said(lang, 'ล้านบาท', 'Million baht'), max(m.scale) / 1000000)
             || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ต้องจ่าย', 'จ่ายแล้ว', 'ตีกลับ', 'ค้างเรียกคืน', 'เรียกคืนแล้ว', 'ค้างจ่าย'],
                                                                      ARRAY['Due', 'Paid', 'Came back', 'To be given back', 'Given back', 'Open'])),
             string_agg(equity_internal.row_html(
                          m.name,
                          equity_internal.bar_cell(ARRAY[greatest(m.due - m.open, 0), m.open], m.scale, ARRAY['main', 'rest'],
                                                   equity_internal.number_text(m.due - m.open) || ' / ' || equity_internal.number_text(m.open)),
                          equity_internal.number_cells(lang, m.due, m.paid_out, m.returned, m.refund_due, m.refunded, m.open)),
                        '' ORDER BY m.programme_code COLLATE "C"))
           || equity_internal.key_html(ARRAY['main', 'rest'], equity_internal.said(lang, ARRAY['จ่ายตามยอดแล้ว', 'ค้างจ่าย'], ARRAY['paid of what is due', 'open'])),
           equity_internal.said(lang, 'ต้องจ่าย = จ่ายแล้ว - ตีกลับ - ค้างเรียกคืน - เรียกคืนแล้ว + ค้างจ่าย', 'Due = paid - came back - to be given back - given back + open.'))
    FROM (SELECT p.programme_code,
                 coalesce(equity_internal.said(lang, max(g.name_th), max(g.name_en)), p.programme_code) AS name,
                 sum(p.due) AS due, sum(p.paid_out) AS paid_out, sum(p.returned) AS returned, sum(p.refund_due) AS refund_due,
                 sum(p.refunded) AS refunded, sum(p.open) AS open,
                 equity_internal.round_up(max(greatest(sum(p.due), sum(p.open))) OVER ()) AS scale
            FROM equity.payment_reconciliation AS p
            LEFT JOIN equity.programme AS g ON g.programme_code = p.programme_code
           WHERE p.academic_year = payments_figure.academic_year
           GROUP BY p.programme_code) AS m;
END;

COMMENT ON FUNCTION equity_internal.payments_figure(integer, text) IS
  'What was due, paid and is open in a year; NULL without payments.';

CREATE FUNCTION equity_internal.payment_years_figure(academic_year integer, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           equity_internal.said(lang, 'ยอดที่ต้องจ่าย (บาท): ', 'Baht due: ')
           || equity_internal.change_words((array_agg(m.academic_year ORDER BY m.academic_year))[count(*) - 1:], (array_agg(m.due ORDER BY m.academic_year))[count(*) - 1:], lang),
           equity_internal.years_chart(
             equity_internal.said(lang, 'แผนภูมิเส้นของยอดที่ต้องจ่ายและที่จ่ายแล้วในแต่ละปี (ล้านบาท) ตัวเลขอยู่ในตารางถัดไป',
                                        'Line chart of what was due and of what of it is paid in each year, million baht; the figures are in the table below'),
             array_agg(m.academic_year::numeric ORDER BY m.academic_year),
             array_agg(m.due / 1000000 ORDER BY m.academic_year),
             array_agg((m.due - m.open) / 1000000 ORDER BY m.academic_year),
             equity_internal.said(lang, ARRAY['ต้องจ่าย', 'จ่ายแล้ว'], ARRAY['due', 'paid of it']), lang)
           || equity_internal.table_html(
                equity_internal.said(lang, 'เงินทุนของแต่ละปีการศึกษา ทุกโครงการรวมกัน (บาท)', 'The money of each academic year, all programmes together, baht'),
                equity_internal.heads_html(equity_internal.said(lang, ARRAY['ปีการศึกษา', 'ภาคเรียน', 'ต้องจ่าย', 'จ่ายตามยอดแล้ว', 'ค้างจ่าย'],
                                                                      ARRAY['Academic year', 'Terms', 'Due', 'Paid of it', 'Open'])),
                string_agg(equity_internal.row_html(equity_internal.year_text(m.academic_year, lang),
                                                    equity_internal.number_cells(lang, m.terms, m.due, m.due - m.open, m.open)),
                           '' ORDER BY m.academic_year)),
           equity_internal.said(lang, 'แกนตั้งเป็นล้านบาท ปีที่ยังไม่ครบทุกภาคเรียนมียอดน้อยกว่า', 'Upward: million baht. A year of which terms are still to come has less.'))
    FROM (SELECT p.academic_year, count(DISTINCT p.term) AS terms, sum(p.due) AS due, sum(p.open) AS open
            FROM equity.payment_reconciliation AS p
           WHERE p.academic_year <= payment_years_figure.academic_year
           GROUP BY p.academic_year) AS m
  HAVING count(*) > 1;
END;

COMMENT ON FUNCTION equity_internal.payment_years_figure(integer, text) IS
  'What was due and is paid in a year and in those before it; NULL without any before it.';

CREATE FUNCTION equity_internal.budget_figure(lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT equity_internal.figure_html(
           CASE WHEN bool_and(b.expected IS NOT NULL)
             THEN equity_internal.said(lang,
               'ผู้รับทุนปัจจุบันจะใช้งบประมาณ ' || equity_internal.number_text(sum(b.committed)) || ' บาทในปีต่อ ๆ ไป ถ้าคงอยู่ทุกคน คาดการณ์ ' || equity_internal.number_text(sum(b.expected)) || ' บาท',
               'The present scholars will cost ' || equity_internal.number_text(sum(b.committed)) || ' baht in the years to come if everybody stays; '
                 || equity_internal.number_text(sum(b.expected)) || ' are expected')
             WHEN count(*) > 0
             THEN equity_internal.said(lang, 'งบประมาณที่ผู้รับทุนปัจจุบันจะใช้ในปีต่อ ๆ ไป', 'What the present scholars will cost in the years to come')
           END,
           equity_internal.table_html(
             equity_internal.said(lang, 'งบประมาณตามปีงบประมาณ (บาท)', 'Cost by fiscal year, baht'),
             equity_internal.heads_html(equity_internal.said(lang, ARRAY['โครงการ ปีงบประมาณ'], ARRAY['Programme, fiscal year']))
             || equity_internal.chart_head(equity_internal.said(lang, 'ล้านบาท', 'Million baht'), max(b.scale) / 1000000)
             || equity_internal.heads_html(equity_internal.said(lang, ARRAY['ผู้รับทุน', 'ถ้าคงอยู่ทุกคน', 'คงอยู่ต่อภาคเรียน', 'คาดการณ์'],
                                                                      ARRAY['Awards', 'If everybody stays', 'Stay each term', 'Expected'])),
             string_agg(equity_internal.row_html(
                          equity_internal.said(lang, b.programme_th, b.programme_en) || ', ' || equity_internal.year_text(b.fiscal_year, lang),
                          equity_internal.bar_cell(ARRAY[b.expected, greatest(b.committed - b.expected, 0)], b.scale, ARRAY['main', 'rest'],
                                                   equity_internal.shown_number(b.expected, lang) || ' / ' || equity_internal.shown_number(b.committed, lang)),
                          equity_internal.number_cells(lang, b.awards, b.committed),
                          CASE WHEN b.renewals_decided = 0 AND b.terms_enrolled = 0 THEN equity_internal.quota_cell(NULL)
                               ELSE equity_internal.number_cell(100.0 * b.of_a_term, lang, 1, '%') END,
                          equity_internal.number_cells(lang, b.expected)),
                        '' ORDER BY b.programme_code COLLATE "C", b.fiscal_year))
           || equity_internal.key_html(ARRAY['main', 'rest'], equity_internal.said(lang, ARRAY['คาดการณ์', 'เพิ่มขึ้นถ้าคงอยู่ทุกคน'], ARRAY['expected', 'more if everybody stays'])),
           equity_internal.said(lang,
             'คาดการณ์: ถ้าในแต่ละภาคเรียนต่อจากนี้มีผู้คงอยู่ตามสัดส่วนที่ผ่านมาของโครงการ คือสัดส่วนที่ได้รับการต่อทุน คูณสัดส่วนที่ไม่ออกกลางคัน โครงการที่ยังไม่มีผล (-) ถือว่าคงอยู่ทุกคน '
             'นับเฉพาะผู้รับทุนที่ยังไม่ครบกำหนด ตามอัตราล่าสุด',
             'Expected: if of each term to come as large a share stays as so far in the programme, the share that renewals kept times the share that did not leave; '
             'everybody, where there is nothing yet (-). Counted are awards that do not end before, at the newest rates.'))
    FROM (SELECT p.*, CASE WHEN max(p.committed) OVER () IS NOT NULL THEN equity_internal.round_up(max(p.committed) OVER ()) END AS scale,
                 CASE WHEN p.renewals_decided > 0 OR p.terms_enrolled > 0
                   THEN coalesce(p.renewals_kept::numeric / nullif(p.renewals_decided, 0), 1)
                        * coalesce(p.terms_stayed::numeric / nullif(p.terms_enrolled, 0), 1)
                 END AS of_a_term
            FROM equity.budget_projection AS p) AS b;
END;

COMMENT ON FUNCTION equity_internal.budget_figure(text) IS
  'What the scholars will cost in the years to come; NULL when nobody holds an award.';

CREATE FUNCTION equity_internal.money_section(academic_year integer, lang text) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  payments text := equity_internal.paragraph(equity_internal.said(
    lang, 'สิทธิของผู้อ่านรายงานนี้ไม่รวมการจ่ายเงิน', 'The rights of whoever made this page do not extend to payments.'));
BEGIN
  IF equity_internal.may_read_payments() THEN
    payments := coalesce(equity_internal.payments_figure(academic_year, lang),
                         equity_internal.paragraph(equity_internal.said(lang, 'ไม่มีการจ่ายเงินในปีนี้', 'The year has no payments.')))
                || coalesce(equity_internal.payment_years_figure(academic_year, lang), '')
                || equity_internal.source_note('equity.payment_reconciliation', lang);
  END IF;
  RETURN equity_internal.section_html(
    'money', equity_internal.said(lang, 'เงินทุนและงบประมาณ', 'Money and budget'),
    payments || coalesce(equity_internal.budget_figure(lang) || equity_internal.source_note('equity.budget_projection', lang), ''));
END;
$$;

COMMENT ON FUNCTION equity_internal.money_section(integer, text) IS
  'The money of a year, for whoever may read it, and what the scholars will cost.';
