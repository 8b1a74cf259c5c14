-- What 1.4 changes of what 1.3 froze.

CREATE TYPE equity.assessment_result AS (
  eligible boolean,
  score numeric,
  class text,
  reasons text[]
);

-- RE-CREATE
DROP FUNCTION IF EXISTS equity_internal.run_reading(bigint);
DROP FUNCTION IF EXISTS equity_internal.entered_query(bigint);
