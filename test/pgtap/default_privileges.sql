-- Whatever a database gives away by default, the extension gives nobody more than it does elsewhere: each
-- right on each object is the same, by whomever it is installed.
BEGIN;
SELECT plan(9);

CREATE TEMPORARY VIEW right_given AS
SELECT o.object, coalesce(nullif(a.grantee, 0)::regrole::text, 'public') AS role, a.privilege_type,
       a.is_grantable
  FROM (SELECT c.oid::regclass::text AS object,
               coalesce(c.relacl,
                        acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
          FROM pg_class AS c
         WHERE c.relnamespace::regnamespace::text IN ('equity', 'equity_internal')
           AND c.relkind IN ('r', 'v', 'S')
        UNION ALL
        SELECT p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner))
          FROM pg_proc AS p
         WHERE p.pronamespace::regnamespace::text IN ('equity', 'equity_internal')
        UNION ALL
        SELECT n.nspname, coalesce(n.nspacl, acldefault('n', n.nspowner))
          FROM pg_namespace AS n
         WHERE n.nspname IN ('equity', 'equity_internal')) AS o
 CROSS JOIN LATERAL aclexplode(o.acl) AS a;
CREATE TEMPORARY TABLE plainly AS SELECT * FROM right_given;
SELECT cmp_ok((SELECT count(*) FROM plainly), '>', 1000::bigint, 'there are rights');

CREATE ROLE regress_bi;
CREATE ROLE regress_office;
SELECT format('GRANT CREATE ON DATABASE %I TO regress_office', current_database()) \gexec
DROP EXTENSION equity CASCADE;
SET LOCAL ROLE regress_office;
CREATE EXTENSION equity;
RESET ROLE;
CREATE TEMPORARY TABLE trusted AS SELECT * FROM right_given;
DROP EXTENSION equity CASCADE;

ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO regress_bi, PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO regress_bi WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO regress_bi;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO regress_bi, PUBLIC;
CREATE TABLE public.given_away ();
SELECT ok(has_table_privilege('regress_bi', 'public.given_away', 'SELECT'), 'tables are given to a role');

CREATE EXTENSION equity;
SELECT set_eq('SELECT * FROM right_given', 'SELECT * FROM plainly', 'but those of the extension are not');
SELECT ok(
  NOT has_table_privilege('regress_bi', t, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'),
  t)
  FROM unnest(ARRAY['equity.applicant_identity', 'equity.digest_source', 'equity.application_facts']) AS t;
SELECT ok(
  NOT has_schema_privilege('regress_bi', 'equity', 'CREATE'),
  'and nobody adds objects to its schema');
DROP EXTENSION equity CASCADE;

SET LOCAL ROLE regress_office;
CREATE EXTENSION equity;
RESET ROLE;
SELECT set_eq('SELECT * FROM right_given', 'SELECT * FROM trusted', 'nor where an ordinary role installs it');
SELECT isnt_empty(
  $$SELECT *
      FROM right_given
     WHERE role = 'regress_office'
       AND object = 'equity.applicant_identity'
       AND is_grantable$$,
  'who may then do everything');

SELECT * FROM finish();
ROLLBACK;
