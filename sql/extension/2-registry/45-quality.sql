-- Quality of institutions in three areas, and the levels of recognition that a sealed card gives them.

CREATE TABLE equity.quality_indicator (
  indicator_code text NOT NULL,
  area text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  worst numeric NOT NULL,
  best numeric NOT NULL,
  weight numeric NOT NULL DEFAULT 1,
  confirmed boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT quality_indicator_pkey PRIMARY KEY (indicator_code),
  CONSTRAINT quality_indicator_code_is_code CHECK (indicator_code ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT quality_indicator_area_known CHECK (area IN ('curriculum', 'wellbeing', 'employment')),
  CONSTRAINT quality_indicator_weight_not_negative CHECK (weight >= 0 AND weight < 1000000),
  CONSTRAINT quality_indicator_range CHECK (
    worst <> best AND abs(worst) < 1000000000 AND abs(best) < 1000000000)
);

SELECT pg_catalog.pg_extension_config_dump('equity.quality_indicator', 'WHERE NOT shipped');

COMMENT ON TABLE equity.quality_indicator IS
  'Indicators of quality (ตัวชี้วัดคุณภาพสถานศึกษา) in three areas, with their weights. The shipped rows are what the fund''s form counts, with example ranges and weights, not a confirmed framework.';
COMMENT ON COLUMN equity.quality_indicator.indicator_code IS
  'Code of the indicator; a scorecard reads its value as indicators.CODE of equity.institution_facts.';
COMMENT ON COLUMN equity.quality_indicator.area IS
  'curriculum (หลักสูตรและการจัดการเรียนการสอน), wellbeing (การดูแลความเป็นอยู่) or employment (โอกาสการมีงานทำ).';
COMMENT ON COLUMN equity.quality_indicator.name_th IS
  'Thai name (ชื่อตัวชี้วัด), with its unit.';
COMMENT ON COLUMN equity.quality_indicator.name_en IS
  'English name, with its unit.';
COMMENT ON COLUMN equity.quality_indicator.worst IS
  'The value that counts 0 of 100 in its area; above best where less is better.';
COMMENT ON COLUMN equity.quality_indicator.best IS
  'The value that counts 100; between the two in proportion, beyond them no more and no less.';
COMMENT ON COLUMN equity.quality_indicator.weight IS
  'Weight within its area, 0 or more; 0 leaves it out.';
COMMENT ON COLUMN equity.quality_indicator.confirmed IS
  'True when a published framework has the indicator so; every shipped row is an unconfirmed example.';
COMMENT ON COLUMN equity.quality_indicator.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.quality_indicator (indicator_code, area, name_th, name_en, worst, best, weight, shipped) VALUES
  ('courses_with_firms', 'curriculum', 'สัดส่วนหลักสูตรที่ทำร่วมกับสถานประกอบการ (ร้อยละ)',
   'Courses made with firms (percent)', 0, 100, 2, true),
  ('courses_job_guaranteed', 'curriculum', 'สัดส่วนหลักสูตรที่รับประกันการมีงานทำ (ร้อยละ)',
   'Courses made for firms with a job guaranteed (percent)', 0, 50, 1, true),
  ('weeks_in_firms', 'curriculum', 'การเรียนรู้ในสถานประกอบการต่อปี (สัปดาห์)',
   'Work-integrated learning in a year (weeks)', 0, 18, 1, true),
  ('dormitory_places', 'wellbeing', 'ที่พักในสถานศึกษาต่อผู้รับทุน 100 คน',
   'Dormitory places for a hundred scholars', 0, 100, 1, true),
  ('scholars_per_teacher', 'wellbeing', 'ผู้รับทุนต่อครูผู้ดูแล 1 คน',
   'Scholars for each responsible teacher', 40, 10, 2, true),
  ('rent_subsidised', 'wellbeing', 'ผู้รับทุนที่ได้รับการช่วยเหลือค่าที่พักหรือการเดินทาง (ร้อยละ)',
   'Scholars who are helped with rent or travel (percent)', 0, 100, 1, true),
  ('partner_firms', 'employment', 'สถานประกอบการที่ร่วมมือในสองปีล่าสุดต่อผู้รับทุน 100 คน',
   'Partner firms of the last two years for a hundred scholars', 0, 20, 1, true),
  ('certified_trainers', 'employment', 'ครูฝึกในสถานประกอบการที่ผ่านการรับรองต่อผู้รับทุน 100 คน',
   'Certified trainers at the workplace for a hundred scholars', 0, 10, 1, true),
  ('hired_by_partners', 'employment', 'ผู้สำเร็จการศึกษาที่สถานประกอบการคู่ความร่วมมือรับเข้าทำงาน (ร้อยละ)',
   'Graduates hired by partner firms (percent)', 0, 60, 2, true);

CREATE TRIGGER quality_indicator_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.quality_indicator
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.quality_indicator ENABLE ALWAYS TRIGGER quality_indicator_reference_row;

CREATE TRIGGER quality_indicator_reference_truncate
  BEFORE TRUNCATE ON equity.quality_indicator
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.quality_assessment (
  institution_id bigint NOT NULL,
  academic_year smallint NOT NULL,
  indicator_code text NOT NULL,
  value numeric NOT NULL,
  source text NOT NULL,
  assessed_on date NOT NULL DEFAULT CURRENT_DATE,
  CONSTRAINT quality_assessment_pkey PRIMARY KEY (institution_id, academic_year, indicator_code),
  CONSTRAINT quality_assessment_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT quality_assessment_indicator_fkey FOREIGN KEY (indicator_code)
    REFERENCES equity.quality_indicator (indicator_code),
  CONSTRAINT quality_assessment_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT quality_assessment_value_is_number CHECK (abs(value) < 1000000000),
  CONSTRAINT quality_assessment_source_not_empty CHECK (source <> '')
);

SELECT pg_catalog.pg_extension_config_dump('equity.quality_assessment', '');

COMMENT ON TABLE equity.quality_assessment IS
  'What was counted or judged at an institution in an academic year (ผลการประเมินคุณภาพสถานศึกษา), a row for each indicator.';
COMMENT ON COLUMN equity.quality_assessment.institution_id IS
  'The institution (สถานศึกษา).';
COMMENT ON COLUMN equity.quality_assessment.academic_year IS
  'Academic year (ปีการศึกษา), พ.ศ., 2400 to 2700.';
COMMENT ON COLUMN equity.quality_assessment.indicator_code IS
  'The indicator (ตัวชี้วัด).';
COMMENT ON COLUMN equity.quality_assessment.value IS
  'Its value, in the unit that the indicator''s name says.';
COMMENT ON COLUMN equity.quality_assessment.source IS
  'Who counted or judged it: a report, a visit, the institution itself.';
COMMENT ON COLUMN equity.quality_assessment.assessed_on IS
  'When.';

--- facts is what the card read: jsonb_populate_record(NULL::equity.institution_facts, facts) is the row that
--- equity.score and equity.explain give the same for, at any time.
CREATE TABLE equity.recognition (
  institution_id bigint NOT NULL,
  academic_year smallint NOT NULL,
  recognized_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  card_code text NOT NULL,
  card_version integer NOT NULL,
  card_digest text NOT NULL,
  eligible boolean,
  score numeric,
  level text,
  reasons text[] NOT NULL,
  facts jsonb NOT NULL,
  recognized_by text NOT NULL DEFAULT SESSION_USER,
  CONSTRAINT recognition_pkey PRIMARY KEY (institution_id, academic_year, recognized_at),
  CONSTRAINT recognition_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT recognition_card_fkey FOREIGN KEY (card_code, card_version)
    REFERENCES equity.scorecard_version (card_code, version),
  CONSTRAINT recognition_academic_year_be CHECK (academic_year BETWEEN 2400 AND 2700),
  CONSTRAINT recognition_card_digest_is_sha256 CHECK (card_digest ~ '^[0-9a-f]{64}$'),
  CONSTRAINT recognition_facts_are_row CHECK (pg_catalog.jsonb_typeof(facts) = 'object')
);

SELECT pg_catalog.pg_extension_config_dump('equity.recognition', '');

COMMENT ON TABLE equity.recognition IS
  'Levels of recognition given to institutions (การยกย่องสถานศึกษา), written by equity.recognize_institutions. Rows stay: a later one of the same year takes the place of an earlier one in equity.institution_recognition, and the earlier one is its history.';
COMMENT ON COLUMN equity.recognition.institution_id IS
  'The institution (สถานศึกษา).';
COMMENT ON COLUMN equity.recognition.academic_year IS
  'Academic year (ปีการศึกษา) that it is recognized for, พ.ศ.';
COMMENT ON COLUMN equity.recognition.recognized_at IS
  'When the card was applied.';
COMMENT ON COLUMN equity.recognition.card_code IS
  'Code of the sealed card (เกณฑ์).';
COMMENT ON COLUMN equity.recognition.card_version IS
  'Its version.';
COMMENT ON COLUMN equity.recognition.card_digest IS
  'Its digest, sha256.';
COMMENT ON COLUMN equity.recognition.eligible IS
  'Whether the gates of the card hold; NULL when that is undetermined.';
COMMENT ON COLUMN equity.recognition.score IS
  'Points by the card (คะแนน); NULL when undetermined.';
COMMENT ON COLUMN equity.recognition.level IS
  'Level (ระดับการยกย่อง): the class of the card; NULL when the institution is not eligible or it is undetermined.';
COMMENT ON COLUMN equity.recognition.reasons IS
  'Codes of the rules that failed or were undetermined (equity.reason).';
COMMENT ON COLUMN equity.recognition.facts IS
  'The row of equity.institution_facts that the card read.';
COMMENT ON COLUMN equity.recognition.recognized_by IS
  'Database role of the session that applied it.';
