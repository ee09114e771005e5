import t from 'tap'
import { figureTables } from '../../../../src/adapters/postgres/connection/erasures.ts'
import { close, erase, expireRetention } from '../../../../src/domain/connection/connection.ts'
import {
  supportRequestRepliedEmail,
  supportRequestSubmittedEmail,
} from '../../../../src/domain/email/triggers.ts'
import { entry, type TimelineEvent } from '../../../../src/domain/timeline/entry.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection, type Stores } from '../../../support/contracts/stores.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aComment,
  aGrant,
  aLoadedReport,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  anUnauthorisedConnection,
  aRun,
  aSupportRequest,
  hoursLater,
  noon,
} from '../../../support/examples.ts'

async function aLoadedConnection(stores: Stores, overrides: Parameters<typeof aSavedConnection>[1] = {}) {
  const connection = await aSavedConnection(stores, overrides)
  const run = aRun({ connectionId: connection.id })
  await stores.syncRuns.save(run, [aLoadedReport({ syncRunId: run.id, connectionId: connection.id })])
  return connection
}

t.test('S-27 connections past their thirty days and unfinished erasures are due for erasure', async t => {
  const stores = await openPostgresStores(t)
  const { erasures, connections, createUser } = stores
  const save = async (connection: ReturnType<typeof aClosedConnection | typeof anErasedConnection>) => {
    await connections.save({ ...connection, userId: (await createUser()).id })
    return connection.id
  }
  await aSavedConnection(stores)
  await save(anErasedConnection())
  await save(aClosedConnection({ eraseAt: hoursLater(1) }))
  const overdue = await save(aClosedConnection({ eraseAt: noon }))
  const longerOverdue = await save(aClosedConnection({ eraseAt: hoursLater(-5) }))
  const begun = await save(anErasedConnection({ status: 'erasing' }))

  t.strictSame(await erasures.due(noon, 10), [begun, longerOverdue, overdue])
  t.strictSame(await erasures.due(noon, 2), [begun, longerOverdue])
  t.strictSame(await erasures.due(hoursLater(-6), 10), [begun])
})

t.test('S-27 erasing removes runs, reports and timeline details, and keeps times and kinds', async t => {
  const stores = await openPostgresStores(t)
  const { erasures, connections, syncRuns, timeline, unitOfWork } = stores
  const connection = await aLoadedConnection(stores)
  const { id: connectionId, userId } = connection
  const attemptId = anId<NonNullable<Parameters<typeof entry>[1]['attemptId']>>()
  const amazonUserId = anAmazonUser().userId
  const events: [about: Partial<Parameters<typeof entry>[1]>, event: TimelineEvent][] = [
    [{ attemptId: anId() }, { kind: 'amazon_user_fetched', userId: amazonUserId }],
    [{ attemptId: anId() }, { kind: 'profiles_fetched', region: 'na', count: 1 }],
    [{ attemptId }, { kind: 'profiles_fetched', region: 'na', count: 3 }],
    [
      { attemptId, connectionId },
      { kind: 'connected', profileId: connection.profile.id, label: 'My Brand' },
    ],
    [{ connectionId }, { kind: 'report_accepted', report: 'sp_campaigns', amazonReportId: 'amzn-1' }],
    [{ connectionId }, { kind: 'closed', reason: 'disconnected' }],
  ]
  for (const [about, event] of events) await timeline.append(entry(noon, { userId, ...about }, event))
  const closed = expireRetention(close(connection, 'disconnected', noon), noon)
  await connections.save(closed)

  await unitOfWork.transaction(async () => {
    await erasures.eraseDetails(closed)
    await connections.save(erase(closed))
  })

  t.equal(await syncRuns.latestOf(connectionId), null)
  t.strictSame((await stores.syncHistories.of(connectionId)).finished, [])
  const left = await stores.entries()
  t.strictSame(
    left.map(({ event }) => event),
    [
      { kind: 'details_erased', was: 'amazon_user_fetched' },
      // Belongs to a failed attempt and doesn't mention this connection.
      { kind: 'profiles_fetched', region: 'na', count: 1 },
      { kind: 'details_erased', was: 'profiles_fetched' },
      { kind: 'details_erased', was: 'connected' },
      { kind: 'details_erased', was: 'report_accepted' },
      { kind: 'closed', reason: 'disconnected' },
    ],
  )
  for (const { at } of left) t.strictSame(at, noon)
})

for (const [status, aConnection] of [
  ['active', anActiveConnection],
  ['unauthorised', anUnauthorisedConnection],
  ['closed', aClosedConnection],
] as const)
  t.test(`S-27 erasing keeps data of other users and of another connection (${status})`, async t => {
    const stores = await openPostgresStores(t)
    const { erasures, connections, syncRuns, timeline, unitOfWork } = stores
    const connection = await aLoadedConnection(stores, { isExclusive: false })
    const { userId, profile } = connection
    const own = aConnection({ userId, isExclusive: false, profile: aBritishProfile() })
    await connections.save(own)
    const othersConnection = await aLoadedConnection(stores)
    const attemptId = anId<NonNullable<Parameters<typeof entry>[1]['attemptId']>>()
    const entries = [
      entry(noon, { userId, attemptId }, { kind: 'amazon_user_fetched', userId: anAmazonUser().userId }),
      // The attempt that replaced this connection led to the other one.
      entry(noon, { userId, attemptId, connectionId: connection.id }, { kind: 'closed', reason: 'replaced' }),
      entry(
        noon,
        { userId, attemptId, connectionId: own.id },
        { kind: 'connected', profileId: own.profile.id, label: 'My Brand UK' },
      ),
      entry(
        noon,
        { userId: othersConnection.userId, connectionId: othersConnection.id },
        { kind: 'connected', profileId: profile.id, label: 'My Brand US' },
      ),
    ]
    await timeline.append(...entries)
    const closed = expireRetention(close(connection, 'replaced', noon), noon)
    await connections.save(closed)

    await unitOfWork.transaction(() => erasures.eraseDetails(closed))
    await erasures.eraseFigures(closed.id)

    t.strictSame(await stores.entries(), entries)
    t.ok(await syncRuns.latestOf(othersConnection.id))
    t.has(await connections.find(othersConnection.id), { status: 'active', profile })
  })

t.test('S-27 S-30 erasing removes the support requests about the connection and no others', async t => {
  const stores = await openPostgresStores(t)
  const { erasures, connections, supportRequests, unitOfWork } = stores
  const connection = await aSavedConnection(stores, {
    isExclusive: false,
    grant: aGrant({ amazonUser: anAmazonUser({ email: 'Jane@Example.com' }) }),
  })
  const { userId, profile } = connection
  const own = await aSavedConnection(stores, {
    userId,
    isExclusive: false,
    profile: aBritishProfile(),
    grant: aGrant({
      amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER', email: 'joe@example.com' }),
    }),
  })
  const stranger = await stores.createUser()
  const createContent = (message: string, amazonEmail = '') => ({ message, amazonEmail, marketplace: '' })
  const saveRequest = async (overrides: Parameters<typeof aSupportRequest>[0]) => {
    const request = aSupportRequest(overrides)
    await supportRequests.insert(request, anId())
    return request
  }
  await saveRequest({ userId, connectionId: connection.id, text: createContent('Why?') })
  await saveRequest({ userId, text: createContent('Hello', 'jane@example.COM') })
  await saveRequest({ userId, text: createContent(`It is ${profile.accountName?.toUpperCase()}.`) })
  await saveRequest({ userId, text: createContent(`Profile ${profile.id} is missing`) })
  await saveRequest({
    userId,
    text: createContent('Here'),
    page: `/dashboard/ads/connections/${connection.id}`,
  })
  const kept = [
    await saveRequest({ userId, text: createContent('My plan has lapsed', 'joe@example.com') }),
    await saveRequest({
      userId,
      connectionId: own.id,
      text: createContent('As jane@example.com I see nothing'),
    }),
  ]
  const other = await saveRequest({ userId: stranger.id, text: createContent('jane@example.com') })
  const closed = expireRetention(close(connection, 'disconnected', noon), noon)
  await connections.save(closed)

  await unitOfWork.transaction(() => erasures.eraseDetails(closed))

  const ids = (requests: readonly { id: string }[]) => requests.map(({ id }) => id).sort()
  t.strictSame(ids(await supportRequests.latestOf(userId, 9)), ids(kept))
  t.strictSame(await supportRequests.latestOf(stranger.id, 9), [other])
})

t.test('S-27 S-30 erasing removes staff comments and emails about the connection', async t => {
  const stores = await openPostgresStores(t)
  const { erasures, connections, supportRequests, comments, outbox, unitOfWork } = stores
  const connection = await aSavedConnection(stores)
  const { userId } = connection
  const stranger = await stores.createUser()
  const saveAnsweredRequest = async (
    overrides: Parameters<typeof aSupportRequest>[0],
    commentText: string,
    kind: 'internal_note' | 'reply',
  ) => {
    const request = aSupportRequest({
      text: { message: 'Why?', amazonEmail: '', marketplace: '' },
      ...overrides,
    })
    await supportRequests.insert(request, anId())
    const comment = aComment({ requestId: request.id, kind, text: commentText })
    await comments.insert(comment, anId())
    await outbox.put(supportRequestSubmittedEmail(request), supportRequestRepliedEmail(request, comment))
    return request
  }
  const erased = [
    await saveAnsweredRequest({ userId, connectionId: connection.id }, 'Like this.', 'reply'),
    await saveAnsweredRequest({ userId }, 'It is MY BRAND us that stays behind.', 'reply'),
    await saveAnsweredRequest({ userId }, 'They mean my brand US.', 'internal_note'),
  ]
  const kept = [
    await saveAnsweredRequest({ userId }, 'Your plan has lapsed.', 'reply'),
    await saveAnsweredRequest({ userId: stranger.id }, 'My Brand US is yours, too.', 'reply'),
  ]
  const closed = expireRetention(close(connection, 'disconnected', noon), noon)
  await connections.save(closed)

  await unitOfWork.transaction(() => erasures.eraseDetails(closed))

  for (const { id } of erased) {
    t.equal(await supportRequests.byId(id), null)
    t.strictSame(await comments.listFor(id), [])
  }
  for (const { id } of kept) t.equal((await comments.listFor(id)).length, 1)
  const waiting: unknown[] = []
  for (let message = await outbox.claim(noon); message; message = await outbox.claim(noon))
    if ('requestId' in message.message) waiting.push(message.message.requestId)
  const expected = kept.flatMap(({ id }) => [id, id])
  t.strictSame(waiting.sort(), expected.sort())
})

/** Tables that are erased with the connection's details, or kept without any of them. */
const otherTables = [
  ...['staff_access', 'audit_entry', 'case_summary', 'connection_grant', 'support_request', 'sync_run'],
  ...[
    'progress_view',
    'email_message',
    'reconciliation',
    'report',
    'case_change',
    'sync_schedule',
    'table_roll_up_due',
  ],
  'timeline_entry',
]

t.test('S-27 every table with a connection id is in figureTables or otherTables', async t => {
  const stores = await openPostgresStores(t)
  const owned = await stores.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'connection_id'`,
  )
  t.strictSame(
    owned.map(({ name }) => name).sort(),
    [...otherTables, ...figureTables].sort(),
    'add a new table to figureTables or otherTables',
  )
})

t.test('S-27 rows that another worker is about to erase do not end an erasure early', async t => {
  const stores = await openPostgresStores(t)
  const connection = await aSavedConnection(stores)
  const { id } = connection
  await stores.query(
    `insert into campaign_day (connection_id, day, ad_product, campaign_id, impressions, clicks, orders, cost, sales)
     select $1, date '2026-01-01', 'SP', n::text, 1, 1, 0, 1, 0 from generate_series(1, 60000) n`,
    [id],
  )
  await stores.connections.save(erase(close(connection, 'disconnected', noon)))

  const otherWorker = await stores.pool.connect()
  await otherWorker.query('begin')
  await otherWorker.query(
    `delete from campaign_day where ctid = any(array(
       select ctid from campaign_day where connection_id = $1 limit 50))`,
    [id],
  )
  const erasure = stores.erasures.eraseFigures(id)
  await stores.query('select pg_sleep(1)')
  await otherWorker.query('commit')
  otherWorker.release()
  await erasure

  t.strictSame(
    await stores.query('select count(*)::int as rows from campaign_day where connection_id = $1', [id]),
    [{ rows: 0 }],
  )
})
