import type { Test } from 'tap'
import type { ConnectionId, ReportId, SessionId } from '../../../../src/domain/identifiers.ts'
import {
  aBritishProfile,
  aGeneratingReport,
  aLoadedReport,
  anId,
  aRequestedReport,
  aRun,
  aSession,
  hoursLater,
  minutesLater,
  noon,
} from '../../examples.ts'
import { aSavedConnection, type OpenStores } from '../stores.ts'

export function progressQueriesContract(t: Test, open: OpenStores): void {
  t.test('S-21 one query returns the session and the progress of its connection', async t => {
    const stores = await open(t)
    const { progressQueries, sessions, syncRuns } = stores
    const user = await stores.createUser({ role: 'manager' })
    const session = aSession({ userId: user.id })
    await sessions.open(session)
    const find = async (requestedId: string | null = null) =>
      (await progressQueries.find(session.id, requestedId, noon))?.interactive
    t.strictSame(await progressQueries.find(session.id, null, noon), { session, user, interactive: null })

    const common = { userId: user.id, isExclusive: false }
    const first = await aSavedConnection(stores, { ...common, connectedAt: noon })
    const profile = aBritishProfile()
    const second = await aSavedConnection(stores, { ...common, profile, connectedAt: minutesLater(2) })
    const { region } = first.profile
    t.strictSame(await find(), { connectionId: first.id, region, run: null })
    t.strictSame(await find(second.id), { connectionId: second.id, region: 'eu', run: null })
    await sessions.selectConnection(session.id, second.id)
    t.equal((await find())?.connectionId, second.id, 'the session’s current connection')
    t.equal((await find(first.id))?.connectionId, first.id, 'a requested connection takes precedence')
    for (const id of ['', 'no id', anId<ConnectionId>(), (await aSavedConnection(stores)).id])
      t.equal(await find(id), null, `requested id ${id}`)

    const run = aRun({ connectionId: second.id })
    const own = () => ({ id: anId<ReportId>(), syncRunId: run.id, connectionId: second.id })
    await syncRuns.save(run, [aGeneratingReport({ ...own(), type: 'sd_campaigns' }), aLoadedReport(own())])
    const daily = aRun({ connectionId: second.id, kind: 'daily', requestedAt: hoursLater(24) })
    await syncRuns.save(daily, [aRequestedReport({ ...own(), syncRunId: daily.id })])
    const reports = [
      { type: 'sd_campaigns', status: 'generating' },
      { type: 'sp_campaigns', status: 'loaded' },
    ]
    t.strictSame(
      (await find())?.run,
      { requestedAt: run.requestedAt, reports },
      'a daily sync in the background is left out',
    )
  })

  t.test('S-01 an ended session finds no user', async t => {
    const stores = await open(t)
    const { userId } = await aSavedConnection(stores)
    const session = aSession({ userId })
    await stores.sessions.open(session)
    t.equal(await stores.progressQueries.find(anId<SessionId>(), null, noon), null)
    t.equal(await stores.progressQueries.find(session.id, null, session.expiresAt), null)
    await stores.sessions.close(session.id, noon)
    t.equal(await stores.progressQueries.find(session.id, null, noon), null)
  })
}
