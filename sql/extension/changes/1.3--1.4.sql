-- What 1.4 changes of what 1.3 froze.

CREATE TYPE equity.assessment_result AS (
  eligible boolean,
  score numeric,
  class text,
  reasons text[]
);

-- Lists as they were published.
CREATE TABLE equity.published_list (
  run_id bigint NOT NULL,
  institution_id bigint NOT NULL,
  programme_code text NOT NULL,
  institution_th text NOT NULL,
  programme_th text NOT NULL,
  entries integer NOT NULL,
  content text NOT NULL,
  digest text NOT NULL,
  published_at timestamptz NOT NULL,
  CONSTRAINT published_list_pkey PRIMARY KEY (run_id, institution_id, programme_code),
  CONSTRAINT published_list_run_fkey FOREIGN KEY (run_id)
    REFERENCES equity.allocation_run (run_id),
  CONSTRAINT published_list_institution_fkey FOREIGN KEY (institution_id)
    REFERENCES equity.institution (institution_id),
  CONSTRAINT published_list_programme_fkey FOREIGN KEY (programme_code)
    REFERENCES equity.programme (programme_code),
  CONSTRAINT published_list_entries_positive
    CHECK (equity_internal.row_keeps(entries >= 1, 'published_list', 'published_list_entries_positive', NULL)),
  CONSTRAINT published_list_digest_is_sha256
    CHECK (equity_internal.row_keeps(digest ~ '^[0-9a-f]{64}$', 'published_list', 'published_list_digest_is_sha256', NULL))
);

CREATE TRIGGER refuse_null BEFORE INSERT OR UPDATE ON equity.published_list
  FOR EACH ROW WHEN (NEW.run_id IS NULL OR NEW.institution_id IS NULL OR NEW.programme_code IS NULL
                     OR NEW.institution_th IS NULL OR NEW.programme_th IS NULL OR NEW.entries IS NULL
                     OR NEW.content IS NULL OR NEW.digest IS NULL OR NEW.published_at IS NULL)
  EXECUTE FUNCTION equity_internal.refuse_null();

SELECT pg_catalog.pg_extension_config_dump('equity.published_list', '');

ALTER TABLE equity.published_list ALTER COLUMN content SET STORAGE EXTERNAL;

REVOKE ALL ON equity.published_list FROM PUBLIC;

-- RE-CREATE
SELECT equity_internal.check_keys_at_once('equity.applicant_identity');
SELECT equity_internal.check_keys_at_once('equity.application');
SELECT equity_internal.check_keys_at_once('equity.choice');
SELECT equity_internal.check_keys_at_once('equity.household');
SELECT equity_internal.check_keys_at_once('equity.household_member');
SELECT equity_internal.check_keys_at_once('equity.dwelling');
DROP FUNCTION IF EXISTS equity_internal.run_reading(bigint);
DROP FUNCTION IF EXISTS equity_internal.entered_query(bigint);
DROP FUNCTION IF EXISTS equity_internal.require_letter_language(text);
DO $$
DECLARE
  delegate regprocedure;
BEGIN
  FOR delegate IN
    SELECT p.oid
      FROM pg_proc AS p
     WHERE p.pronamespace IN ('equity'::regnamespace, 'equity_internal'::regnamespace)
       AND p.prosecdef
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', delegate);
  END LOOP;
  PERFORM equity_internal.renew_access();
  PERFORM equity_internal.enforce_row_security()
     FROM pg_extension AS x
     JOIN pg_class AS c ON c.oid = 'equity.access_grant'::regclass
    WHERE x.extname = 'equity'
      AND x.extowner = c.relowner
       OR EXISTS (SELECT FROM equity.access_grant AS g WHERE g.level = 'officer');
END;
$$;
