import pg from 'pg'
import type { Secret } from '../../../domain/secret.ts'
import { sql } from '../engine/sql.ts'

/** Their entries stay as written (S-43). */
const appendOnlyTables = ['audit_entry', 'staff_access', 'timeline_entry']
/** Deleting a row also deletes its entries. */
const tablesWithEntries = ['app_user', 'connection']

/**
 * Creates the role of the running product if it is missing, and grants it all rows except those of the tables above
 * (decision 33). Call after migrating, as the owner: a later call covers new tables. Safe to run twice. No effect when
 * both roles are the same.
 */
export async function grantRuntimeRole(owner: pg.Client, runtimeUrl: Secret): Promise<void> {
  const { user, password } = new pg.Client({ connectionString: runtimeUrl.reveal() })
  if (!user || user === owner.user) return
  const role = pg.escapeIdentifier(user)
  const { rowCount } = await owner.query(sql`select from pg_roles where rolname = ${user}`)
  const login = typeof password === 'string' ? `login password ${pg.escapeLiteral(password)}` : 'login'
  await owner.query(`
    begin;
    ${rowCount === 0 ? `create role ${role} ${login};` : ''}
    -- A server upgraded from PostgreSQL 14 lets every role create there.
    revoke create on schema public from public, ${role};
    grant usage on schema public to ${role};
    revoke all on all tables in schema public from ${role};
    grant select, insert, update, delete on all tables in schema public to ${role};
    revoke update, delete on ${appendOnlyTables.join()} from ${role};
    revoke delete on ${tablesWithEntries.join()} from ${role};
    revoke insert, update, delete on migration from ${role};
    -- A restored function is executable by every role.
    revoke execute on function erase_timeline_details from public;
    grant execute on function erase_timeline_details to ${role};
    -- For Agenda, which creates its tables itself.
    create schema if not exists agenda;
    grant usage, create on schema agenda to ${role};
    commit`)
}

/** Whether this connection's role can change or delete an entry that must stay. Superusers and owners can. */
export async function canChangeEntries(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ can: boolean }>(sql`
    select exists (
        select from pg_class where oid = any (${appendOnlyTables}::regclass[])
          and (pg_has_role(relowner, 'member') or has_table_privilege(oid, 'update, delete, truncate, trigger')))
      or exists (
        select from unnest(${tablesWithEntries}::regclass[]) as parent where has_table_privilege(parent, 'delete')) as can`)
  return rows[0]?.can === true
}
