import { randomBytes, randomUUID } from 'node:crypto'
import { demandPlan, PlanLacking } from '../../domain/access/subscription.ts'
import { beginAttempt } from '../../domain/connection/attempt.ts'
import type { AttemptId, PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { AmazonLogin, Attempts } from './ports.ts'

interface Needs {
  readonly people: People
  readonly attempts: Attempts
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** A person presses *Connect* and leaves for Amazon's consent page (S-06). */
export class BeginAuthorisation {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @param region where the person's Amazon login lives; null for where it was the last time, North America at first.
   * @throws {PlanLacking} S-02; the click is told on the timeline all the same.
   */
  async run(by: {
    personId: PersonId
    sessionId: SessionId
    region: Region | null
  }): Promise<{ readonly url: string }> {
    const { people, attempts, login, timeline, unitOfWork, clock } = this.#needs
    const { personId, sessionId } = by
    const now = clock.now()

    try {
      demandPlan(await people.subscriptionOf(personId), now)
    } catch (refusal) {
      if (refusal instanceof PlanLacking) {
        await timeline.append(entry(now, { personId }, { kind: 'connect_refused', lack: refusal.lack.lack }))
      }
      throw refusal
    }

    const region = by.region ?? (await attempts.lastRegionOf(personId)) ?? 'na'
    const state = new Secret(randomBytes(32).toString('base64url'))
    const { url, verifier } = await login.invite(region, state)
    const attempt = beginAttempt(
      { id: randomUUID() as AttemptId, personId, sessionId, region, verifier },
      now,
    )

    await unitOfWork.run(async () => {
      await attempts.save(attempt, state)
      await timeline.append(
        entry(now, { personId, attemptId: attempt.id }, { kind: 'sent_to_amazon', region }),
      )
    })
    return { url }
  }
}
