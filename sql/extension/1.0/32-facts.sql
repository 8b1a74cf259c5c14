-- What scorecards read: one row an application, each answer a column.
--
-- Groups and members are gathered by lateral subqueries over their primary keys: their cost
-- follows the number of applications read, whether that is one (an explanation) or a round.
--
-- The view reads with the rights of its owner: a letter is computed from facts of which it withholds
-- some from the caller. So whoever is granted it sees every row, whatever row security says.

CREATE VIEW equity.application_facts AS
  SELECT a.applicant_id,
         a.round_id,
         a.application_id,
         a.status,
         a.submitted_at,
         r.academic_year,
         p.birth_date,
         p.sex,
         p.province_code,
         a.education_level,
         a.gpa,
         a.graduated_year,
         r.academic_year - a.graduated_year AS years_since_graduation,
         a.welfare_card,
         a.disability_registered,
         h.household_size,
         h.monthly_income,
         h.monthly_income / h.household_size AS income_per_head,
         m.members_listed,
         m.members_disabled,
         m.members_chronically_ill,
         m.members_elderly,
         m.members_without_income,
         d.tenure,
         d.floor,
         d.wall,
         d.roof,
         d.toilet,
         d.drinking_water,
         d.electricity,
         d.farm_land_rai,
         d.vehicles,
         d.refrigerator,
         d.air_conditioner,
         d.washing_machine,
         d.television,
         d.computer,
         ARRAY(SELECT g.group_code
                 FROM equity.applicant_group AS g
                WHERE g.applicant_id = a.applicant_id AND g.verified
                ORDER BY g.group_code COLLATE pg_catalog."C") AS groups,
         a.answers
    FROM equity.application AS a
    JOIN equity.round AS r ON r.round_id = a.round_id
    JOIN equity.applicant AS p ON p.applicant_id = a.applicant_id
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
       WHERE hm.applicant_id = a.applicant_id AND hm.round_id = a.round_id) AS m ON true;

COMMENT ON VIEW equity.application_facts IS
  'What scorecards read: one row an application, whatever its status. An answer that was not given is NULL. No names and no identity numbers.';
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
  'Academic years from graduated_year to the rounds academic year (จำนวนปีที่จบมาแล้ว); negative when the applicant finishes later.';
COMMENT ON COLUMN equity.application_facts.welfare_card IS
  'State welfare card (บัตรสวัสดิการแห่งรัฐ).';
COMMENT ON COLUMN equity.application_facts.disability_registered IS
  'Registered as disabled (บัตรประจำตัวคนพิการ).';
COMMENT ON COLUMN equity.application_facts.household_size IS
  'Number of household members (จำนวนสมาชิกในครัวเรือน), 1 and up.';
COMMENT ON COLUMN equity.application_facts.monthly_income IS
  'Income of the household a month (รายได้ครัวเรือนต่อเดือน), baht.';
COMMENT ON COLUMN equity.application_facts.income_per_head IS
  'Income a head and month (รายได้เฉลี่ยต่อคนต่อเดือน), baht: monthly_income / household_size as numeric, not rounded to satang (at least 16 significant digits); NULL when either is NULL.';
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
