-- Applicants. What names a person is in applicant_identity and nowhere else, so that scoring,
-- allocation and statistics need no right to read it.

CREATE TABLE equity.applicant (
  applicant_id bigint GENERATED ALWAYS AS IDENTITY,
  birth_date date,
  sex text,
  province_code text,
  created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT applicant_pkey PRIMARY KEY (applicant_id),
  CONSTRAINT applicant_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code),
  CONSTRAINT applicant_sex_known CHECK (sex IN ('female', 'male', 'other')),
  CONSTRAINT applicant_birth_date_in_range
    CHECK (birth_date BETWEEN DATE '1857-01-01' AND DATE '2157-12-31')
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant', '');
SELECT pg_catalog.pg_extension_config_dump('equity.applicant_applicant_id_seq', '');

COMMENT ON TABLE equity.applicant IS
  'Persons who apply for or hold a scholarship (ผู้สมัคร), without anything that names them.';
COMMENT ON COLUMN equity.applicant.applicant_id IS
  'Key given by the database; it says nothing about the person.';
COMMENT ON COLUMN equity.applicant.birth_date IS
  'Date of birth (วันเกิด), 1857 to 2157 (พ.ศ. 2400 to 2700); NULL when unknown.';
COMMENT ON COLUMN equity.applicant.sex IS
  'female (หญิง), male (ชาย) or other; NULL when not stated.';
COMMENT ON COLUMN equity.applicant.province_code IS
  'Home province (จังหวัดภูมิลำเนา); NULL when unknown.';
COMMENT ON COLUMN equity.applicant.created_at IS
  'When the row was made.';

CREATE TABLE equity.applicant_identity (
  applicant_id bigint NOT NULL,
  identity_kind text NOT NULL,
  identity text NOT NULL,
  title text,
  given_name text,
  family_name text,
  valid_from date NOT NULL DEFAULT CURRENT_DATE,
  valid_to date,
  CONSTRAINT applicant_identity_pkey PRIMARY KEY (applicant_id, identity_kind, valid_from),
  CONSTRAINT applicant_identity_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT applicant_identity_kind_known
    CHECK (identity_kind IN ('citizen_id', 'g_code', 'passport')),
  CONSTRAINT applicant_identity_form CHECK (
    CASE identity_kind
      WHEN 'citizen_id' THEN identity ~ '^[0-9]{13}$'
      WHEN 'g_code' THEN identity ~ '^G[0-9]{12}$'
      ELSE identity ~ '^[A-Z0-9]{3,20}$'
    END),
  CONSTRAINT applicant_identity_period_in_order CHECK (valid_from < valid_to)
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant_identity', '');

CREATE UNIQUE INDEX applicant_identity_one_current_of_kind
  ON equity.applicant_identity (applicant_id, identity_kind) WHERE valid_to IS NULL;

CREATE UNIQUE INDEX applicant_identity_one_current_owner
  ON equity.applicant_identity (identity_kind, identity) WHERE valid_to IS NULL;

COMMENT ON TABLE equity.applicant_identity IS
  'Identities and names of persons with their history: a child with a G-code may get a citizen id later, and names change. The current row of a kind has no end. Personal data: grant it to few.';
COMMENT ON COLUMN equity.applicant_identity.applicant_id IS
  'The person.';
COMMENT ON COLUMN equity.applicant_identity.identity_kind IS
  'citizen_id (เลขประจำตัวประชาชน), g_code (รหัส G, a child without registration) or passport (หนังสือเดินทาง).';
COMMENT ON COLUMN equity.applicant_identity.identity IS
  'The identity in its plain form: 13 ASCII digits; G and 12 digits; or 3 to 20 capital letters and digits. Only the form is checked; equity.citizen_id_valid() tells whether the check digit is right. It has one current owner.';
COMMENT ON COLUMN equity.applicant_identity.title IS
  'Title (คำนำหน้าชื่อ), apart from the name; NULL when none.';
COMMENT ON COLUMN equity.applicant_identity.given_name IS
  'Given name (ชื่อ), in the script of the document; NULL when unknown.';
COMMENT ON COLUMN equity.applicant_identity.family_name IS
  'Family name (นามสกุล); NULL when none or unknown.';
COMMENT ON COLUMN equity.applicant_identity.valid_from IS
  'First day of this identity and name.';
COMMENT ON COLUMN equity.applicant_identity.valid_to IS
  'First day on which they are no longer valid; NULL for the current row.';

-- A violated check prints the whole row: names and identities must not get into logs that way.
CREATE FUNCTION equity_internal.check_identity() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  form text := CASE NEW.identity_kind
                 WHEN 'citizen_id' THEN '^[0-9]{13}$'
                 WHEN 'g_code' THEN '^G[0-9]{12}$'
                 WHEN 'passport' THEN '^[A-Z0-9]{3,20}$'
               END;
BEGIN
  IF NEW.identity ~ form AND NOT NEW.valid_to <= NEW.valid_from IS TRUE THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation',
    MESSAGE = CASE WHEN form IS NULL THEN 'unknown kind of identity'
                   WHEN NEW.identity ~ form THEN 'identity ends before it begins'
                   ELSE format('identity is not a %s in its plain form', NEW.identity_kind)
              END,
    DETAIL = format('Applicant %s.', NEW.applicant_id),
    HINT = CASE WHEN form IS NULL THEN 'Kinds are citizen_id, g_code and passport.'
                WHEN NEW.identity ~ form THEN 'valid_to is the first day on which it is no longer valid.'
                ELSE format('It must match %s; equity.citizen_id_normal() and equity.g_code_normal() take out dashes, spaces and Thai digits.', form)
           END;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_identity() IS
  'Trigger of equity.applicant_identity: refuses with 23514 what its constraints would refuse, naming the applicant and not the identity or the name.';

CREATE TRIGGER applicant_identity_checked
  BEFORE INSERT OR UPDATE ON equity.applicant_identity
  FOR EACH ROW EXECUTE FUNCTION equity_internal.check_identity();

CREATE TABLE equity.need_group (
  group_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  sensitive boolean NOT NULL DEFAULT true,
  confirmed boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT need_group_pkey PRIMARY KEY (group_code),
  CONSTRAINT need_group_code_is_code CHECK (group_code ~ '^[a-z][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.need_group', 'WHERE NOT shipped');

COMMENT ON TABLE equity.need_group IS
  'Codes of disadvantaged groups (กลุ่มผู้ด้อยโอกาส). The shipped rows are examples to configure, not a confirmed list: no rule uses a group unless a scorecard names it. No order among groups is meant.';
COMMENT ON COLUMN equity.need_group.group_code IS
  'Code of the group, lower case; this is what a scorecard compares with.';
COMMENT ON COLUMN equity.need_group.name_th IS
  'Thai name (ชื่อกลุ่ม).';
COMMENT ON COLUMN equity.need_group.name_en IS
  'English name.';
COMMENT ON COLUMN equity.need_group.sensitive IS
  'True when membership is sensitive personal data (ข้อมูลอ่อนไหว, PDPA section 26): health, disability, ethnicity, offences. True unless stated.';
COMMENT ON COLUMN equity.need_group.confirmed IS
  'True when an announcement defines the group; every shipped row is an unconfirmed example.';
COMMENT ON COLUMN equity.need_group.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.need_group (group_code, name_th, name_en, sensitive, shipped) VALUES
  ('orphan_or_abandoned', 'กำพร้าหรือถูกทอดทิ้ง', 'Orphaned or abandoned', false, true),
  ('guardian_disabled_or_imprisoned', 'ผู้ปกครองพิการหรือต้องโทษจำคุก', 'Guardian disabled or imprisoned', true, true),
  ('ethnic_minority', 'กลุ่มชาติพันธุ์', 'Ethnic minority', true, true),
  ('stateless', 'ผู้ไม่มีสถานะทางทะเบียนหรือไร้สัญชาติ', 'Stateless or without registration', true, true),
  ('remote_or_risky_area', 'อยู่ในพื้นที่ห่างไกลหรือเสี่ยงภัย', 'Lives in a remote or risky area', false, true),
  ('family_emergency', 'ครอบครัวประสบภาวะฉุกเฉิน', 'Family emergency', false, true),
  ('teenage_mother', 'แม่วัยรุ่น', 'Teenage mother', true, true),
  ('juvenile_centre', 'อยู่ในสถานพินิจหรือศูนย์ฝึกอบรมเด็กและเยาวชน', 'In a juvenile centre', true, true),
  ('hiv_or_drugs', 'ได้รับผลกระทบจากเอชไอวีหรือยาเสพติด', 'Affected by HIV or drugs', true, true),
  ('out_of_school', 'เด็กและเยาวชนนอกระบบการศึกษา', 'Out of school', false, true);

CREATE TRIGGER need_group_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.need_group
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TRIGGER need_group_reference_truncate
  BEFORE TRUNCATE ON equity.need_group
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

CREATE TABLE equity.applicant_group (
  applicant_id bigint NOT NULL,
  group_code text NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  verified_at timestamptz,
  verified_by text,
  evidence text,
  CONSTRAINT applicant_group_pkey PRIMARY KEY (applicant_id, group_code),
  CONSTRAINT applicant_group_applicant_fkey FOREIGN KEY (applicant_id)
    REFERENCES equity.applicant (applicant_id),
  CONSTRAINT applicant_group_group_fkey FOREIGN KEY (group_code)
    REFERENCES equity.need_group (group_code)
);

SELECT pg_catalog.pg_extension_config_dump('equity.applicant_group', '');

COMMENT ON TABLE equity.applicant_group IS
  'Disadvantaged groups that a person says to belong to; only verified ones reach scoring. May be sensitive personal data.';
COMMENT ON COLUMN equity.applicant_group.applicant_id IS
  'The person.';
COMMENT ON COLUMN equity.applicant_group.group_code IS
  'The group, as in equity.need_group.';
COMMENT ON COLUMN equity.applicant_group.verified IS
  'True when an officer has seen evidence; false while it is only a claim.';
COMMENT ON COLUMN equity.applicant_group.verified_at IS
  'When it was verified; NULL when not verified or not recorded.';
COMMENT ON COLUMN equity.applicant_group.verified_by IS
  'Who verified it: role or office, not a person''s name; NULL when not recorded.';
COMMENT ON COLUMN equity.applicant_group.evidence IS
  'Reference of the evidence, for example a document number; NULL when none.';
