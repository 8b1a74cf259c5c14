-- The SQL objects and the library are of one version.
SELECT sql = library AS same, sql ~ '^\d+\.\d+$' AS plain FROM equity.version();
