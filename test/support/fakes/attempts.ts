import { Attempts, PendingConnections } from '../../../src/application/connection/ports.ts'
import type { Attempt } from '../../../src/domain/connection/attempt.ts'
import type { AmazonUser } from '../../../src/domain/connection/consent.ts'
import type { PendingConnection, RegionReading } from '../../../src/domain/connection/pending-connection.ts'
import type { PendingConnectionId, PersonId } from '../../../src/domain/identifiers.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import type { Secret } from '../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'

export class FakeAttempts extends Attempts {
  readonly #attempts = new Table<Attempt['id'], { attempt: Attempt; state: string }>()
  readonly #unitOfWork: FakeUnitOfWork

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#attempts)
  }

  async save(attempt: Attempt, state: Secret): Promise<void> {
    this.#attempts.set(attempt.id, { attempt, state: state.reveal() })
  }

  async lockByState(state: Secret): Promise<Attempt | null> {
    this.#unitOfWork.demandInside()
    return this.#attempts.all().find(row => row.state === state.reveal())?.attempt ?? null
  }

  async lastRegionOf(personId: PersonId) {
    const back = this.all.filter(attempt => attempt.personId === personId && attempt.returnedAt)
    return (
      back.sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime()).at(-1)?.region ?? null
    )
  }

  async markReturned({ id }: Attempt, returnedAt: Date): Promise<void> {
    const row = this.#attempts.get(id)
    if (row) this.#attempts.set(id, { ...row, attempt: { ...row.attempt, returnedAt, verifier: null } })
  }

  async eraseVerifiers(by: Date): Promise<number> {
    const left = this.all.filter(({ verifier, expiresAt }) => verifier && expiresAt <= by)
    for (const { id } of left) {
      const row = this.#attempts.get(id)
      if (row) this.#attempts.set(id, { ...row, attempt: { ...row.attempt, verifier: null } })
    }
    return left.length
  }

  get all(): Attempt[] {
    return this.#attempts.all().map(({ attempt }) => attempt)
  }
}

export class FakePendingConnections extends PendingConnections {
  readonly #pendings = new Table<PersonId, PendingConnection>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#pendings)
  }

  async put(pending: PendingConnection) {
    const older = this.#pendings.get(pending.personId)
    this.#pendings.set(pending.personId, pending)
    return { replacedId: older?.id ?? null }
  }

  async of(personId: PersonId): Promise<PendingConnection | null> {
    return this.#pendings.get(personId) ?? null
  }

  async keepReading(id: PendingConnectionId, region: Region, reading: RegionReading): Promise<void> {
    this.#change(id, ({ readings }) => {
      const isKept = reading.state !== 'read' && readings[region].state === 'read'
      return isKept ? {} : { readings: { ...readings, [region]: reading } }
    })
  }

  async keepAmazonUser(id: PendingConnectionId, amazonUser: AmazonUser): Promise<void> {
    this.#change(id, () => ({ amazonUser }))
  }

  async keepAccessToken(id: PendingConnectionId, accessToken: Secret, expiresAt: Date): Promise<void> {
    this.#change(id, () => ({ accessToken, accessTokenExpiresAt: expiresAt }))
  }

  async erase(id: PendingConnectionId): Promise<boolean> {
    const pending = this.#pendings.all().find(row => row.id === id)
    return pending ? this.#pendings.delete(pending.personId) : false
  }

  async expired(now: Date, limit: number): Promise<PendingConnection[]> {
    const expired = this.#pendings.all().filter(({ expiresAt }) => expiresAt <= now)
    return expired.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime()).slice(0, limit)
  }

  #change(id: PendingConnectionId, change: (pending: PendingConnection) => Partial<PendingConnection>): void {
    const pending = this.#pendings.all().find(row => row.id === id)
    if (pending) this.#pendings.set(pending.personId, { ...pending, ...change(pending) })
  }

  get all(): PendingConnection[] {
    return this.#pendings.all()
  }
}
