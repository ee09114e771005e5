import {
  GrantGone,
  GrantsDoubted,
  type LoseAuthorisation,
  type MintAccessToken,
} from '../../application/connection/index.ts'
import {
  AccessDoubted,
  AccessGone,
  type AccessLoss,
  ReportAccess,
} from '../../application/ingestion/ports.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

/** Keeps ingestion independent of the connection module. */
export class ConnectionAccess extends ReportAccess {
  readonly #mint: MintAccessToken
  readonly #loseAuthorisation: LoseAuthorisation

  constructor(mint: MintAccessToken, loseAuthorisation: LoseAuthorisation) {
    super()
    this.#mint = mint
    this.#loseAuthorisation = loseAuthorisation
  }

  async token(connectionId: ConnectionId, rejected: Secret | null): Promise<Secret> {
    try {
      return await this.#mint.run(connectionId, rejected)
    } catch (error) {
      throw error instanceof GrantGone ? new AccessGone(error.message, { cause: error }) : error
    }
  }

  async lose(
    connectionId: ConnectionId,
    why: 'grant_gone' | 'profile_rights_lost',
    consentedAt: Date | null,
  ): Promise<AccessLoss | null> {
    try {
      const loss = await this.#loseAuthorisation.run(connectionId, why, consentedAt)
      return loss === 'consent_expired' ? 'grant_gone' : loss
    } catch (error) {
      throw error instanceof GrantsDoubted ? new AccessDoubted(error.message, { cause: error }) : error
    }
  }
}
