import t from 'tap'
import { hasDemoUsers, removeDemoUsers } from '../../../../src/adapters/postgres/access/demo-users.ts'
import { createSecondFactor } from '../../../../src/domain/access/second-factor.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { anOrigin, aSession, aSubscription, noon } from '../../../support/examples.ts'

t.test('S-54 demo users are removed with their data; other users stay', async t => {
  const stores = await openPostgresStores(t)
  const { createUser, databaseUrl, query, staffAccessLog } = stores
  const url = new Secret(databaseUrl)
  const real = await createUser({ email: 'ann@demo.test.example' })
  const { id: connectionId } = await aSavedConnection(stores, { userId: real.id })
  t.equal(await hasDemoUsers(url), false)

  const seller = await createUser({ email: 'lee@sellers.demo.test' })
  const support = await createUser({ email: 'support@demo.test', role: 'support' })
  await aSavedConnection(stores, { userId: seller.id })
  await staffAccessLog.record({ userId: seller.id, viewerId: support.id, connectionId: null, at: noon })
  for (const { id } of [real, seller])
    await query(
      `insert into timeline_entry (at, kind, severity, user_id, event) values (now(), 'authorised', 'info', $1, '{}')`,
      [id],
    )
  t.equal(await hasDemoUsers(url), true)

  t.strictSame(await removeDemoUsers(url), { deleted: 2, disabled: 0 })

  t.equal(await hasDemoUsers(url), false)
  t.strictSame(await query('select id from app_user'), [{ id: real.id }])
  t.strictSame(await query('select id from connection'), [{ id: connectionId }])
  t.strictSame(await query('select user_id from timeline_entry'), [{ user_id: real.id }])
  t.strictSame(await removeDemoUsers(url), { deleted: 0, disabled: 0 }, 'a second run changes nothing')
})

t.test('S-43 S-54 a demo staff member named in the audit stays, and can no longer sign in', async t => {
  const stores = await openPostgresStores(t)
  const { audit, createUser, databaseUrl, factors, query, sessions, storedPasswords } = stores
  const email = 'admin@demo.test'
  const { id } = await createUser({ email, role: 'admin' }, aSubscription())
  await factors.save(createSecondFactor(id, new Secret('GEZDGNBVGY3TQOJQ')))
  await sessions.open(aSession({ userId: id }))
  await aSavedConnection(stores, { userId: id })
  await query(
    `insert into passkey (id, user_id, public_key, sign_count, transports, name, created_at)
     values ('key', $1, '', 0, '{}', 'Chrome on Linux', now())`,
    [id],
  )
  await audit.append({
    at: noon,
    staffId: id,
    action: 'staff_listed',
    userId: null,
    connectionId: null,
    reason: '',
    before: null,
    after: null,
    from: anOrigin,
  })

  t.strictSame(await removeDemoUsers(new Secret(databaseUrl)), { deleted: 0, disabled: 1 })

  t.equal(await storedPasswords.find(email), null)
  t.strictSame(await query('select name, role, password_hash from app_user'), [
    { name: 'Removed demo user', role: 'seller', password_hash: null },
  ])
  t.strictSame(await query('select action from audit_entry'), [{ action: 'staff_listed' }])
  for (const table of ['session', 'second_factor', 'passkey', 'connection', 'subscription'])
    t.strictSame(await query(`select from ${table}`), [], table)
})
