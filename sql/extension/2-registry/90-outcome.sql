-- What became of those who graduated, as surveys found it.

CREATE TABLE equity.outcome (
  award_id bigint NOT NULL,
  followed_on date NOT NULL,
  source text NOT NULL,
  employed boolean NOT NULL,
  self_employed boolean,
  further_study boolean NOT NULL,
  monthly_income numeric(12,2),
  in_field boolean,
  recorded_by text NOT NULL DEFAULT SESSION_USER,
  recorded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
  CONSTRAINT outcome_pkey PRIMARY KEY (award_id, followed_on),
  CONSTRAINT outcome_award_fkey FOREIGN KEY (award_id)
    REFERENCES equity.award (award_id),
  CONSTRAINT outcome_source_not_empty CHECK (source <> ''),
  CONSTRAINT outcome_self_employed_is_employed CHECK (employed OR NOT self_employed),
  CONSTRAINT outcome_income_not_negative CHECK (monthly_income >= 0),
  CONSTRAINT outcome_income_of_work CHECK (employed OR monthly_income IS NULL)
);

SELECT pg_catalog.pg_extension_config_dump('equity.outcome', '');

-- These are few among many events, and every report on cohorts looks for them.
CREATE INDEX award_event_transferred ON equity.award_event (award_id) WHERE event = 'transferred';
CREATE INDEX award_event_deceased ON equity.award_event (award_id) WHERE event = 'deceased';

COMMENT ON TABLE equity.outcome IS
  'What follow-up after graduation found (ผลการติดตามผู้สำเร็จการศึกษา), a row for each time that a graduate was reached; the latest counts. Who was not reached has no row. Personal data.';
COMMENT ON COLUMN equity.outcome.award_id IS
  'The award (ทุน), graduated.';
COMMENT ON COLUMN equity.outcome.followed_on IS
  'The day that the answers are of (วันที่ติดตาม).';
COMMENT ON COLUMN equity.outcome.source IS
  'The survey or register that they are from (แหล่งข้อมูล).';
COMMENT ON COLUMN equity.outcome.employed IS
  'Has work (มีงานทำ), employed or self-employed.';
COMMENT ON COLUMN equity.outcome.self_employed IS
  'Is self-employed (ประกอบอาชีพอิสระ); NULL when not asked.';
COMMENT ON COLUMN equity.outcome.further_study IS
  'Studies further (ศึกษาต่อ), whether beside work or not.';
COMMENT ON COLUMN equity.outcome.monthly_income IS
  'Income from work a month (รายได้ต่อเดือน), baht; NULL when without work or not told.';
COMMENT ON COLUMN equity.outcome.in_field IS
  'Whether the work is in the field studied (ทำงานตรงสาขา); NULL when without work or not asked.';
COMMENT ON COLUMN equity.outcome.recorded_by IS
  'Database role of the session that wrote it.';
COMMENT ON COLUMN equity.outcome.recorded_at IS
  'When it was written.';

-- Of a statement as a whole: surveys come by the hundred thousand.
CREATE FUNCTION equity_internal.check_outcomes() RETURNS trigger
  LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  refused record;
BEGIN
  SELECT w.award_id, w.status, count(*) OVER () AS awards INTO refused
    FROM written AS o
    JOIN equity.award AS w ON w.award_id = o.award_id
   WHERE w.status <> 'graduated'
   ORDER BY w.award_id
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('award %s is %s', refused.award_id, refused.status),
      DETAIL = format('Outcomes are of graduates; %s of the new rows are not.', refused.awards),
      HINT = 'Record the graduation first (equity.award_event), or leave the row out.';
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION equity_internal.check_outcomes() IS
  'Trigger of equity.outcome: error 55000 for an award that is not graduated.';

CREATE TRIGGER outcome_inserted
  AFTER INSERT ON equity.outcome
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_outcomes();

CREATE TRIGGER outcome_updated
  AFTER UPDATE ON equity.outcome
  REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION equity_internal.check_outcomes();
