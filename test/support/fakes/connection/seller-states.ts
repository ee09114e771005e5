import { type SellerState, SellerStates } from '../../../../src/application/connection/ports.ts'
import type { UserId } from '../../../../src/domain/identifiers.ts'
import type { FakeUsers } from '../access/users.ts'
import type { FakePendingConnections } from './authorisation-attempts.ts'
import type { FakeConnections } from './connections.ts'

export class FakeSellerStates extends SellerStates {
  readonly #fakes: Readonly<{
    users: FakeUsers
    connections: FakeConnections
    pendingConnections: FakePendingConnections
  }>

  constructor(
    fakes: Readonly<{
      users: FakeUsers
      connections: FakeConnections
      pendingConnections: FakePendingConnections
    }>,
  ) {
    super()
    this.#fakes = fakes
  }

  async of(userId: UserId): Promise<SellerState> {
    const { users, connections, pendingConnections } = this.#fakes
    return {
      subscription: await users.subscriptions.of(userId),
      live: await connections.liveByUser(userId),
      pending: await pendingConnections.findByUser(userId),
    }
  }
}
