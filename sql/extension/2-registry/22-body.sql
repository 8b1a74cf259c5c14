-- The bodies that work together on programmes, and what each does there.

CREATE TABLE equity.body (
  body_code text NOT NULL,
  name_th text NOT NULL,
  name_en text NOT NULL,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT body_pkey PRIMARY KEY (body_code),
  CONSTRAINT body_code_is_code CHECK (body_code ~ '^[a-z][a-z0-9_]*$')
);

SELECT pg_catalog.pg_extension_config_dump('equity.body', 'WHERE NOT shipped');

COMMENT ON TABLE equity.body IS
  'Bodies that work together on programmes (หน่วยงานที่ร่วมดำเนินงาน).';
COMMENT ON COLUMN equity.body.body_code IS
  'Code of the body, lower case: ovec, eef and mhesi as shipped.';
COMMENT ON COLUMN equity.body.name_th IS
  'Thai name (ชื่อหน่วยงาน).';
COMMENT ON COLUMN equity.body.name_en IS
  'English name.';
COMMENT ON COLUMN equity.body.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.body (body_code, name_th, name_en, shipped) VALUES
  ('ovec', 'สำนักงานคณะกรรมการการอาชีวศึกษา (สอศ.)', 'Office of the Vocational Education Commission (OVEC)', true),
  ('eef', 'กองทุนเพื่อความเสมอภาคทางการศึกษา (กสศ.)', 'Equitable Education Fund (EEF)', true),
  ('mhesi', 'กระทรวงการอุดมศึกษา วิทยาศาสตร์ วิจัยและนวัตกรรม (อว.)',
   'Ministry of Higher Education, Science, Research and Innovation (MHESI)', true);

CREATE TRIGGER body_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.body
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.body ENABLE ALWAYS TRIGGER body_reference_row;

CREATE TRIGGER body_reference_truncate
  BEFORE TRUNCATE ON equity.body
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();

--- The shipped rows follow the sentence that the three bodies work together, and the fund's own form:
--- it pays, confirms who is nominated, and is told of each term. Agreements may say more.
CREATE TABLE equity.programme_body (
  programme_code text NOT NULL,
  body_code text NOT NULL,
  role text NOT NULL,
  report_days smallint,
  confirmed boolean NOT NULL DEFAULT false,
  shipped boolean NOT NULL DEFAULT false,
  CONSTRAINT programme_body_pkey PRIMARY KEY (programme_code, body_code, role),
  CONSTRAINT programme_body_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT programme_body_body_fkey FOREIGN KEY (body_code)
    REFERENCES equity.body (body_code),
  CONSTRAINT programme_body_role_known CHECK (role IN ('funds', 'approves', 'reports')),
  CONSTRAINT programme_body_report_days_not_negative CHECK (report_days >= 0),
  CONSTRAINT programme_body_report_days_of_reports CHECK (report_days IS NULL OR role = 'reports')
);

SELECT pg_catalog.pg_extension_config_dump('equity.programme_body', 'WHERE NOT shipped');

COMMENT ON TABLE equity.programme_body IS
  'Who funds a programme, who approves its scholars and who reports on it (บทบาทของหน่วยงาน). The shipped rows are examples to configure; no row decides an award.';
COMMENT ON COLUMN equity.programme_body.programme_code IS
  'Programme (โครงการ).';
COMMENT ON COLUMN equity.programme_body.body_code IS
  'Body (หน่วยงาน).';
COMMENT ON COLUMN equity.programme_body.role IS
  'funds (ให้ทุน), approves (อนุมัติ) or reports (รายงานผล): for each term of a reporting body three reports are due (equity.report_due).';
COMMENT ON COLUMN equity.programme_body.report_days IS
  'Of a reporting body, how many days after the end of a term its reports are due; NULL when no day is agreed: they are owed, but never late.';
COMMENT ON COLUMN equity.programme_body.confirmed IS
  'True when an agreement says so; every shipped row is an unconfirmed example.';
COMMENT ON COLUMN equity.programme_body.shipped IS
  'True while the row is as the extension brought it; editing the row makes it false, and only then is it dumped.';

INSERT INTO equity.programme_body (programme_code, body_code, role, shipped)
SELECT g.programme_code, b.body_code, b.role, true
  FROM (VALUES ('full_potential'), ('innovation_general'), ('innovation_innovation'), ('innovation_special'))
         AS g (programme_code)
 CROSS JOIN (VALUES ('eef', 'funds'), ('eef', 'approves'), ('ovec', 'reports')) AS b (body_code, role)
UNION ALL
VALUES ('full_potential', 'mhesi', 'reports', true);

CREATE TRIGGER programme_body_reference_row
  BEFORE INSERT OR UPDATE OR DELETE ON equity.programme_body
  FOR EACH ROW EXECUTE FUNCTION equity_internal.keep_reference_row();

ALTER TABLE equity.programme_body ENABLE ALWAYS TRIGGER programme_body_reference_row;

CREATE TRIGGER programme_body_reference_truncate
  BEFORE TRUNCATE ON equity.programme_body
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.keep_reference_row();
