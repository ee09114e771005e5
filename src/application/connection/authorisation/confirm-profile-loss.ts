import type { ActiveConnection, AuthorisationLossReason } from '../../../domain/connection/connection.ts'
import type { ConnectionId, PendingConnectionId } from '../../../domain/identifiers.ts'
import { isAmazonFailure } from '../../amazon-failure.ts'
import type { Connections, ProfileDirectory } from '../ports.ts'
import { type GetAccessToken, InvalidGrant, type RecordAuthorisationLoss } from './get-access-token.ts'

interface Dependencies {
  readonly connections: Connections
  readonly profiles: ProfileDirectory
  readonly getAccessToken: GetAccessToken
  readonly recordAuthorisationLoss: RecordAuthorisationLoss
}

/** Amazon still lists the profile, or the list failed. */
export class ProfileLossUnconfirmed extends Error {
  override readonly name = 'ProfileLossUnconfirmed'
}

/** A transient failure at Amazon can also reject calls about a profile: only the profile list decides (S-26). */
export class ConfirmProfileLoss {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice.
   * @returns see {@link RecordAuthorisationLoss.execute}
   * @throws {ProfileLossUnconfirmed} having changed nothing.
   */
  async execute(
    connectionId: ConnectionId,
    pendingConnectionId: PendingConnectionId,
  ): Promise<AuthorisationLossReason | null> {
    const { connections, recordAuthorisationLoss } = this.#deps
    const connection = await connections.find(connectionId)
    const why = connection?.status === 'active' ? await this.#findReason(connection) : 'profile_access_lost'
    return recordAuthorisationLoss.execute(connectionId, why, pendingConnectionId)
  }

  async #findReason({ id, profile }: ActiveConnection): Promise<'grant_revoked' | 'profile_access_lost'> {
    const { getAccessToken, profiles } = this.#deps
    try {
      const listed = await profiles.listProfiles(profile.region, await getAccessToken.execute(id))
      if (!listed.some(one => one.id === profile.id)) return 'profile_access_lost'
    } catch (error) {
      if (error instanceof InvalidGrant) return 'grant_revoked'
      if (!isAmazonFailure(error)) throw error
      throw new ProfileLossUnconfirmed(`the profile list failed: ${error.message}`, { cause: error })
    }
    throw new ProfileLossUnconfirmed('Amazon still lists the profile')
  }
}
