import fc from 'fast-check'
import t from 'tap'
import { ChooseProfile } from '../../src/application/connection/choose-profile.ts'
import { EndPendingConnection } from '../../src/application/connection/end-pending-connection.ts'
import { after } from '../../src/domain/calendar.ts'
import { NoPendingConnection, PendingConnectionExpired } from '../../src/domain/connection/errors.ts'
import { createPendingConnection } from '../../src/domain/connection/pending-connection.ts'
import { pendingStepOf } from '../../src/domain/connection/pending-step.ts'
import {
  aPendingConnection,
  aProfile,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  regionResultsWith,
} from '../support/examples.ts'
import { openFakes } from '../support/fakes/open.ts'
import { repetitions } from './repetitions.ts'

const hour = 3_600_000
const { count: runs, seed } = repetitions(1_000, 10_000)

/** Milliseconds since the pending connection was saved: up to two hours, often close to the end of its hour. */
const age = fc.oneof(
  fc.integer({ min: 0, max: 2 * hour }),
  fc.integer({ min: hour - 3, max: hour + 3 }),
  fc.constantFrom(0, 1, hour - 1000, hour - 1, hour, hour + 1, 59 * 60_000 + 59_999),
)

/** Saved at any time in fifty years; then the picker is opened at some ages, and a profile chosen. */
const scenario = fc.record({
  savedAt: fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('2050-01-01T00:00:00Z'),
    noInvalidDate: true,
  }),
  viewTimes: fc.array(age, { maxLength: 4 }),
  choiceAt: age,
  workerRuns: fc.boolean(),
})

t.test(
  `S-13 S-14 S-15 a pending connection exists at 59:59.999 and is gone at 60:00 (${runs} random times)`,
  { timeout: 600_000 },
  async t => {
    const outcomes = new Map<string, number>()
    const property = fc.asyncProperty(scenario, async ({ savedAt, viewTimes, choiceAt, workerRuns }) => {
      const fakes = openFakes()
      const user = aUser()
      fakes.users.add(user, { subscription: aSubscription() })
      const session = aSession({ userId: user.id, expiresAt: hoursLater(1e6) })
      await fakes.sessions.open(session)
      const pending = {
        ...createPendingConnection(
          { ...aPendingConnection({ userId: user.id }), reauthorisedConnectionId: null },
          savedAt,
        ),
        regionResults: regionResultsWith(aProfile()),
      }
      await fakes.pendingConnections.put(pending)
      const subscription = aSubscription()

      for (const at of [...viewTimes].sort((a, b) => a - b)) {
        fakes.clock.set(after(savedAt, at))
        if (workerRuns) await new EndPendingConnection(fakes).expire()
        const stored = await fakes.pendingConnections.findByUser(user.id)
        const { step } = pendingStepOf({ subscription, live: [], pending: stored }, fakes.clock.now())
        const expected = at < hour ? 'choose_profile' : workerRuns ? 'none' : 'expired'
        if (step !== expected) throw new Error(`at ${at} ms the step is ${step}, not ${expected}`)
        const [remaining] = fakes.pendingConnections.all
        if (remaining && remaining.expiresAt.getTime() !== savedAt.getTime() + hour)
          throw new Error('opening the picker extended the hour')
        if (workerRuns && at >= hour && remaining)
          throw new Error(`at ${at} ms the pending connection still exists`)
      }

      fakes.clock.set(after(savedAt, Math.max(choiceAt, ...viewTimes)))
      const at = Math.max(choiceAt, ...viewTimes)
      const chosen = await new ChooseProfile(fakes)
        .execute({
          userId: user.id,
          sessionId: session.id,
          profileId: aProfile().id,
          pendingId: pending.id,
          replace: null,
          confirmedUserId: null,
          reauthorisedConnectionId: null,
        })
        .then(
          ({ outcome }) => outcome,
          error => error,
        )
      const liveConnections = await fakes.connections.liveByUser(user.id)
      const isGone =
        chosen instanceof PendingConnectionExpired || (workerRuns && chosen instanceof NoPendingConnection)
      if (
        at < hour
          ? chosen !== 'connected' || liveConnections.length !== 1
          : !isGone || liveConnections.length !== 0
      )
        throw new Error(`at ${at} ms the choice resulted in ${String(chosen)}`)
      const outcome = at < hour ? 'connected' : 'refused'
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    })

    await fc.assert(property, { numRuns: runs, seed })

    t.comment(JSON.stringify(Object.fromEntries(outcomes)))
    for (const outcome of ['connected', 'refused'])
      t.ok((outcomes.get(outcome) ?? 0) > runs / 10, `${outcome} is not rare: ${outcomes.get(outcome)}`)
  },
)
