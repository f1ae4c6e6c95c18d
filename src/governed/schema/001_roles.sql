-- The three roles and the schemas of the governance and of the guard. Run by whoever may create roles; all later files run as workflow_admin.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['workflow_admin', 'cutter_exec', 'cutter_verify'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'cutter_governance') THEN
    CREATE SCHEMA cutter_governance AUTHORIZATION workflow_admin;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'cutter_guard') THEN
    CREATE SCHEMA cutter_guard AUTHORIZATION workflow_admin;
  END IF;
  IF NOT pg_catalog.has_schema_privilege('workflow_admin', 'public', 'CREATE') THEN
    GRANT USAGE, CREATE ON SCHEMA public TO workflow_admin;
  END IF;
END
$$;
