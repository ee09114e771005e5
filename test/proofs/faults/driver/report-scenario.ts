import { waitingPage } from '../../../../src/adapters/fastify/seller/waiting-page.ts'
import { describeEvent } from '../../../../src/admin/cases/event-texts.ts'
import { ConfirmProfileLoss } from '../../../../src/application/connection/authorisation/confirm-profile-loss.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../../../../src/application/connection/authorisation/get-access-token.ts'
import { GetSyncProgress } from '../../../../src/application/ingestion/get-sync-progress.ts'
import { AdvanceReport } from '../../../../src/application/ingestion/report/advance-report.ts'
import { ConnectionAccess } from '../../../../src/composition/bridges/connection-access.ts'
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
import { sampleShell } from '../../../views/samples/sample.ts'
import type { Call, Cell } from '../cell.ts'
import { consoleOf } from './console.ts'
import { Findings } from './findings.ts'
import { defaultAmazonUser, type World } from './world.ts'

const days = { from: day('2026-05-09'), to: day('2026-05-11') }

/** More steps than any retry policy needs. */
const maxSteps = 400

/** A connection whose reports go through the real adapters to the call that must fail. */
async function createScene(world: World, region: Region) {
  const fakes = await world.begin()
  const [profile] = world.profiles.get(region) ?? []
  if (!profile) throw new Error(`${defaultAmazonUser} has no profile in ${region}`)
  const seller = aUser()
  fakes.users.add(seller, { subscription: aSubscription() })
  const { refreshToken } = world.sandbox.controls.grant(defaultAmazonUser)
  const grant = aGrant({ refreshToken: new Secret(refreshToken), loginRegion: region })
  const connection = anActiveConnection({ userId: seller.id, profile, grant })
  await fakes.connections.save(connection)
  const getAccessToken = new GetAccessToken({ ...fakes, login: world.login })
  const recordAuthorisationLoss = new RecordAuthorisationLoss(fakes)
  const losses = { ...fakes, profiles: world.directory, getAccessToken, recordAuthorisationLoss }
  const access = new ConnectionAccess(getAccessToken, recordAuthorisationLoss, new ConfirmProfileLoss(losses))
  const advance = new AdvanceReport({ ...fakes, reports: world.reports, access })
  const progress = new GetSyncProgress(fakes)
  /** Number of steps that threw; each one is logged as an error. */
  let loggedErrorCount = 0

  async function request() {
    const run = aRun({ connectionId: connection.id, days, requestedAt: fakes.clock.now() })
    const report = aRequestedReport({
      syncRunId: run.id,
      connectionId: connection.id,
      days,
      dueAt: fakes.clock.now(),
    })
    await fakes.syncRuns.save(run, [report])
    const readReport = (): Report => fakes.syncRuns.report(report.id)
    const isOpen = (): boolean => 'dueAt' in readReport()
    const step = async (): Promise<void> => {
      const current = readReport()
      if ('dueAt' in current && current.dueAt > fakes.clock.now()) fakes.clock.set(current.dueAt)
      await advance.execute(report.id).catch(() => {
        loggedErrorCount += 1
      })
    }
    const finish = async (): Promise<void> => {
      for (let steps = 0; isOpen() && steps < maxSteps; steps += 1) await step()
    }
    return { readReport, step, finish }
  }

  return {
    ...fakes,
    request,
    console: () => consoleOf(fakes, { userId: seller.id, connectionId: connection.id }),
    loggedErrorCount: () => loggedErrorCount,
    connectionStatus: async () => (await fakes.connections.find(connection.id))?.status,
    sellerText: async (): Promise<string> => {
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

function retryingText(cell: Cell): string {
  if (cell.reload) return cell.reload.textWhileRetrying
  if (cell.state === 'generating') return 'Amazon is preparing it'
  if (cell.state === 'completed') return 'Being loaded'
  return isInternal(cell) ? 'Problem on our side. Retrying soon.' : 'Amazon is busy. Retrying soon.'
}

async function stateOf(
  { connectionStatus }: Awaited<ReturnType<typeof createScene>>,
  report: Report,
): Promise<string> {
  return (await connectionStatus()) === 'needs_authorisation' ? 'needs authorisation' : report.status
}

/** The fault occurs once, and the report then continues to its end. */
async function failOnce(world: World, call: Call, fault: string, region: Region, cell: Cell) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  scene.random.value = 0.99
  if (cell.reload) await (await scene.request()).finish()
  const { readReport, step, finish } = await scene.request()
  if (call === 'report_status' || call === 'download') await step()
  world.injectFault(call, fault, region, fault === 'never_finishes' || isMaskedByRefresh(cell) ? null : 1)
  await step()
  // A report is polled for three hours, and the sandbox may need some time to write a file.
  const keepsPolling = fault === 'never_finishes' || call === 'download'
  for (let polls = 0; keepsPolling && readReport().status === 'generating' && polls < maxSteps; polls += 1)
    await step()

  findings.equal(await stateOf(scene, readReport()), cell.state, 'state after the first failure')
  if (cell.state === 'generating' && cell.diagnosis === null) await finish()
  if (cell.plan.waits.length > 0)
    findings.equal(await scene.sellerText(), retryingText(cell), 'sentence while retrying')
  if (cell.diagnosis) findings.contains(scene.describeTimeline(), cell.diagnosis, 'diagnosis')
  // Once the report is loaded, its earlier error is no longer a finding.
  const isRecovering = cell.plan.end === 'loaded' && readReport().status !== 'loaded' && !cell.reload
  if (!isRecovering) findings.equal(await scene.console().first(), cell.cause, 'cause')
  findings.equal(scene.loggedErrorCount() > 0, isInternal(cell), 'logged as an error')

  world.clearFaults()
  if (cell.state === 'needs authorisation') return findings
  if (cell.state === 'failed') {
    scene.clock.advance(24 * 3_600_000)
    const nextRequest = await scene.request()
    await nextRequest.finish()
    findings.equal(nextRequest.readReport().status, 'loaded', 'state of the next sync’s report')
    return findings
  }
  await finish()
  const finalReport = readReport()
  findings.equal(finalReport.status, 'loaded', 'state after the fault')
  const comparesRows = call === 'download' || cell.plan.end === 'loaded'
  if (!comparesRows || finalReport.status !== 'loaded' || fault === 'no_address') return findings
  const requestWithoutFault = await scene.request()
  await requestWithoutFault.finish()
  const expected = requestWithoutFault.readReport()
  const factor = call === 'download' && fault === 'ten_times' ? 10 : 1
  findings.equal(
    finalReport.rows,
    expected.status === 'loaded' ? expected.rows * factor : expected.status,
    'rows',
  )
  return findings
}

/** One token refresh fixes such a fault, so only a lasting one becomes an error. */
const isMaskedByRefresh = ({ diagnosis }: Cell): boolean => diagnosis?.includes('access token (401)') ?? false

async function failPermanently(world: World, call: Call, fault: string, region: Region, cell: Cell) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  if (cell.reload) await (await scene.request()).finish()
  const { readReport, step, finish } = await scene.request()
  if (call === 'report_status' || call === 'download') await step()
  world.injectFault(call, fault, region, null)
  await finish()

  findings.equal(await stateOf(scene, readReport()), cell.plan.end, 'final state')
  findings.waits(scene.waits(), cell.plan.waits)
  findings.contains(await scene.sellerText(), cell.sentence, 'sentence')
  findings.equal(await scene.console().first(), cell.reload?.finalCause ?? cell.cause, 'final cause')
  if (isInternal(cell))
    findings.equal(scene.loggedErrorCount(), cell.plan.waits.length + 1, 'number of logged errors')
  if (cell.plan.end !== 'needs authorisation')
    findings.equal(await scene.connectionStatus(), 'active', 'connection')
  return findings
}

export async function driveReport(
  world: World,
  cell: Cell,
  { call, fault, region }: { call: Call; fault: string; region: Region },
): Promise<string[]> {
  const once = await failOnce(world, call, fault, region, cell)
  const permanently = await failPermanently(world, call, fault, region, cell)
  world.clearFaults()
  return [...once.all.map(text => `once: ${text}`), ...permanently.all.map(text => `permanently: ${text}`)]
}
