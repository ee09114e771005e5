import {
  type ConfirmProfileLoss,
  ProfileLossUnconfirmed,
} from '../../application/connection/authorisation/confirm-profile-loss.ts'
import {
  type GetAccessToken,
  InvalidGrant,
  MassRevocationSuspected,
  type RecordAuthorisationLoss,
} from '../../application/connection/authorisation/get-access-token.ts'
import {
  type AccessLossReason,
  AccessLossUnconfirmed,
  AccessRevoked,
  AccessUncertain,
  AdsApiAccess,
} from '../../application/ingestion/report-ports.ts'
import type { ConnectionId, PendingConnectionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

export class ConnectionAccess extends AdsApiAccess {
  readonly #getAccessToken: GetAccessToken
  readonly #recordAuthorisationLoss: RecordAuthorisationLoss
  readonly #confirmProfileLoss: ConfirmProfileLoss

  constructor(
    getAccessToken: GetAccessToken,
    recordAuthorisationLoss: RecordAuthorisationLoss,
    confirmProfileLoss: ConfirmProfileLoss,
  ) {
    super()
    this.#getAccessToken = getAccessToken
    this.#recordAuthorisationLoss = recordAuthorisationLoss
    this.#confirmProfileLoss = confirmProfileLoss
  }

  async accessToken(connectionId: ConnectionId, rejected: Secret | null): Promise<Secret> {
    try {
      return await this.#getAccessToken.execute(connectionId, rejected)
    } catch (error) {
      throw error instanceof InvalidGrant ? new AccessRevoked(error.message, { cause: error }) : error
    }
  }

  async recordLoss(
    connectionId: ConnectionId,
    why: 'grant_revoked' | 'profile_access_lost',
    pendingConnectionId: PendingConnectionId,
  ): Promise<AccessLossReason | null> {
    try {
      const loss =
        why === 'profile_access_lost'
          ? await this.#confirmProfileLoss.execute(connectionId, pendingConnectionId)
          : await this.#recordAuthorisationLoss.execute(connectionId, why, pendingConnectionId)
      return loss === 'consent_expired' ? 'grant_revoked' : loss
    } catch (error) {
      if (error instanceof MassRevocationSuspected) throw new AccessUncertain(error.message, { cause: error })
      if (error instanceof ProfileLossUnconfirmed)
        throw new AccessLossUnconfirmed(error.message, { cause: error })
      throw error
    }
  }
}
