import type { Secret } from '../../../domain/secret.ts'
import { connect } from '../migrations/migrate.ts'

/** Reserved addresses (RFC 2606): no real user has one. */
const isDemoEmail = `email ~* '@(sellers\\.)?demo\\.test$'`

export async function hasDemoUsers(url: Secret): Promise<boolean> {
  const client = await connect(url)
  try {
    const { rows } = await client.query<{ has: boolean }>(
      `select exists (select from app_user where ${isDemoEmail}) as has`,
    )
    return rows[0]?.has === true
  } finally {
    await client.end()
  }
}

/** Rows of a demo user who stays. Their dependent rows go with them. */
const tables = [
  'session',
  'access_link',
  'second_factor',
  'pending_authenticator_app',
  'passkey',
  'known_device',
  'subscription',
  'subscription_event',
  'pending_connection',
  'authorisation_attempt',
  'connection',
  'support_request',
  'email_preferences',
]

/**
 * Deletes demo users with their data, in one transaction. Staff whose work on other accounts is in the audit or the
 * staff access log can't be deleted, because both are append-only: they lose their address, name, role, password,
 * second factor, links and sessions, so that they can neither sign in nor get a new password.
 */
export async function removeDemoUsers(
  url: Secret,
): Promise<{ readonly deleted: number; readonly disabled: number }> {
  const client = await connect(url)
  const execute = async (statement: string): Promise<number> => (await client.query(statement)).rowCount ?? 0
  try {
    await execute('begin')
    const count = await execute(
      `create temporary table demo_user on commit drop as select id from app_user where ${isDemoEmail}`,
    )
    for (const table of ['timeline_entry', 'email_message', ...tables])
      await execute(`delete from ${table} where user_id in (select id from demo_user)`)
    let deleted = 0
    for (let last = 1; last > 0; deleted += last)
      // A deleted user takes along the records of those who worked on their account, who can then be deleted too.
      last = await execute(
        `delete from app_user where id in (
           select id from demo_user
           except select staff_id from audit_entry
           except select viewer_id from staff_access
           except select viewer_id from view_as_session)`,
      )
    await execute(
      `update app_user set email = id || '@removed.test', name = 'Removed demo user', role = 'seller', password_hash = null
       where id in (select id from demo_user)`,
    )
    await execute('commit')
    return { deleted, disabled: count - deleted }
  } finally {
    await client.end()
  }
}
