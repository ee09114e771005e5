import t from 'tap'
import { StartAuthorisation } from '../../../../src/application/connection/authorisation/start-authorisation.ts'
import type { Subscription } from '../../../../src/domain/access/subscription.ts'
import type { SessionId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { anId, aSubscription, aUser, minutesLater, noon } from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

function scene(subscription: Subscription | null = aSubscription()) {
  const fakes = openFakes()
  const { id: userId } = aUser()
  fakes.users.add(aUser({ id: userId }), { subscription })
  const sessionId = anId<SessionId>()
  const startAuthorisation = new StartAuthorisation(fakes)
  const click = (region: 'na' | 'eu' | 'fe' = 'na') =>
    startAuthorisation.execute({ userId, sessionId, region, reauthorisedConnectionId: null })
  return { ...fakes, userId, sessionId, click }
}

const stateIn = (url: string) => new URL(url).searchParams.get('state') ?? ''

t.test('S-06 a click on Connect leads to Amazon and stores an attempt with its own verifier', async t => {
  const { click, attempts, unitOfWork, userId, sessionId } = scene()

  const { url } = await click('eu')

  const state = new Secret(stateIn(url))
  const attempt = await unitOfWork.transaction(() => attempts.lockByState(state))
  t.has(attempt, {
    userId,
    sessionId,
    region: 'eu',
    startedAt: noon,
    expiresAt: minutesLater(30),
    returnedAt: null,
  })
  t.equal(attempt?.verifier?.reveal(), `verifier of ${state.reveal()}`)
  t.match(url, 'region=eu')
})

t.test('S-06 every click gets its own state, which cannot be guessed', async t => {
  const { click, attempts } = scene()

  const urls = await Promise.all(Array.from({ length: 20 }, () => click()))

  const states = urls.map(({ url }) => stateIn(url))
  t.equal(new Set(states).size, 20)
  t.ok(states.every(state => Buffer.from(state, 'base64url').length === 32))
  t.equal(attempts.all.length, 20, 'two tabs do not overwrite each other')
})

t.test('S-06 with PKCE switched off no verifier is stored', async t => {
  const { click, attempts, login } = scene()
  login.usesPkce = false

  await click()

  t.equal(attempts.all[0]?.verifier, null)
})

t.test('S-41 a click on Connect is on the timeline with its authorisation attempt', async t => {
  const { click, attempts, timeline, userId } = scene()

  await click('fe')

  t.has(timeline.entries, [
    {
      at: noon,
      userId,
      attemptId: attempts.all[0]?.id,
      event: { kind: 'sent_to_amazon', region: 'fe' },
    },
  ])
})

t.test('S-02 a click on Connect without a suitable plan is rejected and on the timeline', async t => {
  for (const [subscription, planRestriction] of [
    [null, 'no_plan'],
    [aSubscription({ plan: 'listing_tools' }), 'not_full_suite'],
    [aSubscription({ endsAt: noon }), 'lapsed'],
  ] as const) {
    const { click, attempts, login, timeline, userId } = scene(subscription)

    await t.rejects(click(), { code: 'plan_required', planRestriction: { kind: planRestriction } })

    t.has(timeline.entries, [{ at: noon, userId, event: { kind: 'connect_rejected', planRestriction } }])
    t.strictSame(attempts.all, [])
    t.equal(login.callCounts.invite, 0)
  }
})

t.test('S-41 an authorisation attempt and its timeline entry are written in one commit', async t => {
  const { click, attempts, timeline, unitOfWork } = scene()
  unitOfWork.commitError = new Error('the database is gone')

  await t.rejects(click(), /the database is gone/)

  t.strictSame([attempts.all, timeline.entries], [[], []])
})
