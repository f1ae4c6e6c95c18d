-- The roles and the schemas of the governance and of the guard. Run by whoever may create roles; all later files run as workflow_admin.
-- Two of these at once, in two databases of one cluster, both end well: a role that the other has made is there.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['workflow_admin', 'cutter_exec', 'cutter_verify', 'cutter_backup'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
  FOREACH wanted IN ARRAY ARRAY['cutter_governance', 'cutter_guard'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = wanted) THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION workflow_admin', wanted);
    END IF;
  END LOOP;
  IF NOT pg_catalog.has_schema_privilege('workflow_admin', 'public', 'CREATE') THEN
    GRANT USAGE, CREATE ON SCHEMA public TO workflow_admin;
  END IF;
END
$$;
