import secureSession from '@fastify/secure-session'
import fastify from 'fastify'
import type { Pool } from 'pg'
import { cookieSessions } from '../../src/adapters/fastify/kit/browser-security.ts'
import { createSessionCredentials } from '../../src/application/access/session-token.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seedCrowd } from '../console/seed.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'

export const seedUsers = (pool: Pool, count: number): Promise<void> =>
  // 50 of 60 users have a connection, and some of those are closed.
  seedCrowd(pool, { users: Math.ceil(count * 1.6) + 60, reports: 15 })

/** Seeds signed-in sellers who have just connected, half of whose reports are loaded. @returns their session tokens. */
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
  if (rows.length !== count) throw new Error(`${rows.length} sellers are waiting instead of ${count}`)
  const credentials = rows.map(createSessionCredentials)
  const sessions = credentials.map(({ id }) => id)
  await pool.query(
    `update session set id = new.id from unnest($1::uuid[], $2::uuid[]) as new (row_id, id) where session.id = row_id`,
    [rows.map(({ id }) => id), sessions],
  )
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
  return credentials.map(({ token }) => token.reveal())
}

export async function cookiesOf(tokens: readonly string[], key: string): Promise<string[]> {
  const app = fastify()
  await app.register(secureSession, cookieSessions([new Secret(key)], false))
  await app.ready()
  const cookies = tokens.map(token => {
    const encrypted = app.encodeSecureSession(app.createSecureSession({ token }), 'session')
    return `session=${encodeURIComponent(encrypted)}`
  })
  await app.close()
  return cookies
}
