import t from 'tap'
import { type CaseKey, caseId } from '../../../../src/admin/cases/case-key.ts'
import { parseSearchTerms } from '../../../../src/admin/cases/search-terms.ts'
import type { CaseFilter } from '../../../../src/admin/ports.ts'
import { close, erase } from '../../../../src/domain/connection/connection.ts'
import type { AmazonReportId, AttemptId, UserId } from '../../../../src/domain/identifiers.ts'
import { entry } from '../../../../src/domain/timeline/entry.ts'
import { aSummary, authorisationLost, sentToAmazon } from '../../../support/contracts/console/console.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { aGeneratingReport, anId, aRun, minutesLater, noon } from '../../../support/examples.ts'

const anyCase: CaseFilter = { health: null, stage: null, cause: null, plan: null, region: null }

const ids = (found: readonly { readonly key: CaseKey }[]) => found.map(({ key }) => caseId(key))

t.test('S-40 a case with new timeline entries is claimed once, with all affected cases', async t => {
  const stores = await openPostgresStores(t)
  const { summaries, timeline, unitOfWork } = stores
  const { id: connectionId, userId } = await aSavedConnection(stores)
  const claim = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 99))
  t.strictSame(ids((await claim()).map(key => ({ key }))).sort(), [userId, connectionId].sort(), 'a new user')
  t.strictSame(await claim(), [], 'only once')

  await timeline.append(entry(noon, { userId, connectionId }, authorisationLost))
  t.strictSame((await claim()).map(caseId).sort(), [userId, connectionId].sort())
  await timeline.append(entry(noon, { userId }, sentToAmazon))
  t.strictSame((await claim()).map(caseId).sort(), [userId, connectionId].sort(), 'all cases of the user')
  await timeline.append(
    entry(
      noon,
      { userId, connectionId },
      { kind: 'report_accepted', report: 'sp_campaigns', amazonReportId: '1' },
    ),
  )
  t.strictSame(await claim(), [], 'an accepted report affects no case')
  await timeline.append(entry(noon, { userId, connectionId }, authorisationLost))
  await t.rejects(
    unitOfWork.transaction(async () => {
      await summaries.claimChanged(noon, 99)
      throw new Error('the summary failed')
    }),
  )
  t.equal((await claim()).length, 2, 'a case whose summary failed is claimed again')
})

t.test('S-40 a due case is claimed until it has a new due time', async t => {
  const stores = await openPostgresStores(t)
  const { summaries, unitOfWork } = stores
  const { id: connectionId, userId } = await aSavedConnection(stores)
  const key = { userId, connectionId }
  await unitOfWork.transaction(() => summaries.claimChanged(noon, 99))
  await summaries.save(aSummary(key, { refreshAt: noon }))
  const claim = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 99))

  t.strictSame(await claim(), [key])
  await summaries.save(aSummary(key, { refreshAt: minutesLater(1) }))
  t.strictSame(await claim(), [])
  await summaries.delete(key)
  t.strictSame(await summaries.find([], anyCase, null, 9), [])
})

t.test('S-40 when more cases are due than claimed at once, the longest waiting come first', async t => {
  const { createUser, summaries, unitOfWork } = await openPostgresStores(t)
  const users = [await createUser(), await createUser()]
  const keys = users.map(({ id: userId }) => ({ userId, connectionId: null }))
  const claim = () => unitOfWork.transaction(() => summaries.claimChanged(noon, 1))

  t.strictSame([await claim(), await claim(), await claim()], [[keys[0]], [keys[1]], []])
  for (const [at, key] of keys.entries())
    await summaries.save(aSummary(key, { refreshAt: minutesLater(-at) }))
  t.strictSame(await claim(), [keys[1]])
})

t.test('S-40 cases are found by each of their words and ids, and by several at once', async t => {
  const stores = await openPostgresStores(t)
  const { summaries, syncRuns, timeline } = stores
  const { id: connectionId, userId } = await aSavedConnection(stores)
  const other = await stores.createUser()
  const attemptId = anId<AttemptId>()
  await summaries.save(aSummary({ userId, connectionId }))
  await summaries.save(aSummary({ userId: other.id, connectionId: null }, { text: ['100%@example.test'] }))
  const run = aRun({ connectionId })
  const report = aGeneratingReport({
    syncRunId: run.id,
    connectionId,
    amazonReportId: anId<AmazonReportId>(),
  })
  await syncRuns.save(run, [report])
  const { id: reportId, amazonReportId } = report
  await timeline.append(
    entry(
      noon,
      { userId, connectionId, attemptId, syncRunId: run.id, reportId },
      {
        kind: 'report_accepted',
        report: 'sp_campaigns',
        amazonReportId,
      },
    ),
  )
  const find = async (input: string) => ids(await summaries.find(parseSearchTerms(input), anyCase, null, 9))

  for (const input of [
    'sam@',
    'SAM seller',
    'example.test sam',
    '8017093095374960',
    '801709',
    'amzn1.account.JANE',
    'amazon.com',
    connectionId,
    connectionId.slice(0, 4) + connectionId.slice(4, 8),
    run.id,
    reportId,
    amazonReportId,
    userId,
  ]) {
    const isReference = input.length === 8 && input === connectionId.slice(0, 8)
    const query = isReference ? `${input.slice(0, 4)}-${input.slice(4)}` : input
    t.strictSame(await find(query), [connectionId], query)
  }
  t.strictSame(await find('100%'), [other.id])
  t.strictSame(await find('1%0'), [], 'a special character is matched literally')
  t.strictSame(await find('amazon.de'), [])
  t.strictSame(await find(`sam ${other.id}`), [])
  t.strictSame(await find(anId()), [])
})

t.test('S-40 one or two letters match the start of a word, more match anywhere', async t => {
  const stores = await openPostgresStores(t)
  const { summaries } = stores
  const [anna, lexus] = await Promise.all([stores.createUser(), stores.createUser()])
  const save = (userId: UserId, ...texts: readonly string[]) =>
    summaries.save(aSummary({ userId, connectionId: null }, { text: texts }))
  await save(anna.id, 'anna.xu@mart.test', 'anna (a4) o-neil', '上海商店')
  await save(lexus.id, 'lexus+b2@mart.test', 'lexus_x9')
  const find = async (input: string) =>
    ids(await summaries.find(parseSearchTerms(input), anyCase, null, 9)).sort()

  for (const input of ['xu', 'XU', 'an', 'a', 'a4', 'ne', 'xu a4', '海商'])
    t.strictSame(await find(input), [anna.id], input)
  for (const input of ['b2', 'exu', 'x9', 'l']) t.strictSame(await find(input), [lexus.id], input)
  for (const input of ['x', 'ma', 'te', '@'])
    t.strictSame(await find(input), [anna.id, lexus.id].sort(), input)
  for (const input of ['nn', 'us', '9', 'xu b2', '%', '__']) t.strictSame(await find(input), [], input)
})

t.test('S-40 a case list is filtered and read page by page, latest event first', async t => {
  const stores = await openPostgresStores(t)
  const { summaries } = stores
  const users = await Promise.all([1, 2, 3, 4].map(() => stores.createUser()))
  for (const [index, { id: userId }] of users.entries())
    await summaries.save(
      aSummary(
        { userId, connectionId: null },
        {
          lastEventAt: minutesLater(index % 2),
          plan: index === 0 ? 'none' : 'annual',
          cause: 'plan_missing',
          profileId: '8017093095374960',
        },
      ),
    )
  const all = await summaries.find([], anyCase, null, 9)
  t.equal(all.length, 4)
  for (const [input, filter, expected] of [
    ['', anyCase, all],
    ['sam', anyCase, all],
    ['8017093095374960', anyCase, all],
    ['sam 8017093095374960', { ...anyCase, cause: 'plan_missing' }, all],
    ['', { ...anyCase, plan: 'annual' }, all.filter(({ plan }) => plan === 'annual')],
    ['', { ...anyCase, plan: 'annual', cause: 'plan_missing' }, all.filter(({ plan }) => plan === 'annual')],
  ] as const) {
    const readIds: string[] = []
    for (let cursor = null as Parameters<typeof summaries.find>[2]; ; ) {
      const page = await summaries.find(parseSearchTerms(input), filter, cursor, 2)
      readIds.push(...ids(page))
      const last = page.at(-1)
      if (page.length !== 2 || !last) break
      cursor = { lastEventAt: last.lastEventAt, id: caseId(last.key) }
    }
    t.strictSame(readIds, ids(expected), input)
  }
  t.ok((all[0]?.lastEventAt ?? noon) > (all[3]?.lastEventAt ?? noon))
  const filtered = await summaries.find([], { ...anyCase, plan: 'none', cause: 'plan_missing' }, null, 9)
  t.strictSame(ids(filtered), [users[0]?.id])
  t.match(filtered[0], { user: users[0], account: null, amazonEmail: null, health: null })
  t.strictSame(await summaries.find([], { ...anyCase, cause: 'healthy' }, null, 9), [])
  t.strictSame((await summaries.counts()).cause, new Map([['plan_missing', 4]]))
})

t.test('S-27 S-40 no case summary is written for a connection whose erasure has begun', async t => {
  const stores = await openPostgresStores(t)
  const { summaries, connections } = stores
  const connection = await aSavedConnection(stores)
  const { id: connectionId, userId } = connection
  await connections.save(erase(close(connection, 'disconnected', noon)))

  await summaries.save(aSummary({ userId, connectionId }))

  t.strictSame(await summaries.find([], anyCase, null, 9), [])
  t.strictSame(await summaries.connectionsOf(userId), [])
})

t.test('S-40 writing a case summary does not block a seller who is disconnecting', async t => {
  const stores = await openPostgresStores(t)
  const { summaries, pool, unitOfWork } = stores
  const { id: connectionId, userId } = await aSavedConnection(stores)
  const seller = await pool.connect()
  t.teardown(() => seller.release())
  // The lock order of every seller action: user, then connection.
  await seller.query('begin')
  await seller.query('select from app_user where id = $1 for update', [userId])

  const save = unitOfWork.transaction(() => summaries.save(aSummary({ userId, connectionId })))
  await new Promise(resolve => setTimeout(resolve, 300))
  await t.resolves(seller.query('select from connection where id = $1 for update', [connectionId]))
  await seller.query('commit')

  await t.resolves(save)
})
