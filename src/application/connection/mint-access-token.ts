import { after, minutes } from '../../domain/calendar.ts'
import { type AuthorisationLoss, loseAuthorisation } from '../../domain/connection/connection.ts'
import { whyGrantIsGone } from '../../domain/connection/consent.ts'
import { isMassLoss, lossWindow } from '../../domain/connection/mass-loss.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { lossMails } from '../../domain/mail/occasions.ts'
import type { Secret } from '../../domain/secret.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Outbox } from '../mail/index.ts'
import { AmazonRefused, AmazonTimeout, type Clock, opened, type Timeline, type UnitOfWork } from '../ports.ts'
import type { AccessTokens, AmazonLogin, Connections, RefreshClaim } from './ports.ts'

interface Needs {
  readonly tokens: AccessTokens
  readonly login: AmazonLogin
  readonly clock: Clock
}

/** `invalid_grant`, or no grant: nothing else means a revocation. */
export class GrantGone extends Error {
  override readonly name = 'GrantGone'
}

interface Underway {
  readonly rejected: Secret | null
  readonly token: Promise<Secret>
}

const isSame = (one: Secret | null, other: Secret | null): boolean => one?.reveal() === other?.reveal()

/** Milliseconds to wait for another caller. */
const patience = 15_000
const glance = 100

/**
 * Returns a token valid for at least a minute. One caller per connection refreshes, across all processes; the others
 * wait for it.
 */
export class MintAccessToken {
  readonly #needs: Needs
  /** Callers of this process share a result, errors included. */
  readonly #underway = new Map<ConnectionId, Underway>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @param rejected a token that must not be returned again.
   * @throws {InvalidGrant | AmazonUnreachable | AmazonTimeout}
   * @throws {AmazonRejected} for `invalid_client` and other errors on our side.
   */
  run(connectionId: ConnectionId, rejected: Secret | null = null): Promise<Secret> {
    const underway = this.#underway.get(connectionId)
    if (underway && isSame(underway.rejected, rejected)) return underway.token
    const token = this.#mint(connectionId, rejected).finally(() => {
      if (this.#underway.get(connectionId)?.token === token) this.#underway.delete(connectionId)
    })
    this.#underway.set(connectionId, { rejected, token })
    return token
  }

  async #mint(connectionId: ConnectionId, rejected: Secret | null): Promise<Secret> {
    const { tokens, clock } = this.#needs
    for (let waited = 0; waited < patience; waited += glance) {
      const state = await tokens.read(connectionId)
      if (!state) throw new GrantGone('the connection has no grant')
      if (state.state === 'cached') {
        // Decrypted, to be compared with a rejected one.
        const accessToken = await opened(state.accessToken)
        if (this.#serves({ ...state, accessToken }, rejected)) return accessToken
      }
      const claim = await tokens.claimRefresh(connectionId, state.version)
      if (claim) return this.#refresh(connectionId, claim, rejected)
      await clock.sleep(glance)
    }
    throw new AmazonTimeout('another caller did not finish refreshing the access token')
  }

  #serves(state: { accessToken: Secret; expiresAt: Date }, rejected: Secret | null): boolean {
    if (isSame(state.accessToken, rejected)) return false
    return after(this.#needs.clock.now(), minutes(1)) < state.expiresAt
  }

  async #refresh(connectionId: ConnectionId, claim: RefreshClaim, rejected: Secret | null): Promise<Secret> {
    const { tokens, login, clock } = this.#needs
    try {
      const minted = await login.refresh(claim.region, claim.refreshToken)
      const expiresAt = after(clock.now(), minted.expiresInSeconds * 1000)
      await tokens.store(connectionId, claim, { ...minted, expiresAt })
      return minted.accessToken
    } catch (error) {
      await tokens.releaseClaim(connectionId, claim)
      if (error instanceof AmazonRefused && error.code === 'invalid_grant') {
        const now = await tokens.read(connectionId)
        // A newer consent exists: Amazon rejected the previous grant.
        if (now && now.consentedAt.getTime() !== claim.consentedAt.getTime())
          return this.#mint(connectionId, rejected)
        throw new GrantGone(error.message, { cause: error })
      }
      throw error
    }
  }
}

interface LoseNeeds {
  readonly consentDays: number
  readonly people: People
  readonly connections: Connections
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * Probably our fault: no connection loses its grant until a refresh succeeds. Check LWA_CLIENT_ID and
 * LWA_CLIENT_SECRET.
 */
export class GrantsDoubted extends Error {
  override readonly name = 'GrantsDoubted'
}

/** Deletes the tokens; slot and history stay (S-26). */
export class LoseAuthorisation {
  readonly #needs: LoseNeeds

  constructor(needs: LoseNeeds) {
    this.#needs = needs
  }

  /**
   * Safe to run twice.
   * @param consentedAt of the rejected consent.
   * @returns the reason in force, perhaps of an earlier loss; null when a newer consent stays.
   * @throws {MassRevocationSuspected} having changed nothing.
   */
  async run(
    connectionId: ConnectionId,
    refused: Exclude<AuthorisationLoss, 'consent_expired'>,
    consentedAt: Date | null,
  ): Promise<AuthorisationLoss | null> {
    const { people, connections, outbox, timeline, unitOfWork, clock, consentDays } = this.#needs
    const owner = (await connections.find(connectionId))?.personId
    if (!owner) return refused
    return unitOfWork.run(async () => {
      // Waits for a concurrent reauthorisation.
      await people.lock(owner)
      const connection = await connections.find(connectionId)
      if (connection?.status !== 'active')
        return connection?.status === 'needs_authorisation' ? connection.why : refused
      if (connection.grant.consentedAt.getTime() !== consentedAt?.getTime()) return null
      const now = clock.now()
      const why =
        refused === 'grant_gone' ? whyGrantIsGone(connection.grant.consentedAt, consentDays, now) : refused
      if (why === 'grant_gone') await this.#demandNoMassLoss(now)
      const lost = loseAuthorisation(connection, why, now)
      await connections.save(lost)
      await outbox.put(...lossMails(lost))
      const { personId } = connection
      await timeline.append(entry(now, { personId, connectionId }, { kind: 'authorisation_lost', why }))
      return why
    })
  }
  async #demandNoMassLoss(now: Date): Promise<void> {
    const lost = await this.#needs.connections.grantLosses(after(now, -lossWindow))
    if (!isMassLoss(lost)) return
    throw new GrantsDoubted(
      `Amazon refused ${lost} grants in a row: is LWA_CLIENT_ID the client that they were given to?`,
    )
  }
}
