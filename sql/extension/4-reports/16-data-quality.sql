-- What is odd in the data of a round, to be looked at before it closes.

-- The fields are those of sealed or stored cards, and of equity.application_facts: no text of a caller's runs.
CREATE FUNCTION equity_internal.unlisted_answers(round_id bigint)
  RETURNS TABLE (programme_code text, criterion text, value text, cases bigint)
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  ROWS 10
  SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = off    -- answers that were just loaded have no statistics
  SET jit = off
AS $$
DECLARE
  rule record;
BEGIN
  FOR rule IN
    SELECT p.programme_code, e.criterion, e.field, e.keys
      FROM equity.round_programme AS p
      JOIN equity.scorecard_version AS v
        ON v.card_code = p.card_code
       AND v.version = p.card_version
     CROSS JOIN LATERAL (SELECT s.criterion, min(s.field) AS field,
                                array_agg(equity_internal.read_word(s.value, '') #>> '{}') AS keys
                           FROM equity.scorecard_rows(v.card) AS s
                          WHERE s.kind = 'enum'
                          GROUP BY s.criterion) AS e
     WHERE p.round_id = unlisted_answers.round_id
       AND v.card IS NOT NULL
       AND split_part(e.field, '.', 1) = ANY (equity.fields(v.card))
       AND split_part(e.field, '.', 1) IN (SELECT k.fact FROM equity.fact_column AS k)
     ORDER BY p.programme_code COLLATE "C", e.criterion COLLATE "C"
  LOOP
    RETURN QUERY EXECUTE format($query$
      SELECT $1, $2, a.value, count(*)
        FROM (SELECT CASE jsonb_typeof(f.answer)
                       WHEN 'number' THEN trim_scale((f.answer #>> '{}')::numeric)::text
                       WHEN 'null' THEN NULL
                       ELSE f.answer #>> '{}'
                     END AS value
                FROM (SELECT to_jsonb(f.%I) #> $3 AS answer
                        FROM equity.application_facts AS f
                        JOIN equity.entry AS e
                          ON e.applicant_id = f.applicant_id
                         AND e.round_id = f.round_id
                       WHERE f.round_id = $4
                         AND f.applicant_id IN (SELECT c.applicant_id
                                                  FROM equity.choice AS c
                                                  JOIN equity.seat_pool AS s ON s.pool_id = c.pool_id
                                                 WHERE c.round_id = $4
                                                   AND s.programme_code = $1)) AS f) AS a
       WHERE a.value <> ALL ($5)
       GROUP BY a.value
      $query$, split_part(rule.field, '.', 1))
      USING rule.programme_code, rule.criterion, (string_to_array(rule.field, '.'))[2:], unlisted_answers.round_id, rule.keys;
  END LOOP;
END;
$$;

COMMENT ON FUNCTION equity_internal.unlisted_answers(bigint) IS
  'Answers of those who ask for a programme that its scorecard, where it gives points by the answer, does not list, and how many gave each.';

CREATE FUNCTION equity_internal.household_problems(round_id bigint) RETURNS TABLE (problem text, cases bigint)
  LANGUAGE sql STABLE PARALLEL SAFE
  ROWS 3
  SET enable_nestloop = off    -- households that were just loaded have no statistics
BEGIN ATOMIC
  SELECT p.problem, count(*)
    FROM equity.entry AS e
    JOIN equity.household AS h
      ON h.applicant_id = e.applicant_id
     AND h.round_id = e.round_id
    JOIN (SELECT m.applicant_id,
                 count(*) AS listed,
                 bool_or(coalesce(m.relation = 'self', false)) AS with_self,
                 sum(m.monthly_income) AS income,
                 bool_or(coalesce(m.without_income AND m.monthly_income > 0, false)) AS contradicted
            FROM equity.household_member AS m
           WHERE m.round_id = household_problems.round_id
           GROUP BY m.applicant_id) AS m
      ON m.applicant_id = h.applicant_id
   CROSS JOIN LATERAL (VALUES ('members_miscounted', m.listed <> h.household_size AND (m.with_self OR m.listed <> h.household_size - 1)),
                              ('income_below_members', h.monthly_income < m.income),
                              ('member_contradicted', m.contradicted)) AS p (problem, holds)
   WHERE e.round_id = household_problems.round_id
     AND p.holds
   GROUP BY p.problem;
END;

COMMENT ON FUNCTION equity_internal.household_problems(bigint) IS
  'How many households of those who take part in a round do not add up, by what is wrong.';

CREATE FUNCTION equity_internal.data_problems(round_id bigint)
  RETURNS TABLE (problem text, programme_code text, criterion text, value text, cases bigint)
  LANGUAGE sql STABLE PARALLEL UNSAFE
  ROWS 20
BEGIN ATOMIC
  SELECT 'unlisted_answer', u.programme_code, u.criterion, u.value, u.cases
    FROM equity_internal.unlisted_answers(data_problems.round_id) AS u
  UNION ALL
  SELECT 'missing_label', p.programme_code, s.criterion, NULL, 1
    FROM equity.round_programme AS p
    JOIN equity.scorecard_version AS v
      ON v.card_code = p.card_code
     AND v.version = p.card_version
   CROSS JOIN LATERAL (SELECT DISTINCT r.criterion FROM equity.scorecard_rows(v.card) AS r WHERE r.kind <> 'class') AS s
   WHERE p.round_id = data_problems.round_id
     AND v.card IS NOT NULL
     AND NOT EXISTS (SELECT FROM equity.criterion AS c
                      WHERE c.card_code = v.card_code
                        AND c.version = v.version
                        AND c.criterion = s.criterion
                        AND c.label_th IS NOT NULL)
  UNION ALL
  SELECT 'no_choice', NULL, NULL, NULL, count(*)
    FROM equity.entry AS e
   WHERE e.round_id = data_problems.round_id
     AND NOT EXISTS (SELECT FROM equity.choice AS c
                      WHERE c.applicant_id = e.applicant_id
                        AND c.round_id = e.round_id)
  HAVING count(*) > 0
  UNION ALL
  SELECT h.problem, NULL, NULL, NULL, h.cases
    FROM equity_internal.household_problems(data_problems.round_id) AS h;
END;

COMMENT ON FUNCTION equity_internal.data_problems(bigint) IS
  'What is odd in the data of a round, by what it is, for equity.data_quality.';

--- It counts what its reader may see: of an officer the own applicants. Nothing of it keeps a round from closing; what does is
--- in equity.round_gaps. Filter by round_id: it goes through all applications.
CREATE VIEW equity.data_quality WITH (security_invoker = true) AS
  SELECT r.round_id,
         r.round_code,
         r.academic_year::integer AS academic_year,
         r.academic_year - 543 AS academic_year_ce,
         r.call_number::integer AS call_number,
         q.problem,
         w.problem_th,
         w.problem_en,
         q.programme_code,
         q.criterion,
         q.value,
         q.cases
    FROM equity.round AS r
   CROSS JOIN LATERAL equity_internal.data_problems(r.round_id) AS q
    JOIN (VALUES ('unlisted_answer', 'คำตอบที่เกณฑ์ไม่ได้ระบุไว้', 'Answer that the scorecard does not list'),
                 ('missing_label', 'เกณฑ์ที่ไม่มีชื่อภาษาไทย', 'Criterion without a Thai label'),
                 ('no_choice', 'ใบสมัครที่ไม่ได้เลือกที่นั่งทุน', 'Application without a choice'),
                 ('members_miscounted', 'จำนวนสมาชิกครัวเรือนไม่ตรงกับรายชื่อ', 'Members listed are not as many as the household has'),
                 ('income_below_members', 'รายได้ครัวเรือนน้อยกว่ารายได้รวมของสมาชิก', 'Income of the household is less than that of its members'),
                 ('member_contradicted', 'สมาชิกที่ระบุว่าไม่มีรายได้แต่มีรายได้', 'Member said to be without income has one'))
           AS w (problem, problem_th, problem_en) ON w.problem = q.problem;

COMMENT ON VIEW equity.data_quality IS
  'What is odd in the data of each round, to be looked at before it closes (การตรวจสอบคุณภาพข้อมูล): unlisted answers, missing labels, applications without choices, households that do not add up.';
COMMENT ON COLUMN equity.data_quality.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.data_quality.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.data_quality.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.data_quality.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.data_quality.call_number IS 'Number of the call within the academic year (ครั้งที่).';
COMMENT ON COLUMN equity.data_quality.problem IS 'unlisted_answer, missing_label, no_choice, members_miscounted (a household lists neither as many members as it has nor all but the applicant), income_below_members or member_contradicted.';
COMMENT ON COLUMN equity.data_quality.problem_th IS 'The same in Thai.';
COMMENT ON COLUMN equity.data_quality.problem_en IS 'The same in English.';
COMMENT ON COLUMN equity.data_quality.programme_code IS 'Programme (รหัสโครงการ) whose scorecard it is about, or NULL.';
COMMENT ON COLUMN equity.data_quality.criterion IS 'Criterion of the scorecard (รหัสเกณฑ์), or NULL.';
COMMENT ON COLUMN equity.data_quality.value IS 'The answer that is not listed, or NULL.';
COMMENT ON COLUMN equity.data_quality.cases IS 'How many applications it is about (จำนวนใบสมัคร), 1 or more; of a missing label 1.';
