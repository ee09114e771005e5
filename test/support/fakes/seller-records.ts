import { type SellerRecord, SellerRecords } from '../../../src/application/connection/ports.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import type { FakePendingConnections } from './attempts.ts'
import type { FakeConnections } from './connections.ts'
import type { FakePeople } from './people.ts'

export class FakeSellerRecords extends SellerRecords {
  readonly #fakes: Readonly<{
    people: FakePeople
    connections: FakeConnections
    pendings: FakePendingConnections
  }>

  constructor(
    fakes: Readonly<{ people: FakePeople; connections: FakeConnections; pendings: FakePendingConnections }>,
  ) {
    super()
    this.#fakes = fakes
  }

  async of(personId: PersonId): Promise<SellerRecord> {
    const { people, connections, pendings } = this.#fakes
    return {
      subscription: await people.subscriptionOf(personId),
      held: await connections.heldBy(personId),
      pending: await pendings.of(personId),
    }
  }
}
