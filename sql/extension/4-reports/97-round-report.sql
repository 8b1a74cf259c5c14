-- The page of a round.

CREATE FUNCTION equity_internal.round_lead(round_row equity.round_summary, lang text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
RETURN equity_internal.paragraph(concat_ws(', ',
         equity_internal.said(lang, 'รอบ ', 'Round ') || (round_row).round_code,
         equity_internal.said(lang, 'ปีการศึกษา พ.ศ. ', 'academic year ') || equity_internal.year_text((round_row).academic_year, lang)
           || equity_internal.said(lang, '', ' CE'),
         equity_internal.said(lang, 'ครั้งที่ ', 'call ') || (round_row).call_number,
         equity_internal.said(lang, 'เปิดรับสมัคร ', 'opened ') || equity_internal.time_words((round_row).opens_at, lang),
         equity_internal.said(lang, 'ปิดรับสมัคร ', 'closed ') || equity_internal.time_words((round_row).closes_at, lang)))
       || CASE WHEN (round_row).status = 'published' THEN ''
               ELSE '<p class="notice">' || equity_internal.said(lang, 'ผลนี้ยังไม่ได้ประกาศและอาจเปลี่ยนแปลง', 'This result is not published and may change.') || '</p>'
          END;

COMMENT ON FUNCTION equity_internal.round_lead(equity.round_summary, text) IS
  'What stands below the title of the report of a round.';

--- One self-contained page in Thai (th) or English (en): no script, nothing from elsewhere, for screens, readers of
--- screens and A4. Save it as UTF-8. Its figures are those of the views named below each table, read with the caller's
--- rights, with what those withhold.
---
--- Errors: 22023 another language; P0002 no such round.
CREATE FUNCTION equity.round_report(round_id bigint, lang text DEFAULT 'th') RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET work_mem = '128MB'
  SET jit = off
  SET parallel_tuple_cost = 0.01
AS $$
DECLARE
  this_round equity.round_summary;
  funnel equity.application_funnel[];
  gaps equity.equity_gap[];
  curves equity.income_curve[];
BEGIN
  PERFORM equity_internal.require_language(lang, 'pages');
  SELECT s.* INTO this_round FROM equity.round_summary AS s WHERE s.round_id = round_report.round_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'no_data_found',
      MESSAGE = format('round %s does not exist', coalesce(round_report.round_id::text, 'NULL')),
      HINT = 'The ids are in equity.round_summary.';
  END IF;
  -- Whatever reads all persons is read here, and by EXECUTE: SELECT INTO gives a plan no parallel workers.
  EXECUTE 'SELECT array_agg(f) FROM equity.application_funnel AS f WHERE f.round_id = $1' INTO funnel USING round_id;
  EXECUTE 'SELECT array_agg(g) FROM equity.equity_gap AS g WHERE g.round_id = $1' INTO gaps USING round_id;
  EXECUTE 'SELECT array_agg(v) FROM equity.income_curve AS v WHERE v.round_id = $1' INTO curves USING round_id;
  RETURN equity_internal.page_html(
    lang,
    equity_internal.said(lang, 'รายงานผล ', 'Report: ') || equity_internal.said(lang, this_round.round_th, this_round.round_en),
    equity_internal.round_lead(this_round, lang),
    equity_internal.figures_section(this_round, funnel, lang)
    || equity_internal.funnel_section(funnel, lang)
    || equity_internal.seats_section(this_round.round_id, lang)
    || equity_internal.cutoffs_section(this_round.round_id, lang)
    || equity_internal.choices_section(this_round.round_id, lang)
    || equity_internal.reserves_section(this_round.round_id, lang)
    || equity_internal.provinces_section(this_round.round_id, gaps, lang)
    || equity_internal.gaps_section(gaps, lang)
    || equity_internal.incomes_section(curves, lang)
    || equity_internal.changes_section(this_round.round_id, lang)
    || equity_internal.proof_section(this_round.round_id, lang));
END;
$$;

COMMENT ON FUNCTION equity.round_report(bigint, text) IS
  'The report of a round as one HTML page in Thai (th) or English (en): figures, funnel, seats, cut-offs, provinces, fairness and proof. Reads the registry.';
