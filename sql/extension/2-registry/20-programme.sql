-- Programmes, the grants they give, the monthly rates and the fields of study.

CREATE TABLE equity.programme (
  programme_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  special_needs boolean NOT NULL DEFAULT false,
  published_year smallint,
  published_quota integer,
  published_recipients integer,
  published_recipients_status text,
  published_source text,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT programme_pkey PRIMARY KEY (programme_code),
  CONSTRAINT programme_code_is_code CHECK (programme_code ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT programme_published_year_be CHECK (published_year BETWEEN 2400 AND 2700),
  CONSTRAINT programme_published_quota_not_negative CHECK (published_quota >= 0),
  CONSTRAINT programme_published_recipients_not_negative CHECK (published_recipients >= 0),
  CONSTRAINT programme_published_recipients_status_known
    CHECK (published_recipients_status IN ('graduated', 'studying', 'received')),
  CONSTRAINT programme_published_figures_have_source
    CHECK ((published_quota IS NULL AND published_recipients IS NULL)
           OR (published_year IS NOT NULL AND published_source IS NOT NULL))
);

SELECT pg_catalog.pg_extension_config_dump('equity.programme', 'WHERE NOT shipped');

COMMENT ON TABLE equity.programme IS
  'Scholarship programmes (โครงการทุน). The published figures are what an office announced, kept to compare with the sums of the award rows; nothing computes with them.';
COMMENT ON COLUMN equity.programme.programme_code IS
  'Code of the programme, lower case, for example innovation_general.';
COMMENT ON COLUMN equity.programme.name_th IS
  'Thai name (ชื่อโครงการ).';
COMMENT ON COLUMN equity.programme.name_en IS
  'English name.';
COMMENT ON COLUMN equity.programme.special_needs IS
  'True for a programme for persons with special needs (ผู้มีความต้องการจำเป็นพิเศษ).';
COMMENT ON COLUMN equity.programme.published_year IS
  'Academic year (ปีการศึกษา) of the published figures, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.programme.published_quota IS
  'Published number of new scholarships of that year (โควตา), persons; NULL when none was published.';
COMMENT ON COLUMN equity.programme.published_recipients IS
  'Published number of recipients so far (ผู้รับทุน), persons; NULL when none was published.';
COMMENT ON COLUMN equity.programme.published_recipients_status IS
  'What the published recipients did when they were counted: graduated (received the scholarship and graduated), studying, or received (no more was said).';
COMMENT ON COLUMN equity.programme.published_source IS
  'Where the figures were published.';
COMMENT ON COLUMN equity.programme.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.programme (programme_code, name_th, name_en, special_needs, published_year,
  published_quota, published_recipients, published_recipients_status, published_source, shipped)
VALUES
  ('full_potential',
   'โครงการพัฒนาเต็มศักยภาพสายอาชีพ "ทุนพระกนิษฐาสัมมาชีพ"',
   'Full Potential Vocational Development (Phra Kanittha Sammachip scholarship)',
   false, 2566, NULL, 27, 'received', 'OVEC (สอศ.) article of 7 July 2566', true),
  ('innovation_general',
   'โครงการทุนนวัตกรรมสายอาชีพชั้นสูง สำหรับสถานศึกษาทั่วไป',
   'High Vocational Innovation Scholarship, general institutions',
   false, 2566, 1265, 2177, 'graduated', 'OVEC (สอศ.) article of 7 July 2566', true),
  ('innovation_innovation',
   'โครงการทุนนวัตกรรมสายอาชีพชั้นสูง สำหรับสถานศึกษานวัตกรรม',
   'High Vocational Innovation Scholarship, innovation institutions',
   false, 2566, 275, 136, 'studying', 'OVEC (สอศ.) article of 7 July 2566', true),
  ('innovation_special',
   'โครงการทุนนวัตกรรมสายอาชีพชั้นสูง สำหรับผู้มีความต้องการจำเป็นพิเศษ',
   'High Vocational Innovation Scholarship, persons with special needs',
   true, 2566, 140, 62, 'graduated', 'OVEC (สอศ.) article of 7 July 2566', true);

CREATE TRIGGER programme_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.programme
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.programme ENABLE ALWAYS TRIGGER programme_reference_row;

CREATE TRIGGER programme_reference_truncate
  BEFORE TRUNCATE ON equity.programme
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.grant_type (
  grant_type text NOT NULL,
  years smallint,
  level text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT grant_type_pkey PRIMARY KEY (grant_type),
  CONSTRAINT grant_type_is_code CHECK (grant_type ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT grant_type_years_in_range CHECK (years BETWEEN 1 AND 10),
  CONSTRAINT grant_type_level_is_code CHECK (level ~ '^[a-z][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.grant_type', 'WHERE NOT shipped');

COMMENT ON TABLE equity.grant_type IS
  'Kinds of scholarship by length and level of study (ประเภททุน).';
COMMENT ON COLUMN equity.grant_type.grant_type IS
  'Code of the kind: one_year, two_year, five_year or bachelor as shipped.';
COMMENT ON COLUMN equity.grant_type.years IS
  'Length in academic years, 1 to 10; NULL when it depends on the course.';
COMMENT ON COLUMN equity.grant_type.level IS
  'Level of study (ระดับการศึกษา): short_course, high_vocational (ปวส.), vocational_to_high (ปวช. ต่อเนื่อง ปวส.) or bachelor (ปริญญาตรี) as shipped.';
COMMENT ON COLUMN equity.grant_type.name_th IS
  'Thai name (ชื่อประเภททุน).';
COMMENT ON COLUMN equity.grant_type.name_en IS
  'English name.';
COMMENT ON COLUMN equity.grant_type.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.grant_type (grant_type, years, level, name_th, name_en, shipped) VALUES
  ('one_year', 1, 'short_course', 'ทุน 1 ปี (หลักสูตร 1 ปี)', 'One-year grant (one-year course)', true),
  ('two_year', 2, 'high_vocational', 'ทุน 2 ปี (ปวส.)', 'Two-year grant (higher vocational certificate)', true),
  ('five_year', 5, 'vocational_to_high', 'ทุน 5 ปี (ปวช. ต่อเนื่อง ปวส.)',
   'Five-year grant (vocational certificate through higher vocational certificate)', true),
  ('bachelor', NULL, 'bachelor', 'ทุนปริญญาตรี', 'Bachelor''s degree grant', true);

CREATE TRIGGER grant_type_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.grant_type
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.grant_type ENABLE ALWAYS TRIGGER grant_type_reference_row;

CREATE TRIGGER grant_type_reference_truncate
  BEFORE TRUNCATE ON equity.grant_type
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.rate (
  programme_code text NOT NULL,
  grant_type text NOT NULL,
  academic_year smallint NOT NULL,
  monthly_amount numeric(12,2) NOT NULL,
  confirmed boolean NOT NULL DEFAULT false,
  source text,
  CONSTRAINT rate_pkey PRIMARY KEY (programme_code, grant_type, academic_year),
  CONSTRAINT rate_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT rate_grant_type_fkey FOREIGN KEY (grant_type)
    REFERENCES equity.grant_type (grant_type),
  CONSTRAINT rate_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT rate_monthly_amount_not_negative CHECK (monthly_amount >= 0),
  CONSTRAINT rate_confirmed_has_source CHECK (NOT confirmed OR source IS NOT NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.rate', '');

COMMENT ON TABLE equity.rate IS
  'Monthly amount of a grant of a programme in an academic year. No row is shipped: amounts come from each year''s announcement.';
COMMENT ON COLUMN equity.rate.programme_code IS
  'Programme (โครงการ).';
COMMENT ON COLUMN equity.rate.grant_type IS
  'Kind of grant (ประเภททุน).';
COMMENT ON COLUMN equity.rate.academic_year IS
  'Academic year (ปีการศึกษา) that the amount is for, พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.rate.monthly_amount IS
  'Monthly amount (จำนวนเงินต่อเดือน), baht, 0 or more.';
COMMENT ON COLUMN equity.rate.confirmed IS
  'True when the amount was read in an announcement; false for an example or a guess.';
COMMENT ON COLUMN equity.rate.source IS
  'Where the amount comes from; required when confirmed.';

CREATE TABLE equity.field_of_study (
  field_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  special_needs boolean NOT NULL DEFAULT false,
  CONSTRAINT field_of_study_pkey PRIMARY KEY (field_code),
  CONSTRAINT field_of_study_code_is_code CHECK (field_code ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.field_of_study', '');

COMMENT ON TABLE equity.field_of_study IS
  'Fields of study (สาขาวิชา) that institutions offer. No row is shipped.';
COMMENT ON COLUMN equity.field_of_study.field_code IS
  'Code of the field (รหัสสาขาวิชา): letters, digits, dot, dash and underscore.';
COMMENT ON COLUMN equity.field_of_study.name_th IS
  'Thai name (ชื่อสาขาวิชา).';
COMMENT ON COLUMN equity.field_of_study.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.field_of_study.special_needs IS
  'True when the field is arranged for persons with special needs (ผู้มีความต้องการจำเป็นพิเศษ).';
