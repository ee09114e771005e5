import t from 'tap'
import { AuthenticateSession } from '../../../src/application/access/authenticate-session.ts'
import { GetSyncProgress } from '../../../src/application/ingestion/get-sync-progress.ts'
import { PollSyncProgress } from '../../../src/application/ingestion/poll-sync-progress.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { ReportId } from '../../../src/domain/identifiers.ts'
import type { Report } from '../../../src/domain/ingestion/report.ts'
import {
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anId,
  aRun,
  aSession,
  aUser,
  minutesLater,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene({ role = 'seller', kind = 'seller' }: { role?: Role; kind?: 'seller' | 'staff' } = {}) {
  const fakes = openFakes()
  const user = aUser({ role })
  fakes.users.add(user, { subscription: null })
  const session = aSession({ userId: user.id, kind })
  await fakes.sessions.open(session)
  const getSyncProgress = new GetSyncProgress(fakes)
  const deps = { ...fakes, getSyncProgress, authenticateSession: new AuthenticateSession(fakes) }
  const pollSyncProgress = new PollSyncProgress(deps)
  const connection = anActiveConnection({ userId: user.id })
  return {
    ...fakes,
    getSyncProgress,
    connection,
    session,
    poll: (requestedId: string | null = null) => pollSyncProgress.execute(session.id, requestedId),
    async load(...reports: readonly Report[]) {
      const run = aRun({ connectionId: connection.id })
      const own = () => ({ id: anId<ReportId>(), syncRunId: run.id, connectionId: connection.id })
      await fakes.connections.save(connection)
      await fakes.syncRuns.save(
        run,
        reports.map(report => ({ ...report, ...own() })),
      )
    },
  }
}

t.test('S-21 a progress poll returns the same as the page itself', async t => {
  const reportSets: readonly (readonly Report[])[] = [
    [aGeneratingReport(), aLoadedReport({ type: 'sb_campaigns' })],
    [aLoadedReport(), aLoadedReport({ type: 'sb_campaigns' })],
    [aLoadedReport(), aFailedReport({ type: 'sb_campaigns' })],
    [aFailedReport(), aFailedReport({ type: 'sb_campaigns' })],
  ]
  for (const reports of reportSets) {
    const { poll, load, getSyncProgress, connection } = await scene()
    await load(...reports)
    const name = reports.map(({ status }) => status).join(' and ')
    const loading = await getSyncProgress.execute(connection)
    const hasFailed = loading?.progress.stage === 'failed'
    t.strictSame(
      await poll(),
      {
        polled: 'progress',
        connectionId: connection.id,
        progress: loading?.progress,
        reports: hasFailed ? loading.reports : [],
      },
      name,
    )
  }
})

t.test('S-21 a missing connection is distinguished from one that is not loading', async t => {
  const { poll, connections, connection } = await scene()
  t.strictSame(await poll(), { polled: 'no_connection' })
  await connections.save(connection)
  t.strictSame(await poll(), { polled: 'nothing_loading' })
  t.strictSame(await poll(connection.id), { polled: 'nothing_loading' })
  const otherUsersConnection = anActiveConnection()
  await connections.save(otherUsersConnection)
  t.strictSame(
    await poll(otherUsersConnection.id),
    { polled: 'no_connection' },
    'another user’s connection is not found',
  )
})

t.test('S-01 a poll without a valid seller session is answered as signed out', async t => {
  const signedOut = { polled: 'signed_out' }
  const ended = await scene()
  await ended.load(aLoadedReport())
  await ended.sessions.close(ended.session.id, minutesLater(1))
  t.strictSame(await ended.poll(), signedOut)
  for (const options of [{ role: 'support' }, { role: 'admin', kind: 'staff' }] as const) {
    const { poll, load } = await scene(options)
    await load(aLoadedReport())
    t.strictSame(await poll(), signedOut, JSON.stringify(options))
  }
})
