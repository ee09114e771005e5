import secureSession from '@fastify/secure-session'
import fastify from 'fastify'
import type { Pool } from 'pg'
import { cookieSessions } from '../../src/adapters/fastify/kit/browser-security.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seedCrowd } from '../console/seed.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'

export const seedUsers = (pool: Pool, count: number): Promise<void> =>
  // 50 of 60 users have a connection, and some of those are closed.
  seedCrowd(pool, { users: Math.ceil(count * 1.6) + 60, reports: 15 })

/** Seeds signed-in sellers who have just connected, half of whose reports are loaded. @returns their session ids. */
export async function seedWaitingSellers(pool: Pool, count: number): Promise<string[]> {
  const waiting = `(select distinct on (user_id) id, user_id from connection
    where status = 'active' and not exists (select from session where current_connection_id = connection.id)
    order by user_id) as waiting`
  const { rows } = await pool.query<{ id: string }>(
    `insert into session (id, user_id, kind, opened_at, last_seen_at, expires_at, device, current_connection_id)
     select gen_random_uuid(), user_id, 'seller', now(), now(), now() + interval '14 days', 'a browser', id
     from ${waiting} limit $1 returning id`,
    [count],
  )
  const sessions = rows.map(({ id }) => id)
  if (sessions.length !== count) throw new Error(`${sessions.length} sellers are waiting instead of ${count}`)
  const theirConnections = '(select current_connection_id from session where id = any($1))'
  await pool.query(
    `update sync_run set requested_at = now(), finished_at = null
     where connection_id in ${theirConnections}`,
    [sessions],
  )
  await pool.query(
    `update report set status = 'generating', completed_at = null, loaded_at = null, row_count = null, due_at = now() + interval '1 day'
     where position % 2 = 0 and connection_id in ${theirConnections}`,
    [sessions],
  )
  await vacuumAndCheckpoint(pool)
  return sessions
}

export async function cookiesOf(sessions: readonly string[], key: string): Promise<string[]> {
  const app = fastify()
  await app.register(secureSession, cookieSessions([new Secret(key)], false))
  await app.ready()
  const cookies = sessions.map(id => {
    const encrypted = app.encodeSecureSession(app.createSecureSession({ id }), 'session')
    return `session=${encodeURIComponent(encrypted)}`
  })
  await app.close()
  return cookies
}
