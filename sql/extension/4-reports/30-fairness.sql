-- Whether a round served everybody alike: who applies, who is eligible and who gets a seat, by province,
-- sex, disability, disadvantaged group and poverty quintile.
--
-- Persons are put into categories once, in equity_internal.person_category; the views differ in what they compare. Counts
-- of one to four are hidden in what readers see. What is hidden in a dimension follows from the whole as a
-- sum: when it would be one count alone, or less than five, the next smallest is hidden too.

-- Nearly everybody has a choice of rank 1: few are looked for among all choices.
CREATE VIEW equity_internal.asking AS
  SELECT a.round_id, a.applicant_id, a.disability_registered, a.verified_need
    FROM equity.application AS a
    LEFT JOIN equity.choice AS c
           ON c.round_id = a.round_id
          AND c.applicant_id = a.applicant_id
          AND c.choice = 1
   WHERE equity_internal.takes_part(a.status, a.late)
     AND (c.applicant_id IS NOT NULL
          OR EXISTS (SELECT FROM equity.choice AS n
                      WHERE n.applicant_id = a.applicant_id
                        AND n.round_id = a.round_id));

COMMENT ON VIEW equity_internal.asking IS
  'Each application that takes part in a round and asks for a seat. Personal data: the reports count it.';
COMMENT ON COLUMN equity_internal.asking.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.asking.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.asking.disability_registered IS 'Whether the applicant is registered as disabled; NULL when not answered. Sensitive personal data.';
COMMENT ON COLUMN equity_internal.asking.verified_need IS 'Whether a check afterwards found the applicant in need; NULL when not checked.';

CREATE VIEW equity_internal.round_person AS
  SELECT a.round_id,
         a.applicant_id,
         p.province_code,
         p.sex,
         a.disability_registered,
         -- one expression, which is reckoned once
         CASE WHEN round(h.monthly_income / h.household_size, 6) IS NOT NULL
           THEN 1 + 5 * (rank() OVER (PARTITION BY a.round_id
                                      ORDER BY round(h.monthly_income / h.household_size, 6) NULLS LAST) - 1)
                    / count(round(h.monthly_income / h.household_size, 6)) OVER (PARTITION BY a.round_id)
         END AS poverty_quintile,
         a.verified_need,
         EXISTS (SELECT
                   FROM equity.assessment AS s
                  WHERE s.applicant_id = a.applicant_id
                    AND s.round_id = a.round_id
                    AND equity_internal.competes(s.eligible, s.score)) AS eligible,
         t.applicant_id IS NOT NULL AS awarded
    FROM equity_internal.asking AS a
    JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
    LEFT JOIN equity.household AS h
           ON h.applicant_id = a.applicant_id
          AND h.round_id = a.round_id
    LEFT JOIN equity.current_run AS c ON c.round_id = a.round_id
    LEFT JOIN equity.placement AS t
           ON t.run_id = c.run_id
          AND t.applicant_id = a.applicant_id;

COMMENT ON VIEW equity_internal.round_person IS
  'Each application that takes part in a round and asks for a seat, with what fairness is measured by. One row a person: personal data, for analysts; the reports count it.';
COMMENT ON COLUMN equity_internal.round_person.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.round_person.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.round_person.province_code IS 'Home province (จังหวัดภูมิลำเนา); NULL when unknown.';
COMMENT ON COLUMN equity_internal.round_person.sex IS 'female, male or other (เพศ); NULL when not stated.';
COMMENT ON COLUMN equity_internal.round_person.disability_registered IS 'Registered as disabled (บัตรประจำตัวคนพิการ); NULL when not answered.';
COMMENT ON COLUMN equity_internal.round_person.poverty_quintile IS 'Fifth of the round''s submitted applications by income a head (ควินไทล์รายได้ต่อหัว), 1 the poorest to 5; equal incomes are in the same fifth, the poorer one; NULL when the income a head is unknown.';
COMMENT ON COLUMN equity_internal.round_person.verified_need IS 'Whether a check found need, as in equity.application; NULL when not checked.';
COMMENT ON COLUMN equity_internal.round_person.eligible IS 'True when the scorecard of some programme of the round found the applicant eligible with a score (มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.round_person.awarded IS 'True when the current run of the round (equity.current_run) gives a seat (ได้รับการจัดสรร).';

CREATE VIEW equity_internal.person_category AS
  SELECT p.round_id,
         p.applicant_id,
         d.dimension,
         coalesce(d.category, 'unknown') AS category,
         p.eligible,
         p.awarded
    FROM equity_internal.round_person AS p
   CROSS JOIN LATERAL (VALUES ('whole', 'all'),
                              ('province', p.province_code),
                              ('sex', p.sex),
                              ('disability', CASE p.disability_registered WHEN true THEN 'registered' WHEN false THEN 'not_registered' END),
                              ('poverty_quintile', p.poverty_quintile::text)) AS d (dimension, category)
   UNION ALL
  SELECT p.round_id,
         p.applicant_id,
         'group',
         coalesce(g.group_code, 'none'),
         p.eligible,
         p.awarded
    FROM equity_internal.round_person AS p
    LEFT JOIN equity.applicant_group AS g
           ON g.applicant_id = p.applicant_id
          AND g.verified;

COMMENT ON VIEW equity_internal.person_category IS
  'The categories of each person of a round, one row for each dimension, and in the dimension group one for each verified group. Personal data, for analysts; the reports count it.';
COMMENT ON COLUMN equity_internal.person_category.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.person_category.applicant_id IS 'Applicant (ผู้สมัคร).';
COMMENT ON COLUMN equity_internal.person_category.dimension IS 'whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity_internal.person_category.category IS 'Category in the dimension: all, a province_code, female, male or other, registered or not_registered, 1 to 5, a group_code or none; unknown where the answer is missing.';
COMMENT ON COLUMN equity_internal.person_category.eligible IS 'True when some programme of the round found the applicant eligible with a score (มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.person_category.awarded IS 'True when the current run gives a seat (ได้รับการจัดสรร).';

-- Persons are counted before they are put into categories: those who are alike in all are one row.
CREATE VIEW equity_internal.person_cell AS
  SELECT p.round_id,
         p.province_code,
         p.sex,
         CASE p.disability_registered WHEN true THEN 'registered' WHEN false THEN 'not_registered' END AS disability,
         p.poverty_quintile::text AS poverty_quintile,
         coalesce(g.groups, '{none}') AS groups,
         p.eligible,
         p.awarded,
         count(*) AS persons
    FROM equity_internal.round_person AS p
    LEFT JOIN (SELECT m.applicant_id, array_agg(m.group_code ORDER BY m.group_code COLLATE "C") AS groups
                 FROM equity.applicant_group AS m
                WHERE m.verified
                GROUP BY m.applicant_id) AS g
           ON g.applicant_id = p.applicant_id
   GROUP BY p.round_id, p.province_code, p.sex, p.disability_registered, p.poverty_quintile, g.groups, p.eligible, p.awarded;

COMMENT ON VIEW equity_internal.person_cell IS
  'The persons of each round (equity_internal.round_person) counted by all that fairness is measured by together, the source of equity_internal.category_count. Small counts are shown.';
COMMENT ON COLUMN equity_internal.person_cell.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.person_cell.province_code IS 'Home province (จังหวัดภูมิลำเนา); NULL when unknown.';
COMMENT ON COLUMN equity_internal.person_cell.sex IS 'female, male or other (เพศ); NULL when not stated.';
COMMENT ON COLUMN equity_internal.person_cell.disability IS 'registered or not_registered (บัตรประจำตัวคนพิการ); NULL when not answered.';
COMMENT ON COLUMN equity_internal.person_cell.poverty_quintile IS 'Fifth by income a head (ควินไทล์รายได้ต่อหัว), 1 the poorest to 5; NULL when unknown.';
COMMENT ON COLUMN equity_internal.person_cell.groups IS 'The verified disadvantaged groups in byte order, or none alone.';
COMMENT ON COLUMN equity_internal.person_cell.eligible IS 'True when some programme of the round found the applicants eligible with a score (มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.person_cell.awarded IS 'True when the current run gives them a seat (ได้รับการจัดสรร).';
COMMENT ON COLUMN equity_internal.person_cell.persons IS 'How many there are.';

CREATE VIEW equity_internal.category_label AS
  SELECT v.dimension, v.category, v.name_th, v.name_en
    FROM (VALUES ('whole', 'all', 'ทั้งหมด', 'All'),
                 ('sex', 'female', 'หญิง', 'Female'),
                 ('sex', 'male', 'ชาย', 'Male'),
                 ('sex', 'other', 'อื่น ๆ', 'Other'),
                 ('disability', 'registered', 'มีบัตรประจำตัวคนพิการ', 'Registered as disabled'),
                 ('disability', 'not_registered', 'ไม่มีบัตรประจำตัวคนพิการ', 'Not registered as disabled'),
                 ('poverty_quintile', '1', 'ควินไทล์ที่ 1 (ยากจนที่สุด)', 'First fifth (poorest)'),
                 ('poverty_quintile', '2', 'ควินไทล์ที่ 2', 'Second fifth'),
                 ('poverty_quintile', '3', 'ควินไทล์ที่ 3', 'Third fifth'),
                 ('poverty_quintile', '4', 'ควินไทล์ที่ 4', 'Fourth fifth'),
                 ('poverty_quintile', '5', 'ควินไทล์ที่ 5', 'Last fifth'),
                 ('group', 'none', 'ไม่อยู่ในกลุ่มใด', 'In no group'),
                 ('province', 'unknown', 'ไม่ทราบจังหวัด', 'Province unknown'),
                 ('sex', 'unknown', 'ไม่ระบุเพศ', 'Sex not stated'),
                 ('disability', 'unknown', 'ไม่ได้ตอบ', 'Not answered'),
                 ('poverty_quintile', 'unknown', 'ไม่ทราบรายได้ต่อหัว', 'Income a head unknown'))
         AS v (dimension, category, name_th, name_en)
   UNION ALL
  SELECT 'province', p.province_code, p.name_th, p.name_en FROM equity.province AS p
   UNION ALL
  SELECT 'group', g.group_code, g.name_th, g.name_en FROM equity.need_group AS g;

COMMENT ON VIEW equity_internal.category_label IS
  'Thai and English names of the categories by which fairness is measured.';
COMMENT ON COLUMN equity_internal.category_label.dimension IS 'whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity_internal.category_label.category IS 'Category in the dimension.';
COMMENT ON COLUMN equity_internal.category_label.name_th IS 'Thai name.';
COMMENT ON COLUMN equity_internal.category_label.name_en IS 'English name.';

CREATE VIEW equity_internal.category_count AS
  SELECT c.round_id,
         c.dimension,
         c.category,
         c.applicants,
         c.eligible,
         c.awarded,
         max(c.applicants) FILTER (WHERE c.dimension = 'whole') OVER (PARTITION BY c.round_id) AS all_applicants,
         max(c.awarded) FILTER (WHERE c.dimension = 'whole') OVER (PARTITION BY c.round_id) AS all_awarded,
         c.hidden,
         c.eligible_small
           OR c.eligible > 0
              AND equity_internal.sum_tells(count(*) FILTER (WHERE c.eligible_small) OVER (PARTITION BY c.round_id, c.dimension),
                                            sum(c.eligible) FILTER (WHERE c.eligible_small) OVER (PARTITION BY c.round_id, c.dimension))
              AND row_number() OVER (PARTITION BY c.round_id, c.dimension, c.eligible_small, c.eligible = 0
                                     ORDER BY c.eligible, c.category COLLATE "C") = 1 AS eligible_hidden,
         c.awarded_small
           OR c.awarded > 0
              AND equity_internal.sum_tells(count(*) FILTER (WHERE c.awarded_small) OVER (PARTITION BY c.round_id, c.dimension),
                                            sum(c.awarded) FILTER (WHERE c.awarded_small) OVER (PARTITION BY c.round_id, c.dimension))
              AND row_number() OVER (PARTITION BY c.round_id, c.dimension, c.awarded_small, c.awarded = 0
                                     ORDER BY c.awarded, c.category COLLATE "C") = 1 AS awarded_hidden
    FROM (SELECT h.*,
                 h.hidden OR h.eligible BETWEEN 1 AND 4 AS eligible_small,
                 h.hidden OR h.awarded BETWEEN 1 AND 4 AS awarded_small
            FROM (SELECT n.*,
                         n.applicants < 5
                           OR equity_internal.sum_tells(count(*) FILTER (WHERE n.applicants < 5) OVER (PARTITION BY n.round_id, n.dimension),
                                                        sum(n.applicants) FILTER (WHERE n.applicants < 5) OVER (PARTITION BY n.round_id, n.dimension))
                              AND row_number() OVER (PARTITION BY n.round_id, n.dimension, n.applicants < 5
                                                     ORDER BY n.applicants, n.category COLLATE "C") = 1 AS hidden
                    FROM (SELECT p.round_id,
                                 d.dimension,
                                 coalesce(d.category, 'unknown') AS category,
                                 sum(p.persons)::bigint AS applicants,
                                 coalesce(sum(p.persons) FILTER (WHERE p.eligible), 0)::bigint AS eligible,
                                 coalesce(sum(p.persons) FILTER (WHERE p.awarded), 0)::bigint AS awarded
                            FROM equity_internal.person_cell AS p
                           CROSS JOIN LATERAL (VALUES ('whole', 'all'),
                                                      ('province', p.province_code),
                                                      ('sex', p.sex),
                                                      ('disability', p.disability),
                                                      ('poverty_quintile', p.poverty_quintile)
                                                UNION ALL
                                               SELECT 'group', g.group_code
                                                 FROM unnest(p.groups) AS g (group_code)) AS d (dimension, category)
                           GROUP BY p.round_id, d.dimension, coalesce(d.category, 'unknown')) AS n) AS h) AS c;

COMMENT ON VIEW equity_internal.category_count IS
  'Persons of each category of a round, the source of the reports on fairness. Small counts are shown: for analysts; hidden says which the reports withhold. Filter by round_id.';
COMMENT ON COLUMN equity_internal.category_count.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity_internal.category_count.dimension IS 'whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity_internal.category_count.category IS 'Category in the dimension, see equity_internal.person_category.';
COMMENT ON COLUMN equity_internal.category_count.applicants IS 'Submitted applications (ผู้สมัคร), 1 or more.';
COMMENT ON COLUMN equity_internal.category_count.eligible IS 'Of them, those eligible with a score for some programme (ผู้มีสิทธิ์).';
COMMENT ON COLUMN equity_internal.category_count.awarded IS 'Of them, those with a seat in the current run (ผู้ได้รับการจัดสรร).';
COMMENT ON COLUMN equity_internal.category_count.all_applicants IS 'Submitted applications of the whole round.';
COMMENT ON COLUMN equity_internal.category_count.all_awarded IS 'Seats given in the whole round.';
COMMENT ON COLUMN equity_internal.category_count.hidden IS 'True when reports withhold the category: it has fewer than five applicants, or it is the next smallest where those alone could be worked out (equity_internal.sum_tells).';
COMMENT ON COLUMN equity_internal.category_count.eligible_hidden IS 'True when reports withhold eligible: the category is hidden, one to four are eligible, or it is the next smallest where what is withheld could be worked out.';
COMMENT ON COLUMN equity_internal.category_count.awarded_hidden IS 'The same for awarded.';

--- A person with two groups counts in both.
---
--- Filter by round_id. Counts of one to four are NULL with their rates, and so is the next
--- smallest where one alone would follow from the whole; small categories are hidden
--- (equity_internal.category_count).
CREATE VIEW equity.equity_gap WITH (security_barrier = true) AS
  SELECT g.round_id,
         g.round_code,
         g.academic_year,
         g.academic_year - 543 AS academic_year_ce,
         g.dimension,
         g.category,
         g.category_th,
         g.category_en,
         g.persons AS population,
         CASE WHEN NOT g.hidden THEN g.applicants END AS applicants,
         (CASE WHEN NOT g.hidden THEN g.applicants::numeric / nullif(g.persons, 0) END)::numeric(9,4) AS application_rate,
         g.eligible,
         (g.eligible::numeric / g.applicants)::numeric(7,4) AS eligible_rate,
         g.awarded,
         (g.awarded::numeric / g.applicants)::numeric(7,4) AS award_rate,
         equity.wilson_low(g.awarded, g.applicants)::numeric(7,4) AS award_rate_low,
         equity.wilson_high(g.awarded, g.applicants)::numeric(7,4) AS award_rate_high,
         (g.awarded::numeric * g.all_applicants / nullif(g.applicants * g.all_awarded, 0))::numeric(9,4) AS ratio_to_whole,
         g.below_four_fifths,
         g.hidden
    FROM (SELECT k.round_id,
                 k.dimension,
                 k.category,
                 k.applicants,
                 k.all_applicants,
                 k.all_awarded,
                 k.hidden,
                 CASE WHEN NOT k.eligible_hidden THEN k.eligible END AS eligible,
                 CASE WHEN NOT k.awarded_hidden THEN k.awarded END AS awarded,
                 CASE WHEN NOT k.awarded_hidden AND k.dimension <> 'whole'
                   THEN 5 * k.awarded::numeric / k.applicants
                        < 4 * max(k.awarded::numeric / k.applicants) FILTER (WHERE k.applicants * 50 >= k.all_applicants AND k.category <> 'unknown')
                                OVER (PARTITION BY k.round_id, k.dimension)
                 END AS below_four_fifths,
                 r.round_code,
                 r.academic_year::integer AS academic_year,
                 l.name_th AS category_th,
                 l.name_en AS category_en,
                 b.persons
            FROM equity_internal.category_count AS k
            JOIN equity.round AS r ON r.round_id = k.round_id
            LEFT JOIN equity_internal.category_label AS l
                   ON l.dimension = k.dimension
                  AND l.category = k.category
            LEFT JOIN equity.reference_population AS b
                   ON b.academic_year = r.academic_year
                  AND b.dimension = k.dimension
                  AND b.category = k.category) AS g;

COMMENT ON VIEW equity.equity_gap IS
  'Rates of application, eligibility and award in each round by province, sex, disability, disadvantaged group and poverty quintile, with the interval of the award rate and its ratio to the whole.';
COMMENT ON COLUMN equity.equity_gap.round_id IS 'Round (รอบการรับสมัคร).';
COMMENT ON COLUMN equity.equity_gap.round_code IS 'Code that people use for the round (รหัสรอบ).';
COMMENT ON COLUMN equity.equity_gap.academic_year IS 'Academic year (ปีการศึกษา) of the round in the Buddhist era, พ.ศ.';
COMMENT ON COLUMN equity.equity_gap.academic_year_ce IS 'The same year in the common era, ค.ศ.: 543 less.';
COMMENT ON COLUMN equity.equity_gap.dimension IS 'What is compared: whole, province, sex, disability, poverty_quintile or group.';
COMMENT ON COLUMN equity.equity_gap.category IS 'Category in the dimension, see equity_internal.person_category; unknown where the answer is missing.';
COMMENT ON COLUMN equity.equity_gap.category_th IS 'Thai name of the category.';
COMMENT ON COLUMN equity.equity_gap.category_en IS 'English name of the category.';
COMMENT ON COLUMN equity.equity_gap.population IS 'Persons who could apply (ประชากรกลุ่มเป้าหมาย), from equity.reference_population; NULL when not given.';
COMMENT ON COLUMN equity.equity_gap.applicants IS 'Submitted applications (ผู้สมัคร); the denominator of the rates.';
COMMENT ON COLUMN equity.equity_gap.application_rate IS 'applicants / population (อัตราการสมัคร), four decimals; NULL without a population.';
COMMENT ON COLUMN equity.equity_gap.eligible IS 'Applicants eligible with a score for some programme of the round (ผู้มีสิทธิ์).';
COMMENT ON COLUMN equity.equity_gap.eligible_rate IS 'eligible / applicants (อัตราผู้มีสิทธิ์), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.equity_gap.awarded IS 'Applicants with a seat in the current run (ผู้ได้รับการจัดสรร).';
COMMENT ON COLUMN equity.equity_gap.award_rate IS 'awarded / applicants (อัตราการได้รับทุน), 0 to 1, four decimals.';
COMMENT ON COLUMN equity.equity_gap.award_rate_low IS 'Lower end of the 95 % interval of award_rate (Wilson 1927).';
COMMENT ON COLUMN equity.equity_gap.award_rate_high IS 'Upper end of the 95 % interval of award_rate (Wilson 1927).';
COMMENT ON COLUMN equity.equity_gap.ratio_to_whole IS 'award_rate / award rate of the whole round, four decimals: 1 is parity.';
COMMENT ON COLUMN equity.equity_gap.below_four_fifths IS 'True when award_rate is below four fifths of the highest rate in the dimension; a category is a standard of comparison only with at least 2 % of the round''s applicants and when it is not unknown. A sign to look closer, no proof. NULL for the whole and where award_rate is.';
COMMENT ON COLUMN equity.equity_gap.hidden IS 'True when the figures are withheld because the category is small.';

CREATE FUNCTION equity_internal.check_dimensions(dimensions text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  known CONSTANT text[] := ARRAY['province', 'sex', 'disability', 'poverty_quintile', 'group'];
  unknown text;
BEGIN
  IF coalesce(cardinality(dimensions), 0) = 0 OR array_position(dimensions, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'dimensions are missing'
      USING ERRCODE = 'null_value_not_allowed',
            HINT = format('Give an array of some of %s.', array_to_string(known, ', '));
  END IF;
  SELECT d.name INTO unknown FROM unnest(dimensions) AS d (name) WHERE d.name <> ALL (known) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'unrecognized dimension "%"', equity_internal.excerpt(unknown)
      USING ERRCODE = 'invalid_parameter_value',
            HINT = format('The dimensions are %s.', array_to_string(known, ', '));
  END IF;
  IF (SELECT count(DISTINCT d.name) FROM unnest(dimensions) AS d (name)) < cardinality(dimensions) THEN
    RAISE EXCEPTION 'duplicate dimension'
      USING ERRCODE = 'invalid_parameter_value',
            DETAIL = format('The dimensions given are %s.', equity_internal.excerpt(array_to_string(dimensions, ', ')));
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_dimensions(text[]) IS
  'Raises 22004 without dimensions, 22023 for one that is unrecognized or comes twice.';

--- Counts of one to four and combinations of fewer than five applicants are hidden, yet
--- together with the single dimensions they may be worked out: for the committee, not to be
--- published. Reads equity_internal.person_category with the caller's rights. No rows for a
--- round without submitted applications.
---
--- Errors: 22004 no dimensions; 22023 an unrecognized dimension, or one twice; P0002 no such round.
CREATE FUNCTION equity.equity_gap_by(round_id bigint, dimensions text[],
                                     OUT categories text[],
                                     OUT applicants bigint, OUT eligible bigint, OUT awarded bigint,
                                     OUT eligible_rate numeric, OUT award_rate numeric,
                                     OUT award_rate_low numeric, OUT award_rate_high numeric,
                                     OUT ratio_to_whole numeric, OUT hidden boolean)
  RETURNS SETOF record
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM equity_internal.check_dimensions(dimensions);
  PERFORM equity_internal.find_round(round_id);
  RETURN QUERY
  WITH RECURSIVE category AS MATERIALIZED (
    SELECT p.applicant_id, p.dimension, p.category, p.eligible, p.awarded
      FROM equity_internal.person_category AS p
     WHERE p.round_id = equity_gap_by.round_id
  ), person (applicant_id, named, eligible, awarded) AS (
    SELECT c.applicant_id, ARRAY[]::text[], c.eligible, c.awarded
      FROM category AS c
     WHERE c.dimension = 'whole'
     UNION ALL
    SELECT p.applicant_id, p.named || c.category, p.eligible, p.awarded
      FROM person AS p
      JOIN category AS c
        ON c.applicant_id = p.applicant_id
       AND c.dimension = dimensions[1 + cardinality(p.named)]
  ), cell AS (
    SELECT p.named, count(*) AS n, count(*) FILTER (WHERE p.eligible) AS e, count(*) FILTER (WHERE p.awarded) AS a
      FROM person AS p
     WHERE cardinality(p.named) IN (0, cardinality(dimensions))
     GROUP BY p.named
  ), guarded AS (
    SELECT c.*,
           max(c.a::numeric / c.n) FILTER (WHERE c.named = '{}') OVER () AS whole_rate,
           c.n < 5 OR c.named <> '{}'
                      AND equity_internal.sum_tells(count(*) FILTER (WHERE c.n < 5) OVER (), sum(c.n) FILTER (WHERE c.n < 5) OVER ())
                      AND row_number() OVER (PARTITION BY c.n < 5 OR c.named = '{}' ORDER BY c.n, c.named COLLATE "C") = 1 AS is_hidden
      FROM cell AS c
  ), shown AS (
    SELECT g.named, g.whole_rate, g.is_hidden,
           CASE WHEN NOT g.is_hidden THEN g.n END AS n,
           CASE WHEN NOT g.is_hidden AND g.e NOT BETWEEN 1 AND 4 THEN g.e END AS e,
           CASE WHEN NOT g.is_hidden AND g.a NOT BETWEEN 1 AND 4 THEN g.a END AS a
      FROM guarded AS g
     WHERE g.named <> '{}'
  )
  SELECT s.named, s.n, s.e, s.a,
         round(s.e::numeric / s.n, 4),
         round(s.a::numeric / s.n, 4),
         round(equity.wilson_low(s.a, s.n), 4),
         round(equity.wilson_high(s.a, s.n), 4),
         round(s.a::numeric / s.n / nullif(s.whole_rate, 0), 4),
         s.is_hidden
    FROM shown AS s
   ORDER BY s.named COLLATE "C";
END;
$$;

COMMENT ON FUNCTION equity.equity_gap_by(bigint, text[]) IS
  'Intersections: the figures of equity.equity_gap for each combination of categories that occurs in a round, for example by ARRAY[''sex'', ''disability'']; categories are in the order of the dimensions. Reads the registry.';
