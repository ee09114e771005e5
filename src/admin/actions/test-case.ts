import { type AuditLog, demandStaff, type People } from '../../application/access/index.ts'
import {
  type AmazonLogin,
  type Connections,
  GrantGone,
  type MintAccessToken,
  type PendingConnections,
  type ProfileDirectory,
} from '../../application/connection/index.ts'
import type { AdvertisingReports } from '../../application/ingestion/index.ts'
import {
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
  type Clock,
  type Timeline,
  traceOf,
  type UnitOfWork,
} from '../../application/ports.ts'
import type { Origin } from '../../domain/access/audit.ts'
import { demandReason } from '../../domain/access/staff-action.ts'
import type { ActiveConnection } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import type { AmazonReportId, PersonId } from '../../domain/identifiers.ts'
import { regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { entry, type TestedStep } from '../../domain/timeline/entry.ts'
import type { CaseKey } from '../cases/case.ts'
import type { Stories } from '../ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly pendings: PendingConnections
  readonly stories: Pick<Stories, 'page'>
  readonly login: AmazonLogin
  readonly profiles: ProfileDirectory
  readonly reports: AdvertisingReports
  readonly mintAccessToken: MintAccessToken
  readonly audit: AuditLog
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * Tries a token refresh, all regions' profiles and one report's status at Amazon; changes nothing (S-43). Without a
 * seller's token, tests only our client.
 */
export class TestCase {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @throws {InvalidReason}
   * @throws {StaffOnly}
   */
  async run(asked: {
    readonly by: PersonId
    readonly key: CaseKey
    readonly reason: string
    readonly from: Origin
  }): Promise<readonly TestedStep[]> {
    const { people, audit, timeline, unitOfWork, clock } = this.#needs
    const { by, key, from } = asked
    const reason = demandReason(asked.reason)
    await demandStaff(people, by)
    const steps = await this.#steps(key)
    await unitOfWork.run(async () => {
      const now = clock.now()
      const about = { personId: key.personId, connectionId: key.connectionId }
      const after = Object.fromEntries(steps.map(({ step, went }) => [step, went]))
      await audit.append({
        ...about,
        at: now,
        staffId: by,
        action: 'test_live',
        reason,
        before: null,
        after,
        from,
      })
      await timeline.append(entry(now, about, { kind: 'tested_live', steps }))
    })
    return steps
  }

  async #steps({ personId, connectionId }: CaseKey): Promise<TestedStep[]> {
    const { connections, pendings, login, clock } = this.#needs
    const connection = connectionId && (await connections.find(connectionId))
    if (connection?.status === 'active') return this.#connectionSteps(connection)
    const pending = await pendings.of(personId)
    if (!pending || isExpired(pending, clock.now())) return [await this.#client()]
    let token: Secret | null = null
    const refresh = await this.#step('refresh', async () => {
      token = (await login.refresh(pending.region, pending.refreshToken)).accessToken
      return 'refreshed'
    })
    return token ? [refresh, ...(await this.#regions(token, null))] : [refresh]
  }

  async #connectionSteps(connection: ActiveConnection): Promise<TestedStep[]> {
    const { mintAccessToken, stories, reports } = this.#needs
    let token: Secret | null = null
    const refresh = await this.#step('refresh', async () => {
      // Rejecting the cached token forces a refresh.
      token = await mintAccessToken.run(connection.id, await mintAccessToken.run(connection.id))
      return 'refreshed'
    })
    if (!token) return [refresh]
    const fresh: Secret = token
    const steps = [refresh, ...(await this.#regions(fresh, connection))]
    const [ordered] = await stories.page(
      { personId: connection.personId, connectionId: connection.id },
      { kinds: ['report_accepted', 'report_adopted'], levels: [], about: null, before: null, limit: 1 },
    )
    if (!ordered || !('amazonReportId' in ordered.happening)) return steps
    const id = ordered.happening.amazonReportId as AmazonReportId
    const look = await this.#step('report', async () => {
      const { state } = await reports.look(connection.profile, fresh, id)
      return state
    })
    return [...steps, look]
  }

  #regions(token: Secret, connection: ActiveConnection | null): Promise<TestedStep[]> {
    const { profiles } = this.#needs
    return Promise.all(
      regions.map(region =>
        this.#step(`profiles_${region}`, async () => {
          const found = await profiles.read(region, token)
          const isThere = found.some(({ id }) => id === connection?.profile.id)
          const own = connection?.profile.region !== region ? '' : isThere ? ', including this one' : ''
          if (connection?.profile.region === region && !isThere)
            throw new Missing(`${found.length}, this one missing`)
          return `${found.length}${own}`
        }),
      ),
    )
  }

  /**
   * A made-up token: `invalid_grant` means that Amazon knows our client (`docs/product/amazon.md`, Login with Amazon:
   * token errors).
   */
  #client(): Promise<TestedStep> {
    return this.#step('client', async () => {
      try {
        await this.#needs.login.refresh('na', new Secret('Atzr|none'))
      } catch (error) {
        if (!(error instanceof AmazonRefused && error.code === 'invalid_grant')) throw error
      }
      return 'known to Amazon'
    })
  }

  async #step(step: TestedStep['step'], ask: () => Promise<string>): Promise<TestedStep> {
    const { clock } = this.#needs
    const begun = clock.now()
    const took = () => clock.now().getTime() - begun.getTime()
    try {
      return { step, went: 'well', said: await ask(), milliseconds: took() }
    } catch (error) {
      const said = failureWords(error)
      if (said === null) throw error
      const { requestId } = traceOf(error, clock.now())
      return { step, went: 'badly', said, milliseconds: took(), ...(requestId && { requestId }) }
    }
  }
}

class Missing extends Error {
  override readonly name = 'Missing'
}

/** @returns null for errors that aren't Amazon's: our bugs. */
function failureWords(error: unknown): string | null {
  if (error instanceof Missing) return error.message
  if (error instanceof GrantGone) return 'revoked (invalid_grant)'
  if (error instanceof AmazonTimeout) return 'timed out'
  if (error instanceof AmazonThrottled) return '429'
  if (error instanceof AmazonUnreachable) return error.httpStatus ? String(error.httpStatus) : 'not reachable'
  if (error instanceof AmazonUnreadable) return 'invalid response'
  if (error instanceof AmazonRefused)
    return [error.httpStatus, error.code, error.detail].filter(Boolean).join(' ').slice(0, 300)
  return null
}
