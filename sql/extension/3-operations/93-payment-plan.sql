-- Planning payments: what each scholar has earned of each item in each period of a term, held against what was
-- planned and paid. Who is paid: whoever is enrolled in the term, for the days of study (the spells below).
--
-- A period is settled by equity.payment_rule. Its parts at two institutions are rounded so that they add up to what
-- is earned of the whole. What was paid and is not earned becomes a refund; no amount is ever negative.

CREATE FUNCTION equity_internal.payment_rule(programme_code text, academic_year integer) RETURNS equity.payment_rule
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT r.*
    FROM equity.payment_rule AS r
   WHERE (r.programme_code = payment_rule.programme_code OR r.programme_code IS NULL)
     AND r.from_year <= payment_rule.academic_year
   ORDER BY r.programme_code IS NULL, r.from_year DESC
   LIMIT 1;
END;

COMMENT ON FUNCTION equity_internal.payment_rule(text, integer) IS
  'The row of equity.payment_rule for a programme and academic year: its own before that of all.';

-- Months are counted from the first day of the term, the last one ends with it.
CREATE FUNCTION equity_internal.term_months(opens date, closes date) RETURNS TABLE (starts date, ends date)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT (opens + make_interval(months => n))::date,
         least((opens + make_interval(months => n + 1))::date - 1, closes)
    FROM generate_series(0, 12) AS n
   WHERE (opens + make_interval(months => n))::date <= closes;
END;

COMMENT ON FUNCTION equity_internal.term_months(date, date) IS
  'The months of a term, begun ones included.';

CREATE FUNCTION equity_internal.term_periods(this_term equity.academic_term) RETURNS TABLE (unit text, period text, starts date, ends date)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT 'month', format('%s-%s', extract(year FROM m.starts) + 543, to_char(m.starts, 'MM')), m.starts, m.ends
    FROM equity_internal.term_months((this_term).opens, (this_term).closes) AS m
  UNION ALL
  SELECT 'term', format('%s/%s', (this_term).academic_year, (this_term).term), (this_term).opens, (this_term).closes
  UNION ALL
  SELECT 'once', NULL, (this_term).opens, (this_term).closes;
END;

COMMENT ON FUNCTION equity_internal.term_periods(equity.academic_term) IS
  'The periods of a term that a rate can be for; of what is paid once the period is the year of entry of the award.';

-- Of each item the row of the level before that for all levels, and of these the newest that is valid on the first
-- day of the term. Without a row of item living, equity.rate is its monthly amount. A view, because a report reads
-- it with the rights of its owner.
CREATE VIEW equity_internal.term_rate AS
  WITH item AS (
    SELECT DISTINCT ON (t.term_id, i.programme_code, g.grant_type, i.item)
           t.term_id, i.programme_code, g.grant_type, i.item, i.period AS unit, i.amount, i.combinable
      FROM equity.academic_term AS t
      JOIN equity.rate_item AS i ON i.valid_from <= t.opens
      JOIN equity.grant_type AS g ON i.level IS NULL OR i.level = g.level
     ORDER BY t.term_id, i.programme_code, g.grant_type, i.item, i.level IS NULL, i.valid_from DESC
  )
  SELECT i.term_id, i.programme_code, i.grant_type, i.item, i.unit, i.amount, i.combinable FROM item AS i
  UNION ALL
  SELECT t.term_id, r.programme_code, r.grant_type, 'living', 'month', r.monthly_amount, false
    FROM equity.academic_term AS t
    JOIN equity.rate AS r ON r.academic_year = t.academic_year
   WHERE NOT EXISTS (SELECT FROM item AS i
                      WHERE i.term_id = t.term_id
                        AND i.programme_code = r.programme_code
                        AND i.grant_type = r.grant_type
                        AND i.item = 'living');

COMMENT ON VIEW equity_internal.term_rate IS
  'What each programme pays for each kind of grant in each term.';
COMMENT ON COLUMN equity_internal.term_rate.term_id IS 'The term.';
COMMENT ON COLUMN equity_internal.term_rate.programme_code IS 'The programme.';
COMMENT ON COLUMN equity_internal.term_rate.grant_type IS 'The kind of grant.';
COMMENT ON COLUMN equity_internal.term_rate.item IS 'What it is for.';
COMMENT ON COLUMN equity_internal.term_rate.unit IS 'What the amount is for: month, term or once.';
COMMENT ON COLUMN equity_internal.term_rate.amount IS 'Amount, baht.';
COMMENT ON COLUMN equity_internal.term_rate.combinable IS 'Whether another programme may pay it too.';

-- An event that the next one corrects has not happened, and neither has the correction. An enrolment counts from
-- the first day of the term that it is in. Days are those of Thailand.
CREATE FUNCTION equity_internal.study_spells(this_term equity.academic_term)
  RETURNS TABLE (award_id bigint, institution_id bigint, starts date, ends date)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
BEGIN ATOMIC
  WITH enrolled AS MATERIALIZED (
    SELECT w.award_id, w.institution_id, w.status
      FROM equity.term_result AS r
      JOIN equity.award AS w ON w.award_id = r.award_id
     WHERE r.term_id = (this_term).term_id
       AND r.enrolled
  ), moving AS MATERIALIZED (
    SELECT DISTINCT e.award_id
      FROM equity.award_event AS e
     WHERE (e.at AT TIME ZONE 'Asia/Bangkok')::date > (this_term).opens
       AND (e.from_status <> e.to_status OR e.event = 'transferred')
  ), told AS (
    SELECT e.*, w.institution_id AS last_institution_id,
           e.event = 'transferred' AND lead(e.event) OVER each_award = 'corrected'
             AND lead(e.from_status) OVER each_award = lead(e.to_status) OVER each_award AS transfer_corrected
      FROM moving AS m
      JOIN enrolled AS w ON w.award_id = m.award_id
      JOIN equity.award_event AS e ON e.award_id = m.award_id
    WINDOW each_award AS (PARTITION BY e.award_id ORDER BY e.event_number)
  ), event AS (
    SELECT e.award_id, e.event_number, e.event, e.from_status, e.to_status, e.last_institution_id,
           (e.at AT TIME ZONE 'Asia/Bangkok')::date AS day,
           e.from_institution_id, e.to_institution_id,
           e.event = 'corrected' AND e.to_status = lag(e.from_status) OVER each_award AS corrects,
           coalesce(lead(e.event) OVER each_award = 'corrected' AND lead(e.to_status) OVER each_award = e.from_status, false) AS is_corrected
      FROM told AS e
     WHERE e.from_status <> e.to_status
        OR e.from_status IS NULL
        OR e.event = 'transferred' AND e.transfer_corrected IS NOT TRUE
    WINDOW each_award AS (PARTITION BY e.award_id ORDER BY e.event_number)
  ), change AS (
    SELECT v.award_id, v.from_status, v.to_status, v.last_institution_id, v.event, v.day,
           row_number() OVER later AS number,
           lead(v.day) OVER later AS next_day,
           (array_agg(v.from_institution_id) FILTER (WHERE v.event = 'transferred' AND v.to_institution_id IS NOT NULL)
              OVER (PARTITION BY v.award_id ORDER BY v.event_number ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))[1] AS institution_before,
           (array_agg(v.from_institution_id) FILTER (WHERE v.event = 'transferred' AND v.to_institution_id IS NOT NULL)
              OVER (PARTITION BY v.award_id ORDER BY v.event_number ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING))[1] AS institution_after
      FROM event AS v
     WHERE NOT coalesce(v.corrects, false)
       AND NOT v.is_corrected
    WINDOW later AS (PARTITION BY v.award_id ORDER BY v.event_number)
  ), spell AS (
    SELECT w.award_id, w.institution_id, '-infinity'::date AS starts, 'infinity'::date AS next_day
      FROM enrolled AS w
     WHERE w.status = 'studying'
       AND w.award_id NOT IN (SELECT m.award_id FROM moving AS m)
    UNION ALL
    SELECT c.award_id, coalesce(c.institution_after, c.last_institution_id),
           CASE WHEN c.event = 'enrolled' OR c.from_status IS NULL THEN '-infinity' ELSE c.day END, coalesce(c.next_day, 'infinity')
      FROM change AS c
     WHERE c.to_status = 'studying'
    UNION ALL
    SELECT c.award_id, coalesce(c.institution_before, c.last_institution_id), '-infinity', c.day
      FROM change AS c
     WHERE c.number = 1
       AND c.from_status = 'studying'
    UNION ALL
    SELECT w.award_id, w.institution_id, '-infinity', 'infinity'     -- moved, and every move taken back
      FROM enrolled AS w
      JOIN moving AS m ON m.award_id = w.award_id
     WHERE w.status = 'studying'
       AND NOT EXISTS (SELECT FROM change AS c WHERE c.award_id = w.award_id)
  )
  SELECT s.award_id, s.institution_id, greatest(s.starts, (this_term).opens), least(s.next_day, (this_term).closes + 1) - 1
    FROM spell AS s
   WHERE s.starts <= (this_term).closes
     AND s.next_day > (this_term).opens
     AND s.next_day > s.starts;
END;

COMMENT ON FUNCTION equity_internal.study_spells(equity.academic_term) IS
  'On which days of a term whoever is enrolled in it studied, and where, from the history of the awards.';

CREATE FUNCTION equity_internal.earned_payments(this_term equity.academic_term)
  RETURNS TABLE (award_id bigint, applicant_id bigint, programme_code text, institution_id bigint, item text, period text,
                 starts date, ends date, full_amount numeric, earned numeric, combinable boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 100000
BEGIN ATOMIC
  WITH spell AS MATERIALIZED (
    SELECT s.award_id, s.institution_id, s.starts, s.ends FROM equity_internal.study_spells(this_term) AS s
  ), rule AS MATERIALIZED (
    SELECT g.programme_code, r.settlement, r.earned_percent
      FROM equity.programme AS g
     CROSS JOIN LATERAL equity_internal.payment_rule(g.programme_code, (this_term).academic_year) AS r
  ), offered AS MATERIALIZED (
    SELECT t.programme_code, t.grant_type, t.item, t.unit, t.amount, t.combinable, p.period, p.starts, p.ends, r.settlement, r.earned_percent
      FROM equity_internal.term_rate AS t
      JOIN equity_internal.term_periods(this_term) AS p ON p.unit = t.unit
      JOIN rule AS r ON r.programme_code = t.programme_code
     WHERE t.term_id = (this_term).term_id
       AND t.amount > 0
  ), part AS (
    SELECT w.award_id, w.applicant_id, w.programme_code, s.institution_id, o.item, o.unit, coalesce(o.period, w.academic_year::text) AS period,
           o.starts, o.ends, o.amount, o.combinable, o.settlement, o.earned_percent,
           min(greatest(s.starts, o.starts)) AS part_starts,
           max(least(s.ends, o.ends)) AS part_ends,
           sum(least(s.ends, o.ends) - greatest(s.starts, o.starts) + 1) AS days
      FROM spell AS s
      JOIN equity.award AS w ON w.award_id = s.award_id
      JOIN offered AS o
        ON o.programme_code = w.programme_code
       AND o.grant_type = w.grant_type
       AND s.starts <= o.ends
       AND s.ends >= o.starts
     WHERE o.unit <> 'once'
        OR NOT EXISTS (SELECT FROM equity.payment AS p       -- paid in another term
                        WHERE p.award_id = w.award_id
                          AND p.item = o.item
                          AND p.term_id <> (this_term).term_id
                          AND p.status NOT IN ('cancelled', 'returned'))
     GROUP BY w.award_id, w.applicant_id, w.programme_code, s.institution_id, o.item, o.unit, coalesce(o.period, w.academic_year::text),
              o.starts, o.ends, o.amount, o.combinable, o.settlement, o.earned_percent
  ), counted AS (
    SELECT p.*,
           sum(p.days) OVER (PARTITION BY p.award_id, p.item, p.period ORDER BY p.part_starts, p.institution_id) AS days_so_far,
           sum(p.days) OVER whole AS all_days,
           min(p.part_starts) OVER whole AS first_day,
           max(p.part_ends) OVER whole AS last_day
      FROM part AS p
    WINDOW whole AS (PARTITION BY p.award_id, p.item, p.period)
  ), whole AS (
    SELECT c.*,
           CASE
             WHEN c.unit = 'once' OR c.settlement = 'none' THEN c.amount
             WHEN c.all_days * 100 >= c.earned_percent * (c.ends - c.starts + 1) THEN c.amount
             WHEN c.settlement = 'days' THEN round(c.amount * c.all_days / (c.ends - c.starts + 1), 2)
             WHEN c.unit = 'month' THEN c.amount
             ELSE (SELECT round(c.amount * count(*) FILTER (WHERE m.starts <= c.last_day AND m.ends >= c.first_day) / count(*), 2)
                     FROM equity_internal.term_months(c.starts, c.ends) AS m)
           END AS earned
      FROM counted AS c
  )
  SELECT h.award_id, h.applicant_id, h.programme_code, h.institution_id, h.item, h.period, h.part_starts, h.part_ends, h.amount,
         round(h.earned * h.days_so_far / h.all_days, 2) - round(h.earned * (h.days_so_far - h.days) / h.all_days, 2),
         h.combinable
    FROM whole AS h;
END;

COMMENT ON FUNCTION equity_internal.earned_payments(equity.academic_term) IS
  'What is earned in a term: one row for each award, item, period and institution, settled by equity.payment_rule.';

CREATE FUNCTION equity_internal.require_rates(this_term equity.academic_term) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing record;
BEGIN
  SELECT w.programme_code, w.grant_type, count(*) AS awards, count(*) FILTER (WHERE w.grant_type IS NULL OR w.institution_id IS NULL) AS vague INTO missing
    FROM equity.term_result AS r
    JOIN equity.award AS w ON w.award_id = r.award_id
    LEFT JOIN (SELECT DISTINCT t.programme_code, t.grant_type FROM equity_internal.term_rate AS t WHERE t.term_id = this_term.term_id) AS t
      ON t.programme_code = w.programme_code
     AND t.grant_type = w.grant_type
   WHERE r.term_id = this_term.term_id
     AND r.enrolled
     AND (t.programme_code IS NULL OR w.institution_id IS NULL)
   GROUP BY w.programme_code, w.grant_type
   ORDER BY w.programme_code, w.grant_type
   LIMIT 1;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = CASE WHEN missing.vague > 0 THEN format('%s awards of programme %s have no kind of grant or no institution', missing.vague, missing.programme_code)
                ELSE format('programme %s has no rate for grant %s', missing.programme_code, missing.grant_type) END,
    DETAIL = format('%s scholars are enrolled in term %s.', missing.awards, this_term.term_id),
    HINT = CASE WHEN missing.vague > 0 THEN 'Fill in equity.award.grant_type and institution_id.'
             ELSE format('Add rows to equity.rate_item, valid from %s or before.', to_char(this_term.opens, 'YYYY-MM-DD')) END;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_rates(equity.academic_term) IS
  'Error 55000 when somebody who is enrolled in a term has no rate, no kind of grant or no institution.';

--- Plans what is due in a term for whoever is enrolled in it and studies, one row for each item and period, and
--- brings what was planned before up to date: after a transfer, a suspension, a departure, a correction or another rate.
--- What was paid and is not earned becomes a refund. planned: new payments; changed: other amounts; cancelled:
--- no longer due; refunds: new or other; elsewhere: paid by another programme; due: the sum of what is planned
--- or in a batch of the term, baht. A second call changes nothing.
---
--- Errors: P0002 no such term; 55000 a rate lacks; 55P03 another operation is at work on the term.
CREATE FUNCTION equity.plan_payments(term_id bigint,
                                     OUT planned bigint, OUT changed bigint, OUT cancelled bigint, OUT refunds bigint,
                                     OUT elsewhere bigint, OUT due numeric)
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
  SET equity_internal.whole_rows = on
  SET plan_cache_mode = force_custom_plan
  SET enable_nestloop = off
  SET jit = off
AS $$
DECLARE
  this_term equity.academic_term;
BEGIN
  IF equity_internal.has_level('operator') THEN
    SELECT d.* INTO planned, changed, cancelled, refunds, elsewhere, due
      FROM equity_internal.plan_payments(plan_payments.term_id) AS d;
    RETURN;
  END IF;
  this_term := equity_internal.lock_term(plan_payments.term_id);
  PERFORM equity_internal.require_rates(this_term);
  PERFORM equity_internal.lock_audit();

  WITH standing AS MATERIALIZED (
    SELECT p.award_id, p.item, p.period, p.institution_id,
           coalesce(sum(CASE p.kind WHEN 'grant' THEN p.amount ELSE -p.amount END) FILTER (WHERE p.status = 'paid'), 0) AS paid,
           max(p.payment_id) FILTER (WHERE p.kind = 'grant' AND p.status <> 'paid') AS open_id,
           max(p.payment_id) FILTER (WHERE p.kind = 'refund' AND p.status <> 'paid') AS refund_id,
           max(p.payment_id) AS last_id,
           max(p.part) AS parts
      FROM equity.payment AS p
     WHERE p.term_id = this_term.term_id
       AND p.status NOT IN ('cancelled', 'returned')
     GROUP BY p.award_id, p.item, p.period, p.institution_id
  ), need AS MATERIALIZED (
    SELECT coalesce(e.award_id, s.award_id) AS award_id, e.applicant_id, e.programme_code,
           coalesce(e.institution_id, s.institution_id) AS institution_id,
           coalesce(e.item, s.item) AS item, coalesce(e.period, s.period) AS period,
           e.starts, e.ends, e.full_amount, e.combinable,
           coalesce(e.earned, 0) - coalesce(s.paid, 0) AS amount,
           s.open_id, s.refund_id, s.last_id,
           max(s.parts) OVER (PARTITION BY coalesce(e.award_id, s.award_id), coalesce(e.item, s.item), coalesce(e.period, s.period)) AS parts
      FROM equity_internal.earned_payments(this_term) AS e
      FULL JOIN standing AS s
        ON s.award_id = e.award_id
       AND s.item = e.item
       AND s.period = e.period
       AND s.institution_id = e.institution_id
  ), several AS MATERIALIZED (
    SELECT w.applicant_id FROM equity.award AS w GROUP BY w.applicant_id HAVING count(*) > 1
  ), shared AS MATERIALIZED (
    SELECT p.period
      FROM equity.academic_term AS t
     CROSS JOIN LATERAL equity_internal.term_periods(t) AS p
     WHERE t.affiliation = this_term.affiliation
       AND p.unit = 'month'
     GROUP BY p.period
    HAVING count(*) > 1
  ), fresh AS MATERIALIZED (
    SELECT n.*,
           (n.applicant_id NOT IN (SELECT s.applicant_id FROM several AS s) AND n.period NOT IN (SELECT h.period FROM shared AS h)
            OR NOT EXISTS (SELECT FROM equity.payment AS o
                            WHERE o.applicant_id = n.applicant_id
                              AND o.item = n.item
                              AND o.period = n.period
                              AND o.part = 1
                              AND o.kind = 'grant'
                              AND o.status NOT IN ('cancelled', 'returned')
                              AND (o.award_id = n.award_id AND o.term_id <> this_term.term_id
                                   OR o.award_id <> n.award_id AND NOT o.combinable AND NOT n.combinable)))
             AND (n.combinable
                  OR n.award_id = min(n.award_id) FILTER (WHERE NOT n.combinable) OVER (PARTITION BY n.applicant_id, n.item, n.period)) AS own,
           coalesce(n.parts, 0) + row_number() OVER (PARTITION BY n.award_id, n.item, n.period ORDER BY n.starts, n.institution_id) AS part
      FROM need AS n
     WHERE n.amount > 0
       AND n.open_id IS NULL
  ), made AS (
    INSERT INTO equity.payment (applicant_id, award_id, term_id, programme_code, institution_id, item, period, part, starts, ends,
                                full_amount, amount, combinable, due_on)
    SELECT f.applicant_id, f.award_id, this_term.term_id, f.programme_code, f.institution_id, f.item, f.period, f.part, f.starts, f.ends,
           f.full_amount, f.amount, f.combinable, f.starts
      FROM fresh AS f
     WHERE f.own
     ORDER BY f.institution_id, f.programme_code, f.award_id, f.item, f.period
    RETURNING payment.amount
  ), adapted AS (
    UPDATE equity.payment AS p
       SET amount = n.amount,
           full_amount = n.full_amount,
           starts = n.starts,
           ends = n.ends
      FROM need AS n
     WHERE p.payment_id = n.open_id
       AND n.amount > 0
       AND (p.amount, p.full_amount, p.starts, p.ends) IS DISTINCT FROM (n.amount, n.full_amount, n.starts, n.ends)
    RETURNING p.payment_id
  ), dropped AS (
    UPDATE equity.payment AS p
       SET status = 'cancelled',
           batch_id = NULL
      FROM (SELECT n.open_id AS payment_id FROM need AS n WHERE n.amount <= 0 AND n.open_id IS NOT NULL
            UNION ALL
            SELECT n.refund_id FROM need AS n WHERE n.amount >= 0 AND n.refund_id IS NOT NULL) AS d
     WHERE p.payment_id = d.payment_id
    RETURNING p.kind
  ), reclaimed AS (
    INSERT INTO equity.payment (applicant_id, award_id, term_id, programme_code, institution_id, kind, item, period, part, starts, ends,
                                full_amount, amount, combinable, due_on)
    SELECT p.applicant_id, p.award_id, p.term_id, p.programme_code, p.institution_id, 'refund', p.item, p.period,
           n.parts + row_number() OVER (PARTITION BY n.award_id, n.item, n.period ORDER BY n.institution_id), p.starts, p.ends,
           p.full_amount, -n.amount, p.combinable, p.due_on
      FROM need AS n
      JOIN equity.payment AS p ON p.payment_id = n.last_id
     WHERE n.amount < 0
       AND n.refund_id IS NULL
     ORDER BY p.institution_id, p.programme_code, p.award_id, p.item, p.period
    RETURNING payment.payment_id
  ), reclaimed_again AS (
    UPDATE equity.payment AS p
       SET amount = -n.amount
      FROM need AS n
     WHERE p.payment_id = n.refund_id
       AND n.amount < 0
       AND p.amount <> -n.amount
    RETURNING p.payment_id
  )
  SELECT (SELECT count(*) FROM made),
         (SELECT count(*) FROM adapted),
         (SELECT count(*) FROM dropped AS d WHERE d.kind = 'grant'),
         (SELECT count(*) FROM reclaimed) + (SELECT count(*) FROM reclaimed_again) + (SELECT count(*) FROM dropped AS d WHERE d.kind = 'refund'),
         (SELECT count(*) FROM fresh AS f WHERE NOT f.own)
    INTO planned, changed, cancelled, refunds, elsewhere;
  SELECT coalesce(sum(p.amount), 0) INTO due
    FROM equity.payment AS p
   WHERE p.term_id = this_term.term_id
     AND p.kind = 'grant'
     AND p.status IN ('planned', 'batched');
  IF planned + changed + cancelled + refunds = 0 THEN
    RAISE NOTICE 'the payments of term % are planned already: nothing was changed', this_term.term_id;
    RETURN;
  END IF;
  PERFORM equity.audit_append('plan_payments', NULL, NULL,
                              jsonb_build_object('term', this_term.term_id, 'planned', planned, 'changed', changed, 'cancelled', cancelled,
                                                 'refunds', refunds, 'elsewhere', elsewhere, 'due', due));
END;
$$;

COMMENT ON FUNCTION equity.plan_payments(bigint) IS
  'Plans what is due to the scholars in a term (ตั้งเบิกจ่าย), from rates, enrolment and the days of study, and settles what has changed since. Reads the registry.';
