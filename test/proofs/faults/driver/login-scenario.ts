import { noticeOf, urlAfterCallback } from '../../../../src/adapters/fastify/notices.ts'
import { describeEvent } from '../../../../src/admin/timeline/event-texts.ts'
import {
  type CallbackResult,
  CompleteAuthorisation,
  StartAuthorisation,
} from '../../../../src/application/connection/index.ts'
import { minutes } from '../../../../src/domain/calendar.ts'
import type { SessionId } from '../../../../src/domain/identifiers.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { anId, aSubscription, aUser } from '../../../support/examples.ts'
import type { Cell } from '../cell.ts'
import { decide, openPage } from './browser.ts'
import { consoleOf } from './console.ts'
import { Findings } from './findings.ts'
import type { World } from './world.ts'

async function createScene(world: World, region: Region) {
  const fakes = await world.begin()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const by = { userId: user.id, sessionId: anId<SessionId>() }
  const deps = { ...fakes, login: world.login }
  const startAuthorisation = new StartAuthorisation(deps)
  const completeAuthorisation = new CompleteAuthorisation(deps)
  const connect = async () =>
    (await startAuthorisation.execute({ ...by, region, reauthorisedConnectionId: null })).url
  return {
    ...fakes,
    connect,
    returnFromAmazon: async (url: string): Promise<CallbackResult> =>
      completeAuthorisation.execute(by, await decide(url)),
    connectAgain: async (): Promise<CallbackResult> =>
      completeAuthorisation.execute(by, await decide(await connect())),
    console: () => consoleOf(fakes, { userId: user.id, connectionId: null }),
    describeTimeline: () => fakes.timeline.entries.map(({ event }) => describeEvent(event)).join(' '),
    state: async () => {
      if (await fakes.pendingConnections.findByUser(by.userId)) return 'authorised'
      const now = fakes.clock.now()
      return fakes.attempts.all.some(({ returnedAt, expiresAt }) => !returnedAt && now < expiresAt)
        ? 'attempt open'
        : 'nothing stored'
    },
  }
}

function textsOf(result: CallbackResult): string {
  const query = new URL(urlAfterCallback(result), 'http://localhost').searchParams
  const notice = noticeOf(query.get('notice') ?? undefined, query.get('ref') ?? undefined)
  return notice ? `${notice.title}. ${notice.sentence}` : 'Choose the account to connect'
}

export async function driveExchange(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  world.breakCall('exchange', fault, region, null)
  world.sandbox.controls.resetCalls()
  const result = await scene.returnFromAmazon(await scene.connect())

  findings.equal(await scene.state(), cell.state, 'state')
  findings.contains(textsOf(result), cell.sentence, 'sentence')
  if (cell.diagnosis) findings.contains(scene.describeTimeline(), cell.diagnosis, 'diagnosis')
  findings.equal(await scene.console().first(), cell.cause, 'cause')
  const tokenCalls = world.sandbox.controls.calls().token
  findings.equal(tokenCalls, 1, 'number of token calls')

  world.fix()
  findings.equal((await scene.connectAgain()).outcome, 'authorised', 'outcome after the fault')
  return findings.all
}

/** Amazon's page has the fault, or redirects the user back with an error. */
export async function driveAuthorise(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  const url = await scene.connect()
  world.breakCall('authorise', fault, region, null)
  const page = await openPage(url, world.timeout)
  if (cell.state !== 'attempt open') {
    findings.equal(page, 'a consent page', 'Amazon’s page')
    const result = await scene.returnFromAmazon(url)
    findings.equal(await scene.state(), cell.state, 'state')
    findings.contains(textsOf(result), cell.sentence, 'sentence')
    if (cell.diagnosis) findings.contains(scene.describeTimeline(), cell.diagnosis, 'diagnosis')
    findings.equal(await scene.console().first(), cell.cause, 'cause')
    world.fix()
    findings.equal((await scene.connectAgain()).outcome, 'authorised', 'outcome after the fault')
    return findings.all
  }

  findings.equal(page, 'something else', 'Amazon’s page')
  findings.equal(await scene.state(), 'attempt open', 'state')
  world.fix()
  scene.clock.advance(minutes(30) - 1)
  findings.equal(await openPage(url, world.timeout), 'a consent page', 'the reloaded page')
  findings.equal((await scene.returnFromAmazon(url)).outcome, 'authorised', 'outcome within 30 minutes')

  const late = await createScene(world, region)
  const old = await late.connect()
  findings.equal(await late.console().first(), 'at_amazon', 'cause before the attempt expires')
  late.clock.advance(minutes(30))
  findings.equal(await late.console().first(), cell.cause, 'cause')
  const result = await late.returnFromAmazon(old)
  findings.equal(await late.state(), cell.plan.end, 'final state')
  findings.contains(textsOf(result), cell.sentence, 'sentence')
  findings.contains(late.describeTimeline(), cell.diagnosis ?? '', 'diagnosis')
  findings.equal(await late.console().first(), 'callback_expired', 'final cause')
  return findings.all
}
