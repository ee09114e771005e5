import { noticeOf, urlAfterCallback } from '../../../../src/adapters/fastify/kit/notices/notices.ts'
import { describeEvent } from '../../../../src/admin/cases/event-texts.ts'
import {
  type CallbackResult,
  CompleteAuthorisation,
} from '../../../../src/application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../../../../src/application/connection/authorisation/start-authorisation.ts'
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
  const actor = { userId: user.id, sessionId: anId<SessionId>() }
  const deps = { ...fakes, login: world.login }
  const startAuthorisation = new StartAuthorisation(deps)
  const completeAuthorisation = new CompleteAuthorisation(deps)
  const startConnecting = async () =>
    (await startAuthorisation.execute({ ...actor, region, reauthorisedConnectionId: null })).url
  return {
    ...fakes,
    startConnecting,
    returnFromAmazon: async (url: string): Promise<CallbackResult> =>
      completeAuthorisation.execute(actor, await decide(url)),
    connectAgain: async (): Promise<CallbackResult> =>
      completeAuthorisation.execute(actor, await decide(await startConnecting())),
    console: () => consoleOf(fakes, { userId: user.id, connectionId: null }),
    describeTimeline: () => fakes.timeline.entries.map(({ event }) => describeEvent(event)).join(' '),
    state: async () => {
      if (await fakes.pendingConnections.findByUser(actor.userId)) return 'authorised'
      const now = fakes.clock.now()
      return fakes.attempts.all.some(({ returnedAt, expiresAt }) => !returnedAt && now < expiresAt)
        ? 'attempt open'
        : 'nothing stored'
    },
  }
}

function messageOf(result: CallbackResult): string {
  const query = new URL(urlAfterCallback(result), 'http://localhost').searchParams
  const notice = noticeOf(query.get('notice') ?? undefined, query.get('ref') ?? undefined)
  return notice ? `${notice.title}. ${notice.sentence}` : 'Choose an account to connect'
}

export async function driveExchange(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  world.injectFault('exchange', fault, region, null)
  world.sandbox.controls.resetCalls()
  const result = await scene.returnFromAmazon(await scene.startConnecting())

  findings.equal(await scene.state(), cell.state, 'state')
  findings.contains(messageOf(result), cell.sentence, 'sentence')
  if (cell.diagnosis) findings.contains(scene.describeTimeline(), cell.diagnosis, 'diagnosis')
  findings.equal(await scene.console().first(), cell.cause, 'cause')
  const tokenCalls = world.sandbox.controls.calls().token
  findings.equal(tokenCalls, 1, 'number of token calls')

  world.clearFaults()
  findings.equal((await scene.connectAgain()).outcome, 'authorised', 'outcome after the fault')
  return findings.all
}

/** Amazon's page either has the fault or redirects the user back with an error. */
export async function driveAuthorise(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  const url = await scene.startConnecting()
  world.injectFault('authorise', fault, region, null)
  const page = await openPage(url, world.timeout)
  if (cell.state !== 'attempt open') {
    findings.equal(page, 'a consent page', 'Amazon’s page')
    const result = await scene.returnFromAmazon(url)
    findings.equal(await scene.state(), cell.state, 'state')
    findings.contains(messageOf(result), cell.sentence, 'sentence')
    if (cell.diagnosis) findings.contains(scene.describeTimeline(), cell.diagnosis, 'diagnosis')
    findings.equal(await scene.console().first(), cell.cause, 'cause')
    world.clearFaults()
    findings.equal((await scene.connectAgain()).outcome, 'authorised', 'outcome after the fault')
    return findings.all
  }

  findings.equal(page, 'something else', 'Amazon’s page')
  findings.equal(await scene.state(), 'attempt open', 'state')
  world.clearFaults()
  scene.clock.advance(minutes(30) - 1)
  findings.equal(await openPage(url, world.timeout), 'a consent page', 'the reloaded page')
  findings.equal((await scene.returnFromAmazon(url)).outcome, 'authorised', 'outcome within 30 minutes')

  const expiring = await createScene(world, region)
  const expiredUrl = await expiring.startConnecting()
  findings.equal(await expiring.console().first(), 'at_amazon', 'cause before the attempt expires')
  expiring.clock.advance(minutes(30))
  findings.equal(await expiring.console().first(), cell.cause, 'cause')
  const result = await expiring.returnFromAmazon(expiredUrl)
  findings.equal(await expiring.state(), cell.plan.end, 'final state')
  findings.contains(messageOf(result), cell.sentence, 'sentence')
  findings.contains(expiring.describeTimeline(), cell.diagnosis ?? '', 'diagnosis')
  findings.equal(await expiring.console().first(), 'callback_expired', 'final cause')
  return findings.all
}
