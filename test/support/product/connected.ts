import { randomUUID } from 'node:crypto'
import type { TokenPair } from '../../../sandbox/control/controls.ts'
import { ChooseProfile } from '../../../src/application/connection/choose-profile.ts'
import { PendingConnections, ProfileDirectory } from '../../../src/application/connection/ports.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { createPendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import type {
  AttemptId,
  ConnectionId,
  PendingConnectionId,
  SessionId,
  UserId,
} from '../../../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../src/domain/profile/profile.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { TestProduct } from './test-product.ts'

export async function profilesOf(product: TestProduct, user: string): Promise<AdvertisingProfile[]> {
  const directory = product.product.container.get(ProfileDirectory)
  const token = new Secret(product.sandbox.controls.grant(user).accessToken)
  return (await Promise.all(regions.map(region => directory.listProfiles(region, token)))).flat()
}

export async function authoriseDirectly(
  product: TestProduct,
  {
    user,
    profile,
    role = 'seller',
    existingUserId,
    grant = product.sandbox.controls.grant(user),
  }: Parameters<typeof connectDirectly>[1],
): Promise<{ userId: UserId; sessionId: SessionId; pendingId: PendingConnectionId }> {
  const { container } = product.product
  const userId = existingUserId ?? (await product.newUser(role)).id
  const [sessionId, attemptId] = [randomUUID() as SessionId, randomUUID() as AttemptId]
  await product.query(
    `insert into authorisation_attempt (id, user_id, session_id, region, state_hash, started_at, expires_at)
     values ($1, $2, $3, 'na', $4, now(), now())`,
    [attemptId, userId, sessionId, attemptId],
  )
  const now = product.clock.now()
  const pending = createPendingConnection(
    {
      id: randomUUID() as PendingConnectionId,
      userId,
      attemptId,
      reauthorisedConnectionId: null,
      region: 'na',
      refreshToken: new Secret(grant.refreshToken),
      accessToken: new Secret(grant.accessToken),
      accessTokenExpiresAt: now,
      isConsentPageSkipped: false,
    },
    now,
  )
  const noProfiles = { state: 'fetched', profiles: [] } as const
  const regionResults = {
    na: noProfiles,
    eu: noProfiles,
    fe: noProfiles,
    [profile.region]: { state: 'fetched', profiles: [profile] },
  } as const
  await container.get(PendingConnections).put({ ...pending, regionResults })
  return { userId, sessionId, pendingId: pending.id }
}

/** Connects a profile and starts its sync run without the pages, for tests that need many connections. */
export async function connectDirectly(
  product: TestProduct,
  options: {
    user: string
    profile: AdvertisingProfile
    role?: Role
    existingUserId?: UserId
    /** Default: a new grant, as if the seller had just consented. */
    grant?: TokenPair
  },
): Promise<{ userId: UserId; connectionId: ConnectionId }> {
  const { userId, sessionId, pendingId } = await authoriseDirectly(product, options)
  const result = await product.product.container.get(ChooseProfile).execute({
    userId,
    sessionId,
    profileId: options.profile.id,
    replace: null,
    confirmedUserId: null,
    reauthorisedConnectionId: null,
    pendingId,
  })
  if (result.outcome !== 'connected') throw new Error(`not connected but ${result.outcome}`)
  return { userId, connectionId: result.connectionId }
}
