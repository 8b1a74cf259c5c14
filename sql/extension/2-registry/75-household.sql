-- What an application says of the household: income, members and the dwelling. Together with
-- the application's own answers these are the areas of the proxy means test.

CREATE TABLE equity.household (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  household_size integer,
  monthly_income numeric(12,2),
  CONSTRAINT household_pkey PRIMARY KEY (applicant_id, round_id),
  CONSTRAINT household_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT household_size_positive CHECK (household_size >= 1),
  CONSTRAINT household_monthly_income_not_negative CHECK (monthly_income >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.household', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.household
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.household');

COMMENT ON TABLE equity.household IS
  'Household (ครัวเรือน) of an applicant as declared in a round.';
COMMENT ON COLUMN equity.household.applicant_id IS
  'The person who applies.';
COMMENT ON COLUMN equity.household.round_id IS
  'The round of the application.';
COMMENT ON COLUMN equity.household.household_size IS
  'Number of members (จำนวนสมาชิกในครัวเรือน), the applicant included, 1 and up; NULL when not given.';
COMMENT ON COLUMN equity.household.monthly_income IS
  'Income of the whole household a month (รายได้ครัวเรือนต่อเดือน), baht, 0 or more; NULL when not given, which is not 0.';

CREATE TABLE equity.household_member (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  member_number smallint NOT NULL,
  relation text,
  birth_year smallint,
  monthly_income numeric(12,2),
  disabled boolean,
  chronically_ill boolean,
  elderly boolean,
  without_income boolean,
  CONSTRAINT household_member_pkey PRIMARY KEY (applicant_id, round_id, member_number),
  CONSTRAINT household_member_household_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.household (applicant_id, round_id),
  CONSTRAINT household_member_number_positive CHECK (member_number >= 1),
  CONSTRAINT household_member_birth_year_be CHECK (birth_year BETWEEN 2400 AND 2700),
  CONSTRAINT household_member_monthly_income_not_negative CHECK (monthly_income >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.household_member', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.household_member
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.household_member');

COMMENT ON TABLE equity.household_member IS
  'Members (สมาชิกครัวเรือน) of a declared household, without names. Health and disability are sensitive personal data.';
COMMENT ON COLUMN equity.household_member.applicant_id IS
  'The person who applies.';
COMMENT ON COLUMN equity.household_member.round_id IS
  'The round of the application.';
COMMENT ON COLUMN equity.household_member.member_number IS
  'Number of the member in the form, 1 and up.';
COMMENT ON COLUMN equity.household_member.relation IS
  'Relation to the applicant (ความสัมพันธ์), a code such as self, father, mother, sibling or grandparent; NULL when not given.';
COMMENT ON COLUMN equity.household_member.birth_year IS
  'Year of birth (ปีเกิด), พ.ศ., 2400 to 2700; NULL when not given.';
COMMENT ON COLUMN equity.household_member.monthly_income IS
  'Income a month (รายได้ต่อเดือน), baht, 0 or more; NULL when not given.';
COMMENT ON COLUMN equity.household_member.disabled IS
  'True when the member is disabled (พิการ); NULL when not answered.';
COMMENT ON COLUMN equity.household_member.chronically_ill IS
  'True when the member is chronically ill (เจ็บป่วยเรื้อรัง); NULL when not answered.';
COMMENT ON COLUMN equity.household_member.elderly IS
  'True when the member is elderly (ผู้สูงอายุ) as the round''s form defines it; NULL when not answered.';
COMMENT ON COLUMN equity.household_member.without_income IS
  'True when the member is of working age and earns nothing (ไม่มีรายได้ / ว่างงาน); NULL when not answered.';

CREATE TABLE equity.dwelling (
  applicant_id bigint NOT NULL,
  round_id bigint NOT NULL,
  tenure text,
  floor text,
  wall text,
  roof text,
  toilet text,
  drinking_water text,
  electricity text,
  farm_land_rai numeric(8,2),
  vehicles smallint,
  refrigerator boolean,
  air_conditioner boolean,
  washing_machine boolean,
  television boolean,
  computer boolean,
  CONSTRAINT dwelling_pkey PRIMARY KEY (applicant_id, round_id),
  CONSTRAINT dwelling_application_fkey FOREIGN KEY (applicant_id, round_id)
    REFERENCES equity.application (applicant_id, round_id),
  CONSTRAINT dwelling_farm_land_not_negative CHECK (farm_land_rai >= 0),
  CONSTRAINT dwelling_vehicles_not_negative CHECK (vehicles >= 0)
);

SELECT pg_catalog.pg_extension_config_dump('equity.dwelling', '');

CREATE TRIGGER check_keys
  AFTER INSERT ON equity.dwelling
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_keys();

SELECT equity_internal.check_keys_at_once('equity.dwelling');

COMMENT ON TABLE equity.dwelling IS
  'Dwelling and belongings (ที่อยู่อาศัยและทรัพย์สิน) as declared or seen at a home visit. An answer that was not given is NULL. Codes are those of the round''s form; a scorecard names them.';
COMMENT ON COLUMN equity.dwelling.applicant_id IS
  'The person who applies.';
COMMENT ON COLUMN equity.dwelling.round_id IS
  'The round of the application.';
COMMENT ON COLUMN equity.dwelling.tenure IS
  'How the household holds the dwelling (การอยู่อาศัย), a code such as own, rent, free or none.';
COMMENT ON COLUMN equity.dwelling.floor IS
  'Material of the floor (พื้นบ้าน), a code such as tile, cement, wood, bamboo or earth.';
COMMENT ON COLUMN equity.dwelling.wall IS
  'Material of the walls (ฝาบ้าน), a code such as cement, wood, bamboo or scrap.';
COMMENT ON COLUMN equity.dwelling.roof IS
  'Material of the roof (หลังคา), a code such as tile, metal, thatch or scrap.';
COMMENT ON COLUMN equity.dwelling.toilet IS
  'Kind of toilet (ส้วม), a code such as own, shared or none.';
COMMENT ON COLUMN equity.dwelling.drinking_water IS
  'Source of drinking water (แหล่งน้ำดื่ม), a code such as bottled, tap, well, rain or river.';
COMMENT ON COLUMN equity.dwelling.electricity IS
  'Source of electricity (ไฟฟ้า), a code such as grid, solar, shared or none.';
COMMENT ON COLUMN equity.dwelling.farm_land_rai IS
  'Farm land that the household works (ที่ดินทำการเกษตร), rai of 1,600 square metres, 0 or more.';
COMMENT ON COLUMN equity.dwelling.vehicles IS
  'Number of vehicles that work (ยานพาหนะที่ใช้งานได้), 0 or more.';
COMMENT ON COLUMN equity.dwelling.refrigerator IS
  'True when the household has a refrigerator (ตู้เย็น).';
COMMENT ON COLUMN equity.dwelling.air_conditioner IS
  'True when the household has an air conditioner (เครื่องปรับอากาศ).';
COMMENT ON COLUMN equity.dwelling.washing_machine IS
  'True when the household has a washing machine (เครื่องซักผ้า).';
COMMENT ON COLUMN equity.dwelling.television IS
  'True when the household has a flat-screen television (โทรทัศน์จอแบน).';
COMMENT ON COLUMN equity.dwelling.computer IS
  'True when the household has a computer (คอมพิวเตอร์).';
