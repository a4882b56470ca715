-- Analysts on a ClickHouse server: what the SQL endpoint of qulaq serve allows over
-- the embedded engine, as a role. Run it once, as an administrator, after qulaq has
-- made its tables; give the user a password of your own:
--
--   clickhouse-client --param_password=… --queries-file deploy/analyst.sql
--
-- A grant of SELECT on the database is all that the role has. What it does not have
-- is what matters: without CREATE TEMPORARY TABLE and SOURCES the table functions
-- file, url, remote, s3, mysql, … are refused, without SYSTEM, KILL and BACKUP those
-- statements are. INTO OUTFILE is written by the client, on the client's machine.
-- CHANGEABLE_IN_READONLY needs settings_constraints_replace_previous, which is on
-- unless an old configuration of the server turns it off.

CREATE SETTINGS PROFILE IF NOT EXISTS qulaq_analyst SETTINGS
    readonly = 1,
    max_execution_time = 60 CHANGEABLE_IN_READONLY MAX 60,
    timeout_overflow_mode = 'throw',
    max_memory_usage = 1073741824 CHANGEABLE_IN_READONLY MAX 1073741824,
    max_result_rows = 1000000 CHANGEABLE_IN_READONLY MAX 1000000,
    max_result_bytes = 268435456 CHANGEABLE_IN_READONLY MAX 268435456,
    result_overflow_mode = 'throw' CHANGEABLE_IN_READONLY,
    max_concurrent_queries_for_user = 4,
    allow_introspection_functions = 0,
    extremes CHANGEABLE_IN_READONLY,
    join_use_nulls CHANGEABLE_IN_READONLY,
    session_timezone CHANGEABLE_IN_READONLY,
    date_time_output_format CHANGEABLE_IN_READONLY,
    output_format_json_quote_64bit_integers CHANGEABLE_IN_READONLY;

CREATE ROLE IF NOT EXISTS qulaq_analyst SETTINGS PROFILE qulaq_analyst;

GRANT SELECT, SHOW ON qulaq.* TO qulaq_analyst;

CREATE USER IF NOT EXISTS analyst IDENTIFIED WITH sha256_password BY {password:String} DEFAULT ROLE qulaq_analyst;
GRANT qulaq_analyst TO analyst;
ALTER USER analyst DEFAULT ROLE qulaq_analyst SETTINGS PROFILE qulaq_analyst;
