import { waitingPage } from '../../../../src/adapters/fastify/waiting-page.ts'
import { ConnectionAccess } from '../../../../src/adapters/report-access/connection-access.ts'
import { describeEvent } from '../../../../src/admin/timeline/event-texts.ts'
import { GetAccessToken, RecordAuthorisationLoss } from '../../../../src/application/connection/index.ts'
import { AdvanceReport, GetSyncProgress } from '../../../../src/application/ingestion/index.ts'
import type { Report } from '../../../../src/domain/ingestion/report.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import {
  aGrant,
  anActiveConnection,
  aRequestedReport,
  aRun,
  aSubscription,
  aUser,
  day,
} from '../../../support/examples.ts'
import { sampleShell } from '../../../views/sample-shell.ts'
import type { Call, Cell } from '../cell.ts'
import { consoleOf } from './console.ts'
import { Findings } from './findings.ts'
import { user, type World } from './world.ts'

const days = { from: day('2026-05-09'), to: day('2026-05-11') }

/** More steps than any retry policy needs. */
const maxSteps = 400

/** A report, brought through the real adapters to the call that must fail. */
async function scene(world: World, region: Region) {
  const fakes = await world.begin()
  const [profile] = world.profiles.get(region) ?? []
  if (!profile) throw new Error(`${user} has no profile in ${region}`)
  const seller = aUser()
  fakes.users.add(seller, { subscription: aSubscription() })
  const { refreshToken } = world.sandbox.controls.grant(user)
  const grant = aGrant({ refreshToken: new Secret(refreshToken), loginRegion: region })
  const connection = anActiveConnection({ userId: seller.id, profile, grant })
  await fakes.connections.save(connection)
  const access = new ConnectionAccess(
    new GetAccessToken({ ...fakes, login: world.login }),
    new RecordAuthorisationLoss(fakes),
  )
  const advance = new AdvanceReport({ ...fakes, reports: world.reports, access })
  const progress = new GetSyncProgress(fakes)
  /** Number of steps that threw, which are logged. */
  let alerts = 0

  async function request() {
    const run = aRun({ connectionId: connection.id, days, requestedAt: fakes.clock.now() })
    const report = aRequestedReport({
      syncRunId: run.id,
      connectionId: connection.id,
      days,
      dueAt: fakes.clock.now(),
    })
    await fakes.syncRuns.save(run, [report])
    const now = (): Report => fakes.syncRuns.report(report.id)
    const isOpen = (): boolean => 'dueAt' in now()
    const step = async (): Promise<void> => {
      const at = now()
      if ('dueAt' in at && at.dueAt > fakes.clock.now()) fakes.clock.set(at.dueAt)
      await advance.execute(report.id).catch(() => {
        alerts += 1
      })
    }
    const toTheEnd = async (): Promise<void> => {
      for (let steps = 0; isOpen() && steps < maxSteps; steps += 1) await step()
    }
    return { now, step, toTheEnd }
  }

  return {
    ...fakes,
    request,
    console: () => consoleOf(fakes, { userId: seller.id, connectionId: connection.id }),
    alerts: () => alerts,
    connectionStatus: async () => (await fakes.connections.find(connection.id))?.status,
    seen: async (): Promise<string> => {
      const loading = await progress.execute(connection)
      if (!loading) return ''
      const page = waitingPage(sampleShell, { connection, loading, pollSeconds: 5, refreshes: true })
      return page.reportList[0]?.text ?? ''
    },
    describeTimeline: (): string =>
      fakes.timeline.entries
        .map(({ event }) => event)
        .filter(({ kind }) => /^report_(error|failed|duplicate_adopted|loaded)$/.test(kind))
        .map(event => describeEvent(event))
        .join(' '),
    waits: (): number[] =>
      fakes.timeline.entries.flatMap(({ at, event }) =>
        event.kind === 'report_error' ? [(Date.parse(event.dueAt) - at.getTime()) / 1000] : [],
      ),
  }
}

const isInternal = ({ action }: Cell): boolean =>
  action.startsWith('Operator') || action.startsWith('Developer')

function meanwhile(cell: Cell): string {
  if (cell.state === 'generating') return 'Amazon is preparing it'
  if (cell.state === 'completed') return 'Being loaded'
  return isInternal(cell) ? 'Problem on our side. Retrying soon.' : 'Amazon is busy. Retrying soon.'
}

async function stateOf(
  { connectionStatus }: Awaited<ReturnType<typeof scene>>,
  report: Report,
): Promise<string> {
  return (await connectionStatus()) === 'needs_authorisation' ? 'needs authorisation' : report.status
}

/** The fault occurs once, and the report then continues to its end. */
async function failOnce(world: World, call: Call, fault: string, region: Region, cell: Cell) {
  const findings = new Findings()
  const all = await scene(world, region)
  all.random.throws = 0.99
  const { now, step, toTheEnd } = await all.request()
  if (call === 'report_status' || call === 'download') await step()
  world.breakCall(call, fault, region, fault === 'never_finishes' || hasToLast(cell) ? null : 1)
  await step()
  // Three hours of status polls; and the sandbox may need some time for a file.
  const goesOn = fault === 'never_finishes' || call === 'download'
  for (let polls = 0; goesOn && now().status === 'generating' && polls < maxSteps; polls += 1) await step()

  findings.equal(await stateOf(all, now()), cell.state, 'state after the first time')
  if (cell.state === 'generating' && cell.diagnosis === null) await toTheEnd()
  if (cell.plan.waits.length > 0) findings.equal(await all.seen(), meanwhile(cell), 'sentence meanwhile')
  if (cell.diagnosis) findings.contains(all.describeTimeline(), cell.diagnosis, 'diagnosis')
  // Once loaded after all, the earlier error is no finding.
  const isOver = cell.plan.end === 'loaded' && now().status !== 'loaded'
  if (!isOver) findings.equal(await all.console().first(), cell.cause, 'cause')
  findings.equal(all.alerts() > 0, isInternal(cell), 'told in the log')

  world.fix()
  if (cell.state === 'needs authorisation') return findings
  if (cell.state === 'failed') {
    all.clock.advance(24 * 3_600_000)
    const next = await all.request()
    await next.toTheEnd()
    findings.equal(next.now().status, 'loaded', 'state of the next sync’s report')
    return findings
  }
  await toTheEnd()
  const ended = now()
  findings.equal(ended.status, 'loaded', 'state when the fault is over')
  const isCounted = call === 'download' || cell.plan.end === 'loaded'
  if (!isCounted || ended.status !== 'loaded' || fault === 'no_address') return findings
  const whole = await all.request()
  await whole.toTheEnd()
  const right = whole.now()
  const times = call === 'download' && fault === 'ten_times' ? 10 : 1
  findings.equal(ended.rows, right.status === 'loaded' ? right.rows * times : right.status, 'rows')
  return findings
}

/** A fault that one token refresh fixes must last to be an error at all. */
const hasToLast = ({ diagnosis }: Cell): boolean => diagnosis?.includes('access token (401)') ?? false

async function lasting(world: World, call: Call, fault: string, region: Region, cell: Cell) {
  const findings = new Findings()
  const all = await scene(world, region)
  const { now, step, toTheEnd } = await all.request()
  if (call === 'report_status' || call === 'download') await step()
  world.breakCall(call, fault, region, null)
  await toTheEnd()

  findings.equal(await stateOf(all, now()), cell.plan.end, 'state in the end')
  findings.waits(all.waits(), cell.plan.waits)
  findings.contains(await all.seen(), cell.sentence, 'sentence')
  findings.equal(await all.console().first(), cell.cause, 'cause in the end')
  if (isInternal(cell)) findings.equal(all.alerts(), cell.plan.waits.length + 1, 'times told in the log')
  if (cell.plan.end !== 'needs authorisation')
    findings.equal(await all.connectionStatus(), 'active', 'connection')
  return findings
}

export async function driveReport(
  world: World,
  cell: Cell,
  { call, fault, region }: { call: Call; fault: string; region: Region },
): Promise<string[]> {
  const recovered = await failOnce(world, call, fault, region, cell)
  const lasted = await lasting(world, call, fault, region, cell)
  world.fix()
  return [...recovered.all.map(one => `once: ${one}`), ...lasted.all.map(one => `lasting: ${one}`)]
}
