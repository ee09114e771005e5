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

async function scene(world: World, region: Region) {
  const fakes = await world.begin()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const by = { userId: user.id, sessionId: anId<SessionId>() }
  const deps = { ...fakes, login: world.login }
  const begin = new StartAuthorisation(deps)
  const complete = new CompleteAuthorisation(deps)
  const connect = async () => (await begin.execute({ ...by, region, reauthorises: null })).url
  return {
    ...fakes,
    connect,
    comeBack: async (url: string): Promise<CallbackResult> => complete.execute(by, await decide(url)),
    again: async (): Promise<CallbackResult> => complete.execute(by, await decide(await connect())),
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
  const all = await scene(world, region)
  world.breakCall('exchange', fault, region, null)
  world.sandbox.controls.resetCalls()
  const result = await all.comeBack(await all.connect())

  findings.equal(await all.state(), cell.state, 'state')
  findings.contains(textsOf(result), cell.sentence, 'sentence')
  if (cell.diagnosis) findings.contains(all.describeTimeline(), cell.diagnosis, 'diagnosis')
  findings.equal(await all.console().first(), cell.cause, 'cause')
  const tokenCalls = world.sandbox.controls.calls().token
  findings.equal(tokenCalls, 1, 'times that Amazon was asked')

  world.fix()
  findings.equal((await all.again()).outcome, 'authorised', 'when the fault is over')
  return findings.all
}

/** Amazon's page has the fault, or redirects the user back with an error. */
export async function driveAuthorise(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const all = await scene(world, region)
  const url = await all.connect()
  world.breakCall('authorise', fault, region, null)
  const page = await openPage(url, world.timeout)
  if (cell.state !== 'attempt open') {
    findings.equal(page, 'a consent page', 'Amazon’s page')
    const result = await all.comeBack(url)
    findings.equal(await all.state(), cell.state, 'state')
    findings.contains(textsOf(result), cell.sentence, 'sentence')
    if (cell.diagnosis) findings.contains(all.describeTimeline(), cell.diagnosis, 'diagnosis')
    findings.equal(await all.console().first(), cell.cause, 'cause')
    world.fix()
    findings.equal((await all.again()).outcome, 'authorised', 'when the fault is over')
    return findings.all
  }

  findings.equal(page, 'something else', 'Amazon’s page')
  findings.equal(await all.state(), 'attempt open', 'state')
  world.fix()
  all.clock.advance(minutes(30) - 1)
  findings.equal(await openPage(url, world.timeout), 'a consent page', 'the page, reloaded')
  findings.equal((await all.comeBack(url)).outcome, 'authorised', 'within half an hour')

  const late = await scene(world, region)
  const old = await late.connect()
  findings.equal(await late.console().first(), 'at_amazon', 'cause meanwhile')
  late.clock.advance(minutes(30))
  findings.equal(await late.console().first(), cell.cause, 'cause')
  const result = await late.comeBack(old)
  findings.equal(await late.state(), cell.plan.end, 'state in the end')
  findings.contains(textsOf(result), cell.sentence, 'sentence')
  findings.contains(late.describeTimeline(), cell.diagnosis ?? '', 'diagnosis')
  findings.equal(await late.console().first(), 'callback_expired', 'cause in the end')
  return findings.all
}
