-- Learners with special needs: what they live with, in the words of education and in those of the disability
-- card, and what they were given so that they can learn. Sensitive in law (PDPA section 26).

CREATE TABLE equity.disability_type (
  disability_code text NOT NULL,
  scheme text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT disability_type_pkey PRIMARY KEY (disability_code),
  CONSTRAINT disability_type_scheme_known CHECK (scheme IN ('education', 'card')),
  CONSTRAINT disability_type_code_tells_scheme
    CHECK (disability_code ~ '^(education|card)_[a-z][a-z0-9_]*$' AND pg_catalog.starts_with(disability_code, scheme))
);

SELECT pg_catalog.pg_extension_config_dump('equity.disability_type', 'WHERE NOT shipped');

COMMENT ON TABLE equity.disability_type IS
  'Types of disability (ประเภทความพิการ) in two schemes: nine of education, seven of the disability card. Neither follows from the other, so a learner has types of both.';
COMMENT ON COLUMN equity.disability_type.disability_code IS
  'Code of the type, with its scheme before it; what scorecards compare equity.application_facts.disabilities with.';
COMMENT ON COLUMN equity.disability_type.scheme IS
  'education (ประเภทความพิการทางการศึกษา) or card (ประเภทความพิการตามบัตรประจำตัวคนพิการ).';
COMMENT ON COLUMN equity.disability_type.name_th IS
  'Thai name (ชื่อประเภท).';
COMMENT ON COLUMN equity.disability_type.name_en IS
  'English name.';
COMMENT ON COLUMN equity.disability_type.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.disability_type (disability_code, scheme, name_th, name_en, shipped) VALUES
  ('education_seeing', 'education', 'บกพร่องทางการเห็น', 'Seeing', true),
  ('education_hearing', 'education', 'บกพร่องทางการได้ยิน', 'Hearing', true),
  ('education_intellect', 'education', 'บกพร่องทางสติปัญญา', 'Intellect', true),
  ('education_body', 'education', 'บกพร่องทางร่างกาย หรือการเคลื่อนไหว หรือสุขภาพ', 'Body, movement or health', true),
  ('education_learning', 'education', 'มีปัญหาทางการเรียนรู้', 'Learning', true),
  ('education_speech', 'education', 'บกพร่องทางการพูดและภาษา', 'Speech and language', true),
  ('education_behaviour', 'education', 'มีปัญหาทางพฤติกรรมหรืออารมณ์', 'Behaviour or emotion', true),
  ('education_autism', 'education', 'ออทิสติก', 'Autism', true),
  ('education_multiple', 'education', 'พิการซ้อน', 'Multiple', true),
  ('card_seeing', 'card', 'ความพิการทางการเห็น', 'Seeing', true),
  ('card_hearing', 'card', 'ความพิการทางการได้ยินหรือสื่อความหมาย', 'Hearing or communication', true),
  ('card_movement', 'card', 'ความพิการทางการเคลื่อนไหวหรือทางร่างกาย', 'Movement or body', true),
  ('card_mind', 'card', 'ความพิการทางจิตใจหรือพฤติกรรม', 'Mind or behaviour', true),
  ('card_intellect', 'card', 'ความพิการทางสติปัญญา', 'Intellect', true),
  ('card_learning', 'card', 'ความพิการทางการเรียนรู้', 'Learning', true),
  ('card_autism', 'card', 'ความพิการทางออทิสติก', 'Autism', true);

CREATE TRIGGER disability_type_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.disability_type
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.disability_type ENABLE ALWAYS TRIGGER disability_type_reference_row;

CREATE TRIGGER disability_type_reference_truncate
  BEFORE TRUNCATE ON equity.disability_type
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.applicant_disability (
  applicant_id bigint NOT NULL,
  disability_code text NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  verified_at timestamptz,
  verified_by text,
  evidence text,
  CONSTRAINT applicant_disability_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT applicant_disability_type_fkey FOREIGN KEY (disability_code)
    REFERENCES equity.disability_type (disability_code)
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant_disability', '');

-- The older index is looked at first, so that no message says what somebody lives with.
CREATE UNIQUE INDEX applicant_disability_once
  ON equity.applicant_disability (applicant_id, (disability_code::equity_internal.unprinted));

ALTER TABLE equity.applicant_disability
  ADD CONSTRAINT applicant_disability_pkey PRIMARY KEY (applicant_id, disability_code);

COMMENT ON TABLE equity.applicant_disability IS
  'Types of disability of a person, as many as there are and of both schemes; only verified ones reach scoring. Sensitive personal data.';
COMMENT ON COLUMN equity.applicant_disability.applicant_id IS
  'The person.';
COMMENT ON COLUMN equity.applicant_disability.disability_code IS
  'The type, as in equity.disability_type.';
COMMENT ON COLUMN equity.applicant_disability.verified IS
  'True when an officer has seen evidence, such as the card or a screening; false while it is only a claim.';
COMMENT ON COLUMN equity.applicant_disability.verified_at IS
  'When it was verified; NULL when not verified or not recorded.';
COMMENT ON COLUMN equity.applicant_disability.verified_by IS
  'Who verified it: role or office, not a person''s name; NULL when not recorded.';
COMMENT ON COLUMN equity.applicant_disability.evidence IS
  'Reference of the evidence, for example a document number; NULL when none.';

CREATE TABLE equity.adjustment (
  adjustment_id bigint GENERATED BY DEFAULT AS IDENTITY,
  applicant_id bigint NOT NULL,
  kind text NOT NULL,
  asked_on date NOT NULL,
  institution_id bigint,
  centre_id bigint,
  given_on date,
  refused_on date,
  ended_on date,
  note text,
  CONSTRAINT adjustment_pkey PRIMARY KEY (adjustment_id),
  CONSTRAINT adjustment_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT adjustment_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT adjustment_centre_fkey FOREIGN KEY (centre_id)
    REFERENCES equity.support_centre (centre_id),
  CONSTRAINT adjustment_kind_is_code CHECK (kind ~ '^[a-z][a-z0-9_]*$'),
  CONSTRAINT adjustment_given_or_refused CHECK (given_on IS NULL OR refused_on IS NULL),
  CONSTRAINT adjustment_days_in_order CHECK (
    asked_on <= given_on AND asked_on <= refused_on AND given_on <= ended_on),
  CONSTRAINT adjustment_ended_was_given CHECK (ended_on IS NULL OR given_on IS NOT NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.adjustment', '');
SELECT pg_catalog.pg_extension_config_dump('equity.adjustment_adjustment_id_seq', '');

CREATE INDEX adjustment_by_applicant ON equity.adjustment (applicant_id);

COMMENT ON TABLE equity.adjustment IS
  'Adjustments for a learner with special needs (สิ่งอำนวยความสะดวกและความช่วยเหลือ): what was asked for, by whom given, and what was not. Sensitive personal data.';
COMMENT ON COLUMN equity.adjustment.adjustment_id IS
  'Key assigned by the database.';
COMMENT ON COLUMN equity.adjustment.applicant_id IS
  'The learner.';
COMMENT ON COLUMN equity.adjustment.kind IS
  'What is asked for, a code such as sign_interpreter, braille, ramp, more_time, note_taker or assistive_device.';
COMMENT ON COLUMN equity.adjustment.asked_on IS
  'When it was asked for (วันที่ขอ).';
COMMENT ON COLUMN equity.adjustment.institution_id IS
  'The institution that is to give it (สถานศึกษา); NULL when a centre does alone.';
COMMENT ON COLUMN equity.adjustment.centre_id IS
  'The centre that gives it or helps with it (ศูนย์); NULL when none does.';
COMMENT ON COLUMN equity.adjustment.given_on IS
  'Since when it is given (วันที่ได้รับ); NULL when it is not.';
COMMENT ON COLUMN equity.adjustment.refused_on IS
  'When it was refused (วันที่ปฏิเสธ), and note says why; NULL when it was not.';
COMMENT ON COLUMN equity.adjustment.ended_on IS
  'When it was no longer needed or given; NULL while it is.';
COMMENT ON COLUMN equity.adjustment.note IS
  'Remark; sensitive personal data. NULL when none.';
