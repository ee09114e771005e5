import type { AuditLog, Users } from '../../application/access/ports.ts'
import { isAmazonFailure, isInvalidGrant, responseDetails } from '../../application/amazon-failure.ts'
import { type GetAccessToken, InvalidGrant } from '../../application/connection/index.ts'
import type {
  AmazonLogin,
  Connections,
  PendingConnections,
  ProfileDirectory,
} from '../../application/connection/ports.ts'
import type { AdvertisingReports } from '../../application/ingestion/report-ports.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { parseReason } from '../../domain/access/staff-action.ts'
import type { ActiveConnection } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import type { AmazonReportId, UserId } from '../../domain/identifiers.ts'
import { regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { entry, type LiveTestStep } from '../../domain/timeline/entry.ts'
import type { TimelineReader } from '../ports.ts'
import { requireStaff } from '../require-staff.ts'
import type { CaseKey } from './case-key.ts'

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
 * Tests token refresh, all profiles and one report's status; changes nothing (S-43). Without a token: only our client.
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
    const steps = await this.#runSteps(key)
    await unitOfWork.transaction(async () => {
      const now = clock.now()
      const subject = { userId: key.userId, connectionId: key.connectionId }
      const after = Object.fromEntries(steps.map(({ step, went }) => [step, went]))
      await audit.append({
        ...subject,
        at: now,
        staffId: by,
        action: 'test_live',
        reason,
        before: null,
        after,
        from,
      })
      await timeline.append(entry(now, subject, { kind: 'tested_live', steps }))
    })
    return steps
  }

  async #runSteps({ userId, connectionId }: CaseKey): Promise<LiveTestStep[]> {
    const { connections, pendingConnections, login, clock } = this.#deps
    const connection = connectionId && (await connections.find(connectionId))
    if (connection?.status === 'active') return this.#testActiveConnection(connection)
    const pending = await pendingConnections.findByUser(userId)
    if (!pending || isExpired(pending, clock.now())) return [await this.#testClient()]
    let token: Secret | null = null
    const refresh = await this.#runStep('refresh', async () => {
      token = (await login.refresh(pending.region, pending.refreshToken)).accessToken
      return 'refreshed'
    })
    return token ? [refresh, ...(await this.#testRegions(token, null))] : [refresh]
  }

  async #testActiveConnection(connection: ActiveConnection): Promise<LiveTestStep[]> {
    const { getAccessToken, timelineReader, reports } = this.#deps
    let token: Secret | null = null
    const refresh = await this.#runStep('refresh', async () => {
      // Rejecting the cached token forces a refresh.
      token = await getAccessToken.execute(connection.id, await getAccessToken.execute(connection.id))
      return 'refreshed'
    })
    if (!token) return [refresh]
    const freshToken: Secret = token
    const steps = [refresh, ...(await this.#testRegions(freshToken, connection))]
    const [latestRequest] = await timelineReader.page(
      { userId: connection.userId, connectionId: connection.id },
      {
        kinds: ['report_accepted', 'report_duplicate_adopted'],
        levels: [],
        about: null,
        before: null,
        limit: 1,
      },
    )
    if (!latestRequest || !('amazonReportId' in latestRequest.event)) return steps
    const id = latestRequest.event.amazonReportId as AmazonReportId
    const reportStep = await this.#runStep('report', async () => {
      const { state } = await reports.getStatus(connection.profile, freshToken, id)
      return state
    })
    return [...steps, reportStep]
  }

  #testRegions(token: Secret, connection: ActiveConnection | null): Promise<LiveTestStep[]> {
    const { profiles } = this.#deps
    return Promise.all(
      regions.map(region =>
        this.#runStep(`profiles_${region}`, async () => {
          const listed = await profiles.listProfiles(region, token)
          const isListed = listed.some(({ id }) => id === connection?.profile.id)
          const suffix = connection?.profile.region !== region ? '' : isListed ? ', including this one' : ''
          if (connection?.profile.region === region && !isListed)
            throw new Missing(`${listed.length}, this one missing`)
          return `${listed.length}${suffix}`
        }),
      ),
    )
  }

  /**
   * With a made-up token, `invalid_grant` means that Amazon knows our client (`docs/product/amazon.md`, Login with
   * Amazon: token errors).
   */
  #testClient(): Promise<LiveTestStep> {
    return this.#runStep('client', async () => {
      try {
        await this.#deps.login.refresh('na', new Secret('Atzr|none'))
      } catch (error) {
        if (!isInvalidGrant(error)) throw error
      }
      return 'known to Amazon'
    })
  }

  async #runStep(step: LiveTestStep['step'], call: () => Promise<string>): Promise<LiveTestStep> {
    const { clock } = this.#deps
    const startedAt = clock.now()
    const elapsed = () => clock.now().getTime() - startedAt.getTime()
    try {
      return { step, went: 'well', message: await call(), milliseconds: elapsed() }
    } catch (error) {
      const message = failureText(error)
      if (message === null) throw error
      const { requestId } = responseDetails(error, clock.now())
      return { step, went: 'badly', message, milliseconds: elapsed(), ...(requestId && { requestId }) }
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
  if (!isAmazonFailure(error)) return null
  const { kind, httpStatus, code, detail } = error
  switch (kind) {
    case 'timeout':
      return 'timed out'
    case 'throttled':
      return '429'
    case 'unreachable':
      return httpStatus ? String(httpStatus) : 'not reachable'
    case 'unreadable':
      return 'invalid response'
    case 'rejected':
      return [httpStatus, code, detail].filter(Boolean).join(' ').slice(0, 300)
    case 'untrusted_host':
      return null
  }
}
