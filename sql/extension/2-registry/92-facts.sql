-- What scorecards read: one row an application, each answer a column.
--
-- Groups and members are gathered by lateral subqueries over their primary keys: their cost
-- follows the number of applications read, whether that is one (an explanation) or a round.
--
-- The view reads with the rights of its owner: whoever is granted it needs no right on the tables. An
-- officer sees the own applicants, everybody else all of them; but sensitive answers are NULL
-- unless the reader may read the column that they come from, as a letter withholds them.

CREATE FUNCTION equity_internal.criterion_fields(card equity.scorecard) RETURNS TABLE (criterion text, field text)
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  WITH RECURSIVE line AS (
    SELECT r.criterion, r.kind, min(r.position) AS position,
           CASE WHEN r.kind = 'derive' AND r.fn NOT IN ('age_years', 'age_years_thai')
                  THEN equity_internal.read_names(r.field, '')
                WHEN r.than IS NOT NULL THEN jsonb_build_array(r.field, r.than)
                WHEN r.field IS NOT NULL THEN jsonb_build_array(r.field)
                WHEN r.members IS NOT NULL THEN equity_internal.read_names(r.members, '')
           END AS names
      FROM equity.scorecard_rows(card) AS r
     GROUP BY r.criterion, r.kind, r.field, r.than, r.fn, r.members
  ), reading AS (
    SELECT l.criterion, l.kind, l.position, n.name
      FROM line AS l
     CROSS JOIN LATERAL jsonb_array_elements_text(l.names) AS n (name)
    UNION
    SELECT r.criterion, l.kind, l.position, n.name
      FROM reading AS r
      JOIN line AS l
        ON l.criterion = r.name
       AND (r.kind = 'section' OR l.kind = 'derive' AND l.position < r.position)
     CROSS JOIN LATERAL jsonb_array_elements_text(l.names) AS n (name)
  )
  SELECT DISTINCT r.criterion, r.name
    FROM reading AS r
   WHERE r.kind <> 'section'
     AND NOT EXISTS (SELECT FROM line AS l
                      WHERE l.criterion = r.name AND l.kind = 'derive' AND l.position < r.position);
END;
$$;

COMMENT ON FUNCTION equity_internal.criterion_fields(equity.scorecard) IS
  'The columns, or paths into jsonb columns, that each criterion of a scorecard reads, itself, through derived fields or through the members of a section.';

CREATE VIEW equity.fact_column WITH (security_invoker = true) AS
  SELECT f.fact, f.base_table, f.base_column, f.sensitive, f.label_th, f.label_en
    FROM (VALUES
      ('applicant_id', 'application', 'applicant_id', false, 'เลขที่ผู้สมัคร', 'applicant number'),
      ('round_id', 'application', 'round_id', false, 'เลขที่รอบ', 'round number'),
      ('application_id', 'application', 'application_id', false, 'เลขที่ใบสมัคร', 'application number'),
      ('status', 'application', 'status', false, 'สถานะใบสมัคร', 'status of the application'),
      ('submitted_at', 'application', 'submitted_at', false, 'เวลายื่นใบสมัคร', 'time of submission'),
      ('academic_year', 'round', 'academic_year', false, 'ปีการศึกษา', 'academic year'),
      ('birth_date', 'applicant', 'birth_date', false, 'วันเกิด', 'date of birth'),
      ('sex', 'applicant', 'sex', false, 'เพศ', 'sex'),
      ('province_code', 'applicant', 'province_code', false, 'จังหวัด', 'province'),
      ('education_level', 'application', 'education_level', false, 'ระดับการศึกษา', 'level of study'),
      ('gpa', 'application', 'gpa', false, 'เกรดเฉลี่ยสะสม', 'grade point average'),
      ('graduated_year', 'application', 'graduated_year', false, 'ปีที่สำเร็จการศึกษา', 'year of graduation'),
      ('years_since_graduation', 'application', 'graduated_year', false, 'จำนวนปีหลังสำเร็จการศึกษา', 'years since graduation'),
      ('welfare_card', 'application', 'welfare_card', false, 'บัตรสวัสดิการแห่งรัฐ', 'state welfare card'),
      ('disability_registered', 'application', 'disability_registered', true, 'การจดทะเบียนคนพิการ', 'registration of a disability'),
      ('household_size', 'household', 'household_size', false, 'จำนวนสมาชิกในครัวเรือน', 'household members'),
      ('monthly_income', 'household', 'monthly_income', false, 'รายได้ครัวเรือนต่อเดือน', 'household income a month'),
      ('income_per_head', 'household', 'monthly_income', false, 'รายได้ต่อคนต่อเดือน', 'income per head and month'),
      ('income_per_head', 'household', 'household_size', false, 'รายได้ต่อคนต่อเดือน', 'income per head and month'),
      ('members_listed', 'household_member', 'member_number', false, 'จำนวนสมาชิกที่แจ้งรายชื่อ', 'members listed'),
      ('members_disabled', 'household_member', 'disabled', true, 'จำนวนสมาชิกที่พิการ', 'members with a disability'),
      ('members_chronically_ill', 'household_member', 'chronically_ill', true, 'จำนวนสมาชิกที่เจ็บป่วยเรื้อรัง', 'members chronically ill'),
      ('members_elderly', 'household_member', 'elderly', false, 'จำนวนสมาชิกสูงอายุ', 'elderly members'),
      ('members_without_income', 'household_member', 'without_income', false, 'จำนวนสมาชิกที่ไม่มีรายได้', 'members without income'),
      ('tenure', 'dwelling', 'tenure', false, 'การถือครองที่อยู่อาศัย', 'tenure of the dwelling'),
      ('floor', 'dwelling', 'floor', false, 'พื้นบ้าน', 'floor'),
      ('wall', 'dwelling', 'wall', false, 'ฝาบ้าน', 'wall'),
      ('roof', 'dwelling', 'roof', false, 'หลังคา', 'roof'),
      ('toilet', 'dwelling', 'toilet', false, 'ห้องส้วม', 'toilet'),
      ('drinking_water', 'dwelling', 'drinking_water', false, 'แหล่งน้ำดื่ม', 'drinking water'),
      ('electricity', 'dwelling', 'electricity', false, 'ไฟฟ้า', 'electricity'),
      ('farm_land_rai', 'dwelling', 'farm_land_rai', false, 'ที่ดินทำกิน (ไร่)', 'farm land (rai)'),
      ('vehicles', 'dwelling', 'vehicles', false, 'ยานพาหนะ', 'vehicles'),
      ('refrigerator', 'dwelling', 'refrigerator', false, 'ตู้เย็น', 'refrigerator'),
      ('air_conditioner', 'dwelling', 'air_conditioner', false, 'เครื่องปรับอากาศ', 'air conditioner'),
      ('washing_machine', 'dwelling', 'washing_machine', false, 'เครื่องซักผ้า', 'washing machine'),
      ('television', 'dwelling', 'television', false, 'โทรทัศน์', 'television'),
      ('computer', 'dwelling', 'computer', false, 'คอมพิวเตอร์', 'computer'),
      ('groups', 'applicant_group', 'group_code', true, 'กลุ่มผู้ด้อยโอกาส', 'disadvantaged groups'),
      ('answers', 'application', 'answers', false, 'คำตอบในใบสมัคร', 'answers of the application'),
      ('awards_active', 'award', 'status', false, 'จำนวนทุนที่มีอยู่', 'awards held'),
      ('awards_before', 'award', 'status', false, 'จำนวนทุนที่เคยได้รับ', 'awards held before'),
      ('last_award_year', 'award', 'academic_year', false, 'ปีการศึกษาของทุนล่าสุด', 'academic year of the last award'),
      ('last_award_status', 'award', 'status', false, 'สถานะของทุนล่าสุด', 'status of the last award'),
      ('disabilities', 'applicant_disability', 'disability_code', true, 'ประเภทความพิการ', 'types of disability')
    ) AS f (fact, base_table, base_column, sensitive, label_th, label_en);

COMMENT ON VIEW equity.fact_column IS
  'Where the columns of equity.application_facts come from, one row for each fact and column, and which facts are sensitive personal data (ข้อมูลอ่อนไหว). Whoever may not read the column is not shown a sensitive criterion that reads the fact.';
COMMENT ON COLUMN equity.fact_column.fact IS 'Column of equity.application_facts.';
COMMENT ON COLUMN equity.fact_column.base_table IS 'Table of schema equity that it is stored in or computed from.';
COMMENT ON COLUMN equity.fact_column.base_column IS 'Column of that table.';
COMMENT ON COLUMN equity.fact_column.label_th IS 'What letters call the fact, in Thai (ชื่อข้อมูล).';
COMMENT ON COLUMN equity.fact_column.label_en IS 'What letters call the fact, in English.';
COMMENT ON COLUMN equity.fact_column.sensitive IS 'True for disability, health and membership of disadvantaged groups, whatever a card says; answers.key is sensitive where the criterion says so.';

-- Whatever the card: where one criterion says that it is sensitive, the answer is.
CREATE VIEW equity_internal.sensitive_field WITH (security_invoker = true) AS
  WITH marked AS (
    SELECT k.fact AS field FROM equity.fact_column AS k WHERE k.sensitive
    UNION
    SELECT f.field
      FROM (SELECT DISTINCT c.card_code, c.version, c.criterion FROM equity.criterion AS c WHERE c.sensitive) AS c
      JOIN equity.scorecard_version AS v
        ON v.card_code = c.card_code
       AND v.version = c.version
     CROSS JOIN LATERAL equity_internal.criterion_fields(v.card) AS f
     WHERE f.criterion = c.criterion
  )
  SELECT m.field FROM marked AS m
  UNION
  SELECT o.fact
    FROM marked AS m
    JOIN equity.fact_column AS k ON k.fact = m.field
    JOIN equity.fact_column AS o
      ON o.base_table = k.base_table
     AND o.base_column = k.base_column;

COMMENT ON VIEW equity_internal.sensitive_field IS
  'The facts, or paths into answers, that are sensitive personal data: those of equity.fact_column, what a criterion reads that is marked so, and what comes from the same column.';
COMMENT ON COLUMN equity_internal.sensitive_field.field IS 'Column of equity.application_facts, or a path into one.';

CREATE FUNCTION equity_internal.withheld_fields() RETURNS text[]
  LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(pg_catalog.array_agg(DISTINCT s.field), '{}')
    FROM equity_internal.sensitive_field AS s
    JOIN equity.fact_column AS k ON k.fact = pg_catalog.split_part(s.field, '.', 1)
   WHERE NOT pg_catalog.has_column_privilege(pg_catalog.format('equity.%I', k.base_table), k.base_column, 'SELECT');
END;

COMMENT ON FUNCTION equity_internal.withheld_fields() IS
  'The sensitive facts, or paths into answers, that come from a column that the caller may not read.';

CREATE FUNCTION equity_internal.require_facts(card equity.scorecard) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  missing text := (SELECT string_agg(DISTINCT w.field, ', ')
                     FROM unnest(equity_internal.withheld_fields()) AS w (field)
                     JOIN equity_internal.criterion_fields(card) AS f
                       ON starts_with(f.field || '.', w.field || '.') OR starts_with(w.field || '.', f.field || '.'));
BEGIN
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'insufficient_privilege',
      MESSAGE = 'permission denied for facts that the scorecard reads',
      DETAIL = format('They are sensitive, and come from columns that the role may not read: %s.', missing),
      HINT = 'equity.fact_column says which columns those are.';
  END IF;
END;
$$;

COMMENT ON FUNCTION equity_internal.require_facts(equity.scorecard) IS
  'Error 42501 unless the caller may read all that a scorecard reads of equity.application_facts: what is withheld would count as missing.';

CREATE FUNCTION equity_internal.without_paths(answers jsonb, fields text[]) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  field text;
  shown jsonb := answers;
BEGIN
  FOREACH field IN ARRAY fields LOOP
    IF starts_with(field, 'answers.') THEN
      shown := shown #- (string_to_array(field, '.'))[2:];
    END IF;
  END LOOP;
  RETURN shown;
END;
$$;

COMMENT ON FUNCTION equity_internal.without_paths(jsonb, text[]) IS
  'For equity.application_facts: answers without the paths that are withheld.';

CREATE VIEW equity.application_facts WITH (security_barrier = true) AS
  -- asked once, not for each row; NULL, which costs a row nothing, when nothing is withheld. Not joined: a join with
  -- one row is a loop, which operations make look dear, and beside it all plans look alike.
  WITH withheld AS MATERIALIZED (
    SELECT NULLIF(equity_internal.withheld_fields(), '{}') AS fields
  )
  SELECT a.applicant_id,
         a.round_id,
         a.application_id,
         a.status,
         a.submitted_at,
         r.academic_year,
         CASE WHEN 'birth_date' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE p.birth_date END AS birth_date,
         CASE WHEN 'sex' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE p.sex END AS sex,
         CASE WHEN 'province_code' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE p.province_code END AS province_code,
         CASE WHEN 'education_level' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE a.education_level END AS education_level,
         CASE WHEN 'gpa' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE a.gpa END AS gpa,
         CASE WHEN 'graduated_year' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE a.graduated_year END AS graduated_year,
         CASE WHEN 'years_since_graduation' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE r.academic_year - a.graduated_year END AS years_since_graduation,
         CASE WHEN 'welfare_card' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE a.welfare_card END AS welfare_card,
         CASE WHEN 'disability_registered' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE a.disability_registered END AS disability_registered,
         CASE WHEN 'household_size' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE h.household_size END AS household_size,
         CASE WHEN 'monthly_income' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE h.monthly_income END AS monthly_income,
         CASE WHEN 'income_per_head' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE h.monthly_income / h.household_size END AS income_per_head,
         CASE WHEN 'members_listed' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE m.members_listed END AS members_listed,
         CASE WHEN 'members_disabled' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE m.members_disabled END AS members_disabled,
         CASE WHEN 'members_chronically_ill' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE m.members_chronically_ill END AS members_chronically_ill,
         CASE WHEN 'members_elderly' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE m.members_elderly END AS members_elderly,
         CASE WHEN 'members_without_income' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE m.members_without_income END AS members_without_income,
         CASE WHEN 'tenure' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.tenure END AS tenure,
         CASE WHEN 'floor' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.floor END AS floor,
         CASE WHEN 'wall' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.wall END AS wall,
         CASE WHEN 'roof' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.roof END AS roof,
         CASE WHEN 'toilet' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.toilet END AS toilet,
         CASE WHEN 'drinking_water' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.drinking_water END AS drinking_water,
         CASE WHEN 'electricity' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.electricity END AS electricity,
         CASE WHEN 'farm_land_rai' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.farm_land_rai END AS farm_land_rai,
         CASE WHEN 'vehicles' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.vehicles END AS vehicles,
         CASE WHEN 'refrigerator' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.refrigerator END AS refrigerator,
         CASE WHEN 'air_conditioner' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.air_conditioner END AS air_conditioner,
         CASE WHEN 'washing_machine' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.washing_machine END AS washing_machine,
         CASE WHEN 'television' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.television END AS television,
         CASE WHEN 'computer' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE d.computer END AS computer,
         CASE
           WHEN 'groups' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL
           ELSE ARRAY(SELECT g.group_code
                        FROM equity.applicant_group AS g
                       WHERE g.applicant_id = a.applicant_id AND g.verified
                       ORDER BY g.group_code COLLATE pg_catalog."C")
         END AS groups,
         CASE
           WHEN (SELECT w.fields FROM withheld AS w) IS NULL THEN a.answers
           WHEN 'answers' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL
           ELSE equity_internal.without_paths(a.answers, (SELECT w.fields FROM withheld AS w))
         END AS answers,
         CASE WHEN 'awards_active' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE n.awards_active END AS awards_active,
         CASE WHEN 'awards_before' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE n.awards_before END AS awards_before,
         CASE WHEN 'last_award_year' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE n.last_award_year END AS last_award_year,
         CASE WHEN 'last_award_status' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL ELSE n.last_award_status END AS last_award_status,
         CASE
           WHEN 'disabilities' = ANY ((SELECT w.fields FROM withheld AS w)::text[]) THEN NULL
           ELSE ARRAY(SELECT t.disability_code
                        FROM equity.applicant_disability AS t
                       WHERE t.applicant_id = a.applicant_id AND t.verified
                       ORDER BY t.disability_code COLLATE pg_catalog."C")
         END AS disabilities
    FROM equity.application AS a
    LEFT JOIN equity.round AS r ON r.round_id = a.round_id
    LEFT JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
    LEFT JOIN equity.household AS h
      ON h.applicant_id = a.applicant_id AND h.round_id = a.round_id
    LEFT JOIN equity.dwelling AS d
      ON d.applicant_id = a.applicant_id AND d.round_id = a.round_id
    LEFT JOIN LATERAL (
      SELECT NULLIF(pg_catalog.count(*), 0)::integer AS members_listed,
             CASE WHEN pg_catalog.bool_and(hm.disabled IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.disabled)::integer
             END AS members_disabled,
             CASE WHEN pg_catalog.bool_and(hm.chronically_ill IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.chronically_ill)::integer
             END AS members_chronically_ill,
             CASE WHEN pg_catalog.bool_and(hm.elderly IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.elderly)::integer
             END AS members_elderly,
             CASE WHEN pg_catalog.bool_and(hm.without_income IS NOT NULL)
               THEN pg_catalog.count(*) FILTER (WHERE hm.without_income)::integer
             END AS members_without_income
        FROM equity.household_member AS hm
       WHERE hm.applicant_id = a.applicant_id AND hm.round_id = a.round_id) AS m ON true
    LEFT JOIN LATERAL (
      SELECT pg_catalog.count(*) FILTER (WHERE aw.status IN ('offered', 'accepted', 'studying', 'suspended'))::integer AS awards_active,
             pg_catalog.count(*) FILTER (WHERE aw.status IN ('graduated', 'discontinued', 'terminated'))::integer AS awards_before,
             (pg_catalog.array_agg(aw.academic_year ORDER BY aw.academic_year DESC, aw.award_id DESC))[1] AS last_award_year,
             (pg_catalog.array_agg(aw.status ORDER BY aw.academic_year DESC, aw.award_id DESC))[1] AS last_award_status
        FROM equity.award AS aw
       WHERE aw.applicant_id = a.applicant_id
         AND aw.round_id IS DISTINCT FROM a.round_id
         AND aw.status NOT IN ('declined', 'expired', 'withdrawn')) AS n ON true
   WHERE (SELECT equity_internal.sees_whole('application_facts'))
      OR a.applicant_id IN (SELECT equity_internal.own_applicants());

COMMENT ON VIEW equity.application_facts IS
  'What scorecards read: one row for each application, whatever its status. An answer that was not given is NULL, and so is a sensitive one that its reader may not read where it is stored. No names and no identity numbers.';
COMMENT ON COLUMN equity.application_facts.applicant_id IS
  'The person who applies (ผู้สมัคร).';
COMMENT ON COLUMN equity.application_facts.round_id IS
  'The round (รอบ); filter by it.';
COMMENT ON COLUMN equity.application_facts.application_id IS
  'Number of the application (เลขที่ใบสมัคร).';
COMMENT ON COLUMN equity.application_facts.status IS
  'draft, submitted or withdrawn.';
COMMENT ON COLUMN equity.application_facts.submitted_at IS
  'When it was submitted; NULL before.';
COMMENT ON COLUMN equity.application_facts.academic_year IS
  'Academic year of the round (ปีการศึกษา), พ.ศ.';
COMMENT ON COLUMN equity.application_facts.birth_date IS
  'Date of birth (วันเกิด).';
COMMENT ON COLUMN equity.application_facts.sex IS
  'female, male or other.';
COMMENT ON COLUMN equity.application_facts.province_code IS
  'Home province (จังหวัดภูมิลำเนา), two digits.';
COMMENT ON COLUMN equity.application_facts.education_level IS
  'Level of study (ระดับการศึกษา), a code.';
COMMENT ON COLUMN equity.application_facts.gpa IS
  'Grade point average (เกรดเฉลี่ยสะสม, GPAX), 0.00 to 4.00.';
COMMENT ON COLUMN equity.application_facts.graduated_year IS
  'Academic year in which that level was finished (ปีที่จบ), พ.ศ.';
COMMENT ON COLUMN equity.application_facts.years_since_graduation IS
  'Academic years from graduated_year to the round''s academic year (จำนวนปีที่จบมาแล้ว); negative when the applicant finishes later.';
COMMENT ON COLUMN equity.application_facts.welfare_card IS
  'State welfare card (บัตรสวัสดิการแห่งรัฐ).';
COMMENT ON COLUMN equity.application_facts.disability_registered IS
  'Registered as disabled (บัตรประจำตัวคนพิการ).';
COMMENT ON COLUMN equity.application_facts.household_size IS
  'Number of household members (จำนวนสมาชิกในครัวเรือน), 1 and up.';
COMMENT ON COLUMN equity.application_facts.monthly_income IS
  'Monthly income of the household (รายได้ครัวเรือนต่อเดือน), baht.';
COMMENT ON COLUMN equity.application_facts.income_per_head IS
  'Monthly income per head (รายได้เฉลี่ยต่อคนต่อเดือน), baht: monthly_income / household_size as numeric, not rounded to satang (at least 16 significant digits); NULL when either is NULL.';
COMMENT ON COLUMN equity.application_facts.members_listed IS
  'Number of members listed one by one; NULL when none is.';
COMMENT ON COLUMN equity.application_facts.members_disabled IS
  'Number of listed members who are disabled (พิการ); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.members_chronically_ill IS
  'Number of listed members who are chronically ill (เจ็บป่วยเรื้อรัง); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.members_elderly IS
  'Number of listed members who are elderly (ผู้สูงอายุ); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.members_without_income IS
  'Number of listed members without income (ไม่มีรายได้); NULL when none is listed or an answer is missing.';
COMMENT ON COLUMN equity.application_facts.tenure IS
  'How the dwelling is held (การอยู่อาศัย), a code.';
COMMENT ON COLUMN equity.application_facts.floor IS
  'Material of the floor (พื้นบ้าน), a code.';
COMMENT ON COLUMN equity.application_facts.wall IS
  'Material of the walls (ฝาบ้าน), a code.';
COMMENT ON COLUMN equity.application_facts.roof IS
  'Material of the roof (หลังคา), a code.';
COMMENT ON COLUMN equity.application_facts.toilet IS
  'Kind of toilet (ส้วม), a code.';
COMMENT ON COLUMN equity.application_facts.drinking_water IS
  'Source of drinking water (แหล่งน้ำดื่ม), a code.';
COMMENT ON COLUMN equity.application_facts.electricity IS
  'Source of electricity (ไฟฟ้า), a code.';
COMMENT ON COLUMN equity.application_facts.farm_land_rai IS
  'Farm land (ที่ดินทำการเกษตร), rai.';
COMMENT ON COLUMN equity.application_facts.vehicles IS
  'Number of working vehicles (ยานพาหนะที่ใช้งานได้).';
COMMENT ON COLUMN equity.application_facts.refrigerator IS
  'Has a refrigerator (ตู้เย็น).';
COMMENT ON COLUMN equity.application_facts.air_conditioner IS
  'Has an air conditioner (เครื่องปรับอากาศ).';
COMMENT ON COLUMN equity.application_facts.washing_machine IS
  'Has a washing machine (เครื่องซักผ้า).';
COMMENT ON COLUMN equity.application_facts.television IS
  'Has a flat-screen television (โทรทัศน์จอแบน).';
COMMENT ON COLUMN equity.application_facts.computer IS
  'Has a computer (คอมพิวเตอร์).';
COMMENT ON COLUMN equity.application_facts.groups IS
  'Codes of the verified disadvantaged groups (กลุ่มผู้ด้อยโอกาส), in byte order; empty, never NULL, when none is verified.';
COMMENT ON COLUMN equity.application_facts.answers IS
  'Other answers of the form, a JSON object; a scorecard reads answers.key.';
COMMENT ON COLUMN equity.application_facts.awards_active IS
  'Number of awards (ทุนที่มีอยู่) that the applicant holds by other rounds or by an earlier list: offered, accepted, studying or suspended; 0 when none, never NULL.';
COMMENT ON COLUMN equity.application_facts.awards_before IS
  'Number of awards that the applicant has held and that ended (ทุนที่เคยได้รับ), graduated, discontinued or terminated, not of this round; 0 when none, never NULL.';
COMMENT ON COLUMN equity.application_facts.last_award_year IS
  'Academic year of the newest of these awards (ปีการศึกษาของทุนล่าสุด), พ.ศ.; NULL when there is none.';
COMMENT ON COLUMN equity.application_facts.last_award_status IS
  'Status of the newest of these awards: offered, accepted, studying, suspended, graduated, discontinued or terminated; NULL when there is none.';
COMMENT ON COLUMN equity.application_facts.disabilities IS
  'Codes of the verified types of disability (ประเภทความพิการ) of both schemes (equity.disability_type), in byte order; empty, never NULL, when none is verified.';
