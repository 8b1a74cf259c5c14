-- Institutions that take scholars.

CREATE TABLE equity.institution (
  institution_id bigint GENERATED ALWAYS AS IDENTITY,
  institution_code text NOT NULL,
  name_th text NOT NULL,
  name_en text,
  province_code text NOT NULL,
  kind text NOT NULL,
  ownership text NOT NULL,
  affiliation text NOT NULL,
  CONSTRAINT institution_pkey PRIMARY KEY (institution_id),
  CONSTRAINT institution_code_unique UNIQUE (institution_code),
  CONSTRAINT institution_province_fkey FOREIGN KEY (province_code)
    REFERENCES equity.province (province_code),
  CONSTRAINT institution_code_ten_digits CHECK (institution_code ~ '^[0-9]{10}$'),
  CONSTRAINT institution_kind_known CHECK (kind IN ('general', 'innovation', 'institute')),
  CONSTRAINT institution_ownership_known CHECK (ownership IN ('state', 'private')),
  CONSTRAINT institution_affiliation_known
    CHECK (affiliation IN ('ovec', 'community_college', 'mhesi', 'other'))
);

SELECT pg_catalog.pg_extension_config_dump('equity.institution', '');
SELECT pg_catalog.pg_extension_config_dump('equity.institution_institution_id_seq', '');

COMMENT ON TABLE equity.institution IS
  'Institutions (สถานศึกษา) that take scholars. No row is shipped.';
COMMENT ON COLUMN equity.institution.institution_id IS
  'Key given by the database.';
COMMENT ON COLUMN equity.institution.institution_code IS
  'Official code (รหัสสถานศึกษา), ten digits; the first two are the affiliation, 13 for OVEC.';
COMMENT ON COLUMN equity.institution.name_th IS
  'Thai name (ชื่อสถานศึกษา).';
COMMENT ON COLUMN equity.institution.name_en IS
  'English name, or NULL.';
COMMENT ON COLUMN equity.institution.province_code IS
  'Province (จังหวัด) where the institution is.';
COMMENT ON COLUMN equity.institution.kind IS
  'general (สถานศึกษาทั่วไป), innovation (สถานศึกษานวัตกรรม) or institute (สถาบันการอาชีวศึกษา).';
COMMENT ON COLUMN equity.institution.ownership IS
  'state (รัฐ) or private (เอกชน).';
COMMENT ON COLUMN equity.institution.affiliation IS
  'Parent body (สังกัด): ovec (สอศ.), community_college (วิทยาลัยชุมชน), mhesi (อว.) or other.';
