import { type AuditLog, requireStaff, type Users } from '../../application/access/index.ts'
import {
  type AmazonLogin,
  type Connections,
  type GetAccessToken,
  InvalidGrant,
  type PendingConnections,
  type ProfileDirectory,
} from '../../application/connection/index.ts'
import type { AdvertisingReports } from '../../application/ingestion/index.ts'
import {
  AmazonRejected,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  type Clock,
  InvalidAmazonResponse,
  responseDetails,
  type Timeline,
  type UnitOfWork,
} from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { parseReason } from '../../domain/access/staff-action.ts'
import type { ActiveConnection } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import type { AmazonReportId, UserId } from '../../domain/identifiers.ts'
import { regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { entry, type LiveTestStep } from '../../domain/timeline/entry.ts'
import type { CaseKey } from '../cases/case-key.ts'
import type { TimelineReader } from '../ports.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly pendingConnections: PendingConnections
  readonly timelineReader: Pick<TimelineReader, 'page'>
  readonly login: AmazonLogin
  readonly profiles: ProfileDirectory
  readonly reports: AdvertisingReports
  readonly getAccessToken: GetAccessToken
  readonly audit: AuditLog
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * Tests a token refresh, all profiles and one report's status; changes nothing (S-43). Without a token, tests our client.
 */
export class TestConnection {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidReason}
   * @throws {StaffOnly}
   */
  async execute(request: {
    readonly by: UserId
    readonly key: CaseKey
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<readonly LiveTestStep[]> {
    const { users, audit, timeline, unitOfWork, clock } = this.#deps
    const { by, key, from } = request
    const reason = parseReason(request.reason)
    await requireStaff(users, by)
    const steps = await this.#steps(key)
    await unitOfWork.transaction(async () => {
      const now = clock.now()
      const about = { userId: key.userId, connectionId: key.connectionId }
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

  async #steps({ userId, connectionId }: CaseKey): Promise<LiveTestStep[]> {
    const { connections, pendingConnections, login, clock } = this.#deps
    const connection = connectionId && (await connections.find(connectionId))
    if (connection?.status === 'active') return this.#connectionSteps(connection)
    const pending = await pendingConnections.findByUser(userId)
    if (!pending || isExpired(pending, clock.now())) return [await this.#client()]
    let token: Secret | null = null
    const refresh = await this.#step('refresh', async () => {
      token = (await login.refresh(pending.region, pending.refreshToken)).accessToken
      return 'refreshed'
    })
    return token ? [refresh, ...(await this.#regions(token, null))] : [refresh]
  }

  async #connectionSteps(connection: ActiveConnection): Promise<LiveTestStep[]> {
    const { getAccessToken, timelineReader, reports } = this.#deps
    let token: Secret | null = null
    const refresh = await this.#step('refresh', async () => {
      // Rejecting the cached token forces a refresh.
      token = await getAccessToken.execute(connection.id, await getAccessToken.execute(connection.id))
      return 'refreshed'
    })
    if (!token) return [refresh]
    const fresh: Secret = token
    const steps = [refresh, ...(await this.#regions(fresh, connection))]
    const [ordered] = await timelineReader.page(
      { userId: connection.userId, connectionId: connection.id },
      {
        kinds: ['report_accepted', 'report_duplicate_adopted'],
        levels: [],
        about: null,
        before: null,
        limit: 1,
      },
    )
    if (!ordered || !('amazonReportId' in ordered.event)) return steps
    const id = ordered.event.amazonReportId as AmazonReportId
    const look = await this.#step('report', async () => {
      const { state } = await reports.getStatus(connection.profile, fresh, id)
      return state
    })
    return [...steps, look]
  }

  #regions(token: Secret, connection: ActiveConnection | null): Promise<LiveTestStep[]> {
    const { profiles } = this.#deps
    return Promise.all(
      regions.map(region =>
        this.#step(`profiles_${region}`, async () => {
          const found = await profiles.listProfiles(region, token)
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
   * With a made-up token, `invalid_grant` means that Amazon knows our client (`docs/product/amazon.md`, Login with
   * Amazon: token errors).
   */
  #client(): Promise<LiveTestStep> {
    return this.#step('client', async () => {
      try {
        await this.#deps.login.refresh('na', new Secret('Atzr|none'))
      } catch (error) {
        if (!(error instanceof AmazonRejected && error.code === 'invalid_grant')) throw error
      }
      return 'known to Amazon'
    })
  }

  async #step(step: LiveTestStep['step'], ask: () => Promise<string>): Promise<LiveTestStep> {
    const { clock } = this.#deps
    const begun = clock.now()
    const took = () => clock.now().getTime() - begun.getTime()
    try {
      return { step, went: 'well', message: await ask(), milliseconds: took() }
    } catch (error) {
      const message = failureText(error)
      if (message === null) throw error
      const { requestId } = responseDetails(error, clock.now())
      return { step, went: 'badly', message, milliseconds: took(), ...(requestId && { requestId }) }
    }
  }
}

class Missing extends Error {
  override readonly name = 'Missing'
}

/** @returns null for errors that aren't Amazon's. */
function failureText(error: unknown): string | null {
  if (error instanceof Missing) return error.message
  if (error instanceof InvalidGrant) return 'revoked (invalid_grant)'
  if (error instanceof AmazonTimeout) return 'timed out'
  if (error instanceof AmazonThrottled) return '429'
  if (error instanceof AmazonUnreachable) return error.httpStatus ? String(error.httpStatus) : 'not reachable'
  if (error instanceof InvalidAmazonResponse) return 'invalid response'
  if (error instanceof AmazonRejected)
    return [error.httpStatus, error.code, error.detail].filter(Boolean).join(' ').slice(0, 300)
  return null
}
