import { after, minutes } from '../../../domain/calendar.ts'
import { type AuthorisationLossReason, markAuthorisationLost } from '../../../domain/connection/connection.ts'
import { revocationReason } from '../../../domain/connection/consent.ts'
import { isMassRevocation, revocationWindow } from '../../../domain/connection/mass-revocation.ts'
import { authorisationLossEmails } from '../../../domain/email/triggers.ts'
import type { ConnectionId, PendingConnectionId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import { entry } from '../../../domain/timeline/entry.ts'
import type { Users } from '../../access/index.ts'
import { AmazonFailure, isInvalidGrant } from '../../amazon-failure.ts'
import type { Outbox } from '../../email/index.ts'
import { type Clock, decryptSecret, type Timeline, type UnitOfWork } from '../../ports.ts'
import type { AccessTokenCache, AmazonLogin, Connections, RefreshClaim } from '../ports.ts'

interface Dependencies {
  readonly tokens: AccessTokenCache
  readonly login: AmazonLogin
  readonly clock: Clock
}

/** `invalid_grant`, or no grant: nothing else means a revocation. */
export class InvalidGrant extends Error {
  override readonly name = 'InvalidGrant'
}

interface OngoingRefresh {
  readonly rejectedToken: Secret | null
  readonly token: Promise<Secret>
}

const isSameSecret = (one: Secret | null, other: Secret | null): boolean => one?.reveal() === other?.reveal()

/** Milliseconds. */
const timeout = 15_000
const pollDelay = 100

/** Valid for at least a minute. One caller per connection refreshes, across processes; the others wait. */
export class GetAccessToken {
  readonly #deps: Dependencies
  /** Callers share errors. */
  readonly #ongoing = new Map<ConnectionId, OngoingRefresh>()

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidGrant}
   * @throws {AmazonFailure} also for errors on our side, such as `invalid_client`.
   */
  execute(connectionId: ConnectionId, rejectedToken: Secret | null = null): Promise<Secret> {
    const ongoing = this.#ongoing.get(connectionId)
    if (ongoing && isSameSecret(ongoing.rejectedToken, rejectedToken)) return ongoing.token
    const token = this.#refreshAccessToken(connectionId, rejectedToken).finally(() => {
      if (this.#ongoing.get(connectionId)?.token === token) this.#ongoing.delete(connectionId)
    })
    this.#ongoing.set(connectionId, { rejectedToken, token })
    return token
  }

  async #refreshAccessToken(connectionId: ConnectionId, rejectedToken: Secret | null): Promise<Secret> {
    const { tokens, clock } = this.#deps
    for (let waited = 0; waited < timeout; waited += pollDelay) {
      const state = await tokens.read(connectionId)
      if (!state) throw new InvalidGrant('the connection has no grant')
      if (state.state === 'cached') {
        const accessToken = await decryptSecret(state.accessToken)
        if (this.#isUsable({ ...state, accessToken }, rejectedToken)) return accessToken
      }
      const claim = await tokens.claimRefresh(connectionId, state.version)
      if (claim) return this.#refresh(connectionId, claim, rejectedToken)
      await clock.sleep(pollDelay)
    }
    throw new AmazonFailure('timeout', 'another caller did not finish refreshing the access token')
  }

  #isUsable(state: { accessToken: Secret; expiresAt: Date }, rejectedToken: Secret | null): boolean {
    if (isSameSecret(state.accessToken, rejectedToken)) return false
    return after(this.#deps.clock.now(), minutes(1)) < state.expiresAt
  }

  async #refresh(
    connectionId: ConnectionId,
    claim: RefreshClaim,
    rejectedToken: Secret | null,
  ): Promise<Secret> {
    const { tokens, login, clock } = this.#deps
    try {
      const refreshed = await login.refresh(claim.region, claim.refreshToken)
      const expiresAt = after(clock.now(), refreshed.expiresInSeconds * 1000)
      await tokens.store(connectionId, claim, { ...refreshed, expiresAt })
      return refreshed.accessToken
    } catch (error) {
      await tokens.releaseClaim(connectionId, claim)
      if (isInvalidGrant(error)) {
        const current = await tokens.read(connectionId)
        // A newer grant exists.
        if (current && current.pendingConnectionId !== claim.pendingConnectionId)
          return this.#refreshAccessToken(connectionId, rejectedToken)
        throw new InvalidGrant(error.message, { cause: error })
      }
      throw error
    }
  }
}

interface LossDependencies {
  readonly consentDays: number
  readonly users: Users
  readonly connections: Connections
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Check LWA_CLIENT_ID and LWA_CLIENT_SECRET. No connection loses its grant until Amazon accepts us again. */
export class MassRevocationSuspected extends Error {
  override readonly name = 'MassRevocationSuspected'
}

/** Keeps slot and history (S-26). */
export class RecordAuthorisationLoss {
  readonly #deps: LossDependencies

  constructor(deps: LossDependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice.
   * @returns the reason in force, perhaps of an earlier loss; null when a newer grant exists.
   * @throws {MassRevocationSuspected} having only put the grant in doubt.
   */
  async execute(
    connectionId: ConnectionId,
    reason: Exclude<AuthorisationLossReason, 'consent_expired'>,
    pendingConnectionId: PendingConnectionId,
  ): Promise<AuthorisationLossReason | null> {
    const { connections, clock } = this.#deps
    try {
      return await this.#record(connectionId, reason, pendingConnectionId)
    } catch (error) {
      // Outside the transaction, which was rolled back.
      if (error instanceof MassRevocationSuspected && reason === 'grant_revoked')
        await connections.recordDoubt(connectionId, pendingConnectionId, clock.now())
      throw error
    }
  }

  async #record(
    connectionId: ConnectionId,
    reason: Exclude<AuthorisationLossReason, 'consent_expired'>,
    pendingConnectionId: PendingConnectionId,
  ): Promise<AuthorisationLossReason | null> {
    const { users, connections, outbox, timeline, unitOfWork, clock, consentDays } = this.#deps
    const owner = (await connections.find(connectionId))?.userId
    if (!owner) return reason
    return unitOfWork.transaction(async () => {
      // Waits for a concurrent reauthorisation.
      await users.lock(owner)
      const connection = await connections.find(connectionId)
      if (connection?.status !== 'active')
        return connection?.status === 'needs_authorisation' ? connection.why : reason
      if (connection.pendingConnectionId !== pendingConnectionId) return null
      const now = clock.now()
      const why =
        reason === 'grant_revoked' ? revocationReason(connection.grant.consentedAt, consentDays, now) : reason
      if (why !== 'marked_by_staff') await this.#assertNoMassLoss(now)
      const lost = markAuthorisationLost(connection, why, now)
      await connections.save(lost)
      await outbox.put(...authorisationLossEmails(lost))
      const { userId } = connection
      await timeline.append(entry(now, { userId, connectionId }, { kind: 'authorisation_lost', why }))
      return why
    })
  }

  async #assertNoMassLoss(now: Date): Promise<void> {
    const lossCount = await this.#deps.connections.countLosses(after(now, -revocationWindow))
    if (!isMassRevocation(lossCount)) return
    throw new MassRevocationSuspected(
      `Amazon ended ${lossCount} authorisations in a row: does LWA_CLIENT_ID name the client that they were issued to?`,
    )
  }
}
