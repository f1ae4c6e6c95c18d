// What the guard consists of in the governed database, for the matrix of privileges: its tables, and its functions, of
// which fn_admit alone is for others. The SQL is in schema/guard/.

/** Read by the writers and by whoever verifies; written by workflow_admin and its functions alone. */
export const GUARD_TABLES = [
  'signer_key',
  'gate_threshold',
  'deployment',
  'master_switch',
  'approval',
  'run_head',
  'run_closed',
].map((name) => `cutter_governance.${name}`);

export const FN_ADMIT = 'cutter_governance.fn_admit(bytea, bytea[])';

export const GUARD_FUNCTIONS = [
  'area_end(bytea, integer)',
  'big_endian(bytea)',
  'check_bindings(text, jsonb)',
  'check_use(text, jsonb)',
  'crc24(bytea)',
  'digest_info(integer, bytea)',
  'ed25519_point(bytea)',
  'ed25519_verify(bytea, bytea, bytea)',
  'gate_bindings()',
  'judge(bytea, bytea[], timestamp with time zone, boolean)',
  'key_is_sound(integer, bytea, bytea)',
  'little_endian(bytea)',
  'mpi_end(bytea, integer)',
  'padded(bytea, integer)',
  'read_approval(bytea)',
  'read_armor(bytea)',
  'read_claims(bytea)',
  'read_instant(text)',
  'read_key_values(text)',
  'read_plain_text(bytea)',
  'read_signature_packet(bytea)',
  'rsa_key_is_sound(bytea, bytea)',
  'rsa_verify(bytea, bytea, integer, bytea, bytea)',
  'run_id_of(bytea)',
  'signature_numbers(integer, bytea)',
  'signing_keys(bytea[])',
  'unseen()',
  'verify_signature(bytea, bytea, timestamp with time zone)',
  'without_nul(bytea)',
].map((signature) => `cutter_guard.${signature}`);
