-- What 1.4 changes of what 1.3 froze.

-- RE-CREATE
DROP FUNCTION IF EXISTS equity_internal.run_reading(bigint);
DROP FUNCTION IF EXISTS equity_internal.entered_query(bigint);
