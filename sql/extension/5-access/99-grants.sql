-- Access. The tables hold personal data, so nobody but who is granted it reads them, whatever the
-- default privileges of the database are. When an ordinary role makes a trusted install, the objects
-- belong to the bootstrap superuser; that role may do everything with the rows and let others do it. It
-- may not create objects in the schema: what the extension calls by a qualified name is its own. And
-- it has neither TRIGGER nor REFERENCES: the checks of foreign keys run with the rights of the
-- tables' owner, so a trigger or a cast that comes with them would run as a superuser.

REVOKE ALL ON ALL TABLES IN SCHEMA equity, equity_internal FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA equity FROM PUBLIC;

GRANT USAGE ON SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON ALL SEQUENCES IN SCHEMA equity TO @extowner@ WITH GRANT OPTION;
GRANT ALL ON ALL ROUTINES IN SCHEMA equity, equity_internal TO @extowner@ WITH GRANT OPTION;

-- These show a caller nothing that the tables behind them do not: letters and operations read them.
GRANT SELECT ON equity_internal.pool_cap, equity_internal.programme_application, equity_internal.reserve_groups TO PUBLIC;
