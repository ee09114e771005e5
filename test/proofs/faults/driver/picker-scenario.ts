import { noProfilesNotice, noticeOf } from '../../../../src/adapters/fastify/kit/notices/notices.ts'
import { pickerPage } from '../../../../src/adapters/fastify/seller/connecting/picker-page.ts'
import { describeEvent } from '../../../../src/admin/cases/event-texts.ts'
import {
  AdvancePendingConnection,
  type AdvanceResult,
} from '../../../../src/application/connection/advance-pending-connection.ts'
import { ChooseProfile } from '../../../../src/application/connection/choose-profile.ts'
import { FetchProfiles } from '../../../../src/application/connection/fetch-profiles.ts'
import { timelineSubject } from '../../../../src/domain/connection/pending-connection.ts'
import { type Region, regionNames, regions } from '../../../../src/domain/profile/region.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { entry } from '../../../../src/domain/timeline/entry.ts'
import {
  aPendingConnection,
  aSession,
  aSubscription,
  aUser,
  unfetchedRegionResults,
} from '../../../support/examples.ts'
import { renderPage } from '../../../views/render.ts'
import { sampleShell } from '../../../views/samples/sample.ts'
import type { Cell } from '../cell.ts'
import { consoleOf } from './console.ts'
import { Findings } from './findings.ts'
import { defaultAmazonUser, type World } from './world.ts'

async function createScene(world: World, region: Region, amazonUser = defaultAmazonUser) {
  const fakes = await world.begin()
  const seller = aUser()
  fakes.users.add(seller, { subscription: aSubscription() })
  const grant = world.sandbox.controls.grant(amazonUser)
  const authorise = () =>
    fakes.pendingConnections.put(
      aPendingConnection({
        userId: seller.id,
        region,
        refreshToken: new Secret(grant.refreshToken),
        accessToken: new Secret(grant.accessToken),
        amazonUser: null,
        regionResults: unfetchedRegionResults,
      }),
    )
  await authorise()
  const pending = await fakes.pendingConnections.findByUser(seller.id)
  if (!pending) throw new Error('there is no pending connection')
  await fakes.timeline.append(
    entry(fakes.clock.now(), timelineSubject(pending), {
      kind: 'authorised',
      pendingId: pending.id,
      expiresAt: pending.expiresAt.toISOString(),
    }),
  )
  const fetchProfiles = new FetchProfiles({ ...fakes, login: world.login, profiles: world.directory })
  const chooseProfile = new ChooseProfile(fakes)
  const deps = { ...fakes, fetchProfiles, chooseProfile, profiles: world.directory }
  const useCase = new AdvancePendingConnection(deps)
  const by = { userId: seller.id, sessionId: aSession({ userId: seller.id }).id }
  const { signal } = new AbortController()
  return {
    ...fakes,
    authorise,
    advance: () => useCase.execute(by, signal),
    retry: () => useCase.retry(by, region, signal),
    console: () => consoleOf(fakes, { userId: seller.id, connectionId: null }),
    describeTimeline: () => fakes.timeline.entries.map(({ event }) => describeEvent(event)).join(' '),
    page: (picker: AdvanceResult): string => {
      if (picker.outcome !== 'waiting') return picker.outcome
      const { pending } = picker
      const now = fakes.clock.now()
      const html = renderPage('ads/picker', pickerPage(sampleShell, { pending, live: [], chosen: null, now }))
      return html.replace(/\s+/g, ' ')
    },
  }
}

const textOf = (picker: AdvanceResult): string => {
  const notice =
    picker.outcome === 'no_profiles'
      ? noticeOf(noProfilesNotice(picker.agencies, picker.reason), undefined)
      : null
  return notice ? `${notice.title}. ${notice.sentence}` : picker.outcome
}

const stateOf = (picker: AdvanceResult, region: Region): string =>
  picker.outcome !== 'waiting'
    ? picker.outcome
    : picker.pending.regionResults[region].state === 'fetched'
      ? 'region fetched'
      : 'region not fetched'

function listedProfiles(picker: AdvanceResult, region: Region): string {
  const result = picker.outcome === 'waiting' ? picker.pending.regionResults[region] : null
  return JSON.stringify(result?.state === 'fetched' ? result.profiles : [])
}

export async function driveProfiles(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  world.injectFault('profiles', fault, region, null)
  const first = await scene.advance()

  findings.equal(stateOf(first, region), cell.state, 'state')
  findings.contains(scene.page(first), cell.sentence.replace('{region}', regionNames[region]), 'sentence')
  for (const other of regions.filter(name => name !== region)) {
    findings.equal(stateOf(first, other), 'region fetched', `the other region ${other}`)
  }
  findings.equal(await scene.console().first(), cell.cause, 'cause')
  if (!cell.diagnosis) {
    findings.equal(listedProfiles(first, region), JSON.stringify(world.profiles.get(region)), 'profiles')
    return findings.all
  }

  const expectedEntry = `Profiles in ${regionNames[region]} not fetched: ${cell.diagnosis}`
  findings.contains(scene.describeTimeline(), expectedEntry, 'diagnosis')
  world.sandbox.controls.resetCalls()
  findings.equal(stateOf(await scene.advance(), region), cell.plan.end, 'state after another callback')
  findings.equal(world.sandbox.controls.calls().profiles, 0, 'calls without a request by the seller')
  findings.equal(stateOf(await scene.retry(), region), cell.plan.end, 'state after a failed retry')
  world.clearFaults()
  findings.equal(stateOf(await scene.retry(), region), 'region fetched', 'state after the fault')
  return findings.all
}

export async function driveUserProfile(world: World, cell: Cell, fault: string, region: Region) {
  const findings = new Findings()
  const scene = await createScene(world, region)
  const amazonUserState = (picker: AdvanceResult): string =>
    picker.outcome === 'waiting' && picker.pending.amazonUser ? 'user known' : 'user unknown'
  world.injectFault('userProfile', fault, region, null)
  const first = await scene.advance()

  findings.equal(amazonUserState(first), cell.state, 'state')
  findings.contains(scene.page(first), cell.sentence, 'sentence')
  for (const other of regions) findings.equal(stateOf(first, other), 'region fetched', `region ${other}`)
  findings.equal(await scene.console().first(), cell.cause, 'cause')
  if (!cell.diagnosis) return findings.all

  findings.contains(scene.describeTimeline(), cell.diagnosis, 'diagnosis')
  world.sandbox.controls.resetCalls()
  findings.equal(amazonUserState(await scene.advance()), cell.plan.end, 'state after another callback')
  findings.equal(world.sandbox.controls.calls().userProfile, 3, 'calls after another callback')
  world.clearFaults()
  findings.equal(amazonUserState(await scene.advance()), 'user known', 'state after the fault')
  return findings.all
}

/** No region lists a profile, and the call that would explain why has the fault in one region. */
export async function driveEmptyList(
  world: World,
  cell: Cell,
  { call, fault, region }: { call: 'managerAccounts' | 'adsAccounts'; fault: string; region: Region },
) {
  const findings = new Findings()
  const scene = await createScene(world, region, 'none')
  const { userId } = scene.timeline.entries[0] ?? {}
  const readState = async () =>
    userId && (await scene.pendingConnections.findByUser(userId)) ? 'authorised' : 'nothing stored'
  world.injectFault(call, fault, region, null)
  const first = await scene.advance()

  findings.equal(await readState(), cell.state, 'state')
  findings.contains(textOf(first), cell.sentence, 'sentence')
  findings.equal(await scene.console().first(), cell.cause, 'cause')
  if (cell.diagnosis)
    findings.contains(
      scene.describeTimeline(),
      cell.diagnosis.replace('{region}', regionNames[region]),
      'diagnosis',
    )
  world.sandbox.controls.resetCalls()
  findings.equal((await scene.advance()).outcome, 'gone', 'outcome after another callback')
  findings.equal(world.sandbox.controls.calls()[call], 0, 'calls without a request by the seller')

  world.clearFaults()
  await scene.authorise()
  findings.contains(textOf(await scene.advance()), 'no advertising account', 'sentence after the fault')
  findings.equal(await readState(), cell.plan.end, 'final state')
  return findings.all
}
