/**
 * S-44: viewing as a seller changes nothing. Opens every GET address of the seller pages, in states in which a
 * seller's own visit records activity. Checks that no table changes and that Amazon is not called. Then the sellers open
 * the same pages, to prove that the comparison detects writes and that pages record nothing but activity.
 */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { ChangePassword } from '../../src/application/access/change-password.ts'
import { EndSessions } from '../../src/application/access/end-sessions.ts'
import { Sessions, Users } from '../../src/application/access/ports.ts'
import { CompleteAuthorisation } from '../../src/application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../../src/application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../../src/application/connection/choose-profile.ts'
import { Disconnect } from '../../src/application/connection/disconnect.ts'
import { EndPendingConnection } from '../../src/application/connection/end-pending-connection.ts'
import { PendingConnections } from '../../src/application/connection/ports.ts'
import { RequestErasure } from '../../src/application/connection/request-erasure.ts'
import { SelectConnection } from '../../src/application/connection/select-connection.ts'
import { RecordProgressView } from '../../src/application/email/record-progress-view.ts'
import { SendEmails } from '../../src/application/email/send-emails.ts'
import { UpdateEmailPreferences } from '../../src/application/email/update-email-preferences.ts'
import { SubmitSupportRequest } from '../../src/application/help/submit-support-request.ts'
import { ReadOnlyTransaction } from '../../src/application/ports.ts'
import type { ConnectionId, FormSubmissionId, ProfileId, SessionId } from '../../src/domain/identifiers.ts'
import { Secret } from '../../src/domain/secret.ts'
import { Caller } from '../journeys/caller.ts'
import { recordsOf, until } from '../journeys/user-records.ts'
import { enterConsole, newStaff } from '../support/browser/staff-journey.ts'
import { aSession } from '../support/examples.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'

const minute = 60_000

async function checksumTables({ query }: TestProduct): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const checksums: Record<string, string> = {}
  for (const { name } of tables) {
    const [row] = await query<{ sum: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by t::text)), '') as sum from ${name} t`,
    )
    checksums[name] = row?.sum ?? ''
  }
  return checksums
}

function changedTables(before: Record<string, string>, now: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return names.filter(name => before[name] !== now[name]).sort()
}

/** A seller with two loaded accounts, a disconnected one, and a pending connection with no region fetched. */
async function aManager(product: TestProduct) {
  const { id, email } = await product.newUser('manager')
  const caller = new Caller(product.address)
  await caller.signIn(email)
  await caller.connect('us-seller', 'My Brand US')
  await caller.connect('three-regions', 'My Store DE')
  await caller.connect('three-regions', 'My Store UK')
  const connections = await recordsOf(product, id).connections()
  const closed = connections.find(({ account_name }) => account_name === 'My Store UK')
  await caller.post(`/dashboard/ads/connections/${closed?.id}/disconnect`)
  const callback = await caller.authorise('three-regions')
  await caller.get(callback.pathname + callback.search)
  return { id, email, caller, connections: connections.map(each => each.id) }
}

/** A seller who has authorised an account again as another Amazon user, and must confirm it. */
async function aReauthorisingManager(product: TestProduct) {
  const { id, email } = await product.newUser('manager')
  const caller = new Caller(product.address)
  await caller.signIn(email)
  await caller.connect('us-colleague', 'My Brand US')
  const connections = await recordsOf(product, id).connections()
  const [connection] = connections
  const { location } = await caller.post(`/dashboard/ads/connections/${connection?.id}/renew`)
  const callback = await caller.decide(new URL(location ?? ''), 'us-seller')
  await caller.get(callback.pathname + callback.search)
  return { id, email, caller, connections: connections.map(each => each.id) }
}

function addressesOf(product: TestProduct, connections: readonly string[]): string[] {
  const routes = (product.product.app?.registeredRoutes ?? []).filter(route => /^GET \/dashboard/.test(route))
  const paths = routes.map(route => route.slice('GET '.length))
  return paths.flatMap(path => {
    if (path.includes(':id')) return connections.map(id => path.replace(':id', id))
    const more = path === '/dashboard/ads/' ? [`${path}?view=dashboard`, `${path}?refresh=on`] : []
    const withAccount = connections.map(id => `${path}?account=${id}`)
    return [path, ...withAccount, ...more]
  })
}

t.test(
  'S-44 viewing as a seller at every address changes no row and calls no Amazon API',
  { timeout: 180_000 },
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const users = [await aManager(product), await aReauthorisingManager(product)] as const
    await until(
      'all accounts are loaded',
      async () => {
        const [unfinished] = await product.query<{ count: number }>(
          `select (select count(*) from sync_run where finished_at is null)::int
             + (select count(*) from reconciliation where due_at is not null)::int
             + (select count(*) from table_roll_up_due)::int as count`,
        )
        return unfinished?.count === 0
      },
      120,
    )
    const staff = await newStaff(product, 'admin')
    // From here on only pages write, since no worker runs.
    await product.product.stop()
    const address = await product.startAnotherWeb()
    // Now a seller's visit writes: it requests roll-ups of these large tables, and records a progress view.
    await product.query('delete from table_roll_up')
    await product.query('update file_total set rows = 1000000')
    await product.query('delete from progress_view')

    const openedPaths = new Set<string>()
    for (const { id, connections } of users) {
      product.clock.advance(2 * minute)
      const agent = new Caller(address)
      await enterConsole(agent, staff)
      product.clock.advance(minute)
      const code = staff.code()
      const viewResponse = await agent.post(`/admin/people/${id}/view`, {
        reason: 'They see an empty list',
        code,
      })
      t.equal(viewResponse.location, '/dashboard/ads/')
      // Late enough to update each session's last-seen time.
      product.clock.advance(2 * minute)
      const before = await checksumTables(product)
      product.sandbox.controls.resetCalls()

      for (const path of addressesOf(product, connections)) {
        const answer = await agent.get(path)
        const isFile = /\.csv(\?|$)/.test(path)
        const isForbidden = isFile || path.startsWith('/dashboard/ads/callback')
        t.equal(answer.status === 403, isForbidden, `${path}: ${answer.status}`)
        t.ok(answer.status < 500, path)
        if (answer.location === null && answer.headers.get('content-type')?.startsWith('text/html'))
          t.equal(answer.$('.view-as').length, 1, `${path} has the banner`)
        openedPaths.add(path)
      }

      t.strictSame(changedTables(before, await checksumTables(product)), [], 'all tables are unchanged')
      const callCount = Object.values(product.sandbox.controls.calls()).reduce((sum, count) => sum + count, 0)
      t.equal(callCount, 0, 'Amazon was not called')
      await agent.post(`/admin/people/${id}/view/end`)
      t.strictSame(
        changedTables(before, await checksumTables(product)).filter(name => name !== 'public.session'),
        ['public.audit_entry', 'public.view_as_session'],
        'only the audit, the view-as session and the agent’s session have changed',
      )
    }
    t.ok(openedPaths.size > 60, `${openedPaths.size} addresses`)

    // Now the sellers open the same pages themselves, which records only their activity and forged callbacks.
    product.sandbox.controls.resetCalls()
    const changed = new Set<string>()
    for (const { email, connections } of users) {
      const seller = new Caller(address)
      await seller.signIn(email)
      product.clock.advance(2 * minute)
      const before = await checksumTables(product)
      for (const path of addressesOf(product, connections)) await seller.get(path)
      for (const name of changedTables(before, await checksumTables(product))) changed.add(name)
    }
    t.strictSame([...changed].sort(), [
      'public.case_change',
      'public.progress_view',
      'public.session',
      'public.table_roll_up_due',
      'public.table_roll_up_request',
      'public.timeline_entry',
    ])
    t.equal(product.sandbox.controls.calls().profiles, 0)
  },
)

t.test('S-44 S-46 no action can write in the transaction of a view-as session', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { id: userId, email, connections } = await aManager(product)
  const [session] = await product.query<{ id: string }>('select id from session where user_id = $1', [userId])
  const connectionId = connections[0] as ConnectionId
  const sessionId = session?.id as SessionId
  const records = recordsOf(product, userId)
  await until(
    'all accounts are loaded',
    async () => {
      const [unfinished] = await product.query<{ count: number }>(
        'select count(*)::int as count from sync_run where finished_at is null',
      )
      return unfinished?.count === 0
    },
    60,
  )
  const before = await records.everything()
  const { container } = product.product
  const readOnlyTransaction = container.get(ReadOnlyTransaction)
  const by = { userId, sessionId }
  const pending = await container.get(PendingConnections).findByUser(userId)
  const [profile] = await product.query<{ profile_id: string }>('select profile_id from connection')
  const profileId = profile?.profile_id as ProfileId

  const requestText = { message: 'Help', amazonEmail: '', marketplace: '' }
  const user = { id: userId, email, name: 'A manager', role: 'manager' } as const
  const form = randomUUID() as FormSubmissionId
  const password = { current: new Secret('demo-password'), next: new Secret('a quiet river at dawn') }
  const writes: Readonly<Record<string, () => Promise<unknown>>> = {
    disconnect: () => container.get(Disconnect).execute({ userId, connectionId, erasesData: true }),
    erase: () =>
      container.get(RequestErasure).execute({ userId, connectionId: connections[2] as ConnectionId }),
    connect: () =>
      container.get(StartAuthorisation).execute({ ...by, region: null, reauthorisedConnectionId: null }),
    'complete the callback': () =>
      container.get(CompleteAuthorisation).execute(by, { state: 'x', code: 'y', error: '', description: '' }),
    choose: () =>
      container.get(ChooseProfile).execute({
        ...by,
        profileId,
        replace: null,
        confirmedUserId: null,
        reauthorisedConnectionId: null,
        pendingId: pending?.id ?? null,
      }),
    discard: () => container.get(EndPendingConnection).discard(userId, null),
    'make current': () => container.get(SelectConnection).execute({ ...by, connectionId }),
    'change the password': () =>
      container
        .get(ChangePassword)
        .execute(user, { ...password, session: aSession({ userId }), deviceToken: null }),
    'end sessions': () => container.get(EndSessions).endAll(userId),
    'close a session': () => container.get(Sessions).close(sessionId, product.clock.now()),
    'choose emails': () => container.get(UpdateEmailPreferences).execute({ userId }, { ready: false }),
    'contact support': () =>
      container
        .get(SubmitSupportRequest)
        .execute({ userId, form, about: null, text: requestText, page: '', reference: '' }),
    'send emails': () => container.get(SendEmails).execute(),
    'change a role': () => container.get(Users).saveRole(userId, 'admin'),
  }
  for (const [what, act] of Object.entries(writes)) {
    await t.rejects(readOnlyTransaction.run(act), /read-only transaction/, what)
  }
  await readOnlyTransaction.run(() => container.get(RecordProgressView).execute(connectionId))
  t.strictSame(await records.everything(), before)
  t.strictSame(await product.query('select * from email_preferences'), [])
  t.strictSame(await product.query('select role from app_user where id = $1', [userId]), [
    { role: 'manager' },
  ])
})
