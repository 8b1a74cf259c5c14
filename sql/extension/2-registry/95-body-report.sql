-- Reports that a body has handed in: three for each programme and term.

CREATE TABLE equity.body_report (
  programme_code text NOT NULL,
  body_code text NOT NULL,
  term_id bigint NOT NULL,
  kind text NOT NULL,
  delivered_on date NOT NULL,
  audited boolean NOT NULL DEFAULT false,
  reference text,
  CONSTRAINT body_report_pkey PRIMARY KEY (programme_code, body_code, term_id, kind),
  CONSTRAINT body_report_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT body_report_body_fkey FOREIGN KEY (body_code)
    REFERENCES equity.body (body_code),
  CONSTRAINT body_report_term_fkey FOREIGN KEY (term_id)
    REFERENCES equity.academic_term (term_id),
  CONSTRAINT body_report_kind_known CHECK (kind IN ('progress', 'scholars', 'finance')),
  CONSTRAINT body_report_audited_is_finance CHECK (kind = 'finance' OR NOT audited)
);

SELECT pg_catalog.pg_extension_config_dump('equity.body_report', '');

COMMENT ON TABLE equity.body_report IS
  'Reports that bodies have handed in (รายงานที่ส่งแล้ว); equity.report_due has those that are owed.';
COMMENT ON COLUMN equity.body_report.programme_code IS
  'Programme (โครงการ).';
COMMENT ON COLUMN equity.body_report.body_code IS
  'The body that reports (หน่วยงานที่รายงาน).';
COMMENT ON COLUMN equity.body_report.term_id IS
  'The term (ภาคเรียน).';
COMMENT ON COLUMN equity.body_report.kind IS
  'progress (ความก้าวหน้าของสถานศึกษา), scholars (ผลการเรียนและความเสี่ยงของผู้รับทุน) or finance (การเงิน).';
COMMENT ON COLUMN equity.body_report.delivered_on IS
  'When it was handed in (วันที่ส่ง).';
COMMENT ON COLUMN equity.body_report.audited IS
  'Of finance: true when an external auditor has signed it (ผู้สอบบัญชีรับรอง).';
COMMENT ON COLUMN equity.body_report.reference IS
  'Number of the letter or file; NULL when none.';
