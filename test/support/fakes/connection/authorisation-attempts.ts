import { AuthorisationAttempts, PendingConnections } from '../../../../src/application/connection/ports.ts'
import type { AuthorisationAttempt } from '../../../../src/domain/connection/authorisation-attempt.ts'
import type { AmazonUser } from '../../../../src/domain/connection/consent.ts'
import type { PendingConnection, RegionResult } from '../../../../src/domain/connection/pending-connection.ts'
import type { PendingConnectionId, UserId } from '../../../../src/domain/identifiers.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import type { Secret } from '../../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakeAuthorisationAttempts extends AuthorisationAttempts {
  readonly #attempts = new Table<
    AuthorisationAttempt['id'],
    { attempt: AuthorisationAttempt; state: string }
  >()
  readonly #unitOfWork: FakeUnitOfWork

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#attempts)
  }

  async save(attempt: AuthorisationAttempt, state: Secret): Promise<void> {
    this.#attempts.set(attempt.id, { attempt, state: state.reveal() })
  }

  async lockByState(state: Secret): Promise<AuthorisationAttempt | null> {
    this.#unitOfWork.assertInside()
    return this.#attempts.all().find(row => row.state === state.reveal())?.attempt ?? null
  }

  async lastRegionOf(userId: UserId) {
    const returned = this.all.filter(attempt => attempt.userId === userId && attempt.returnedAt)
    return (
      returned.sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime()).at(-1)?.region ??
      null
    )
  }

  async markReturned({ id }: AuthorisationAttempt, returnedAt: Date): Promise<void> {
    const row = this.#attempts.get(id)
    if (row) this.#attempts.set(id, { ...row, attempt: { ...row.attempt, returnedAt, verifier: null } })
  }

  async eraseExpiredVerifiers(now: Date): Promise<number> {
    const unerased = this.all.filter(({ verifier, expiresAt }) => verifier && expiresAt <= now)
    for (const { id } of unerased) {
      const row = this.#attempts.get(id)
      if (row) this.#attempts.set(id, { ...row, attempt: { ...row.attempt, verifier: null } })
    }
    return unerased.length
  }

  get all(): AuthorisationAttempt[] {
    return this.#attempts.all().map(({ attempt }) => attempt)
  }
}

export class FakePendingConnections extends PendingConnections {
  readonly #pendingConnections = new Table<UserId, PendingConnection>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#pendingConnections)
  }

  async put(pending: PendingConnection) {
    const older = this.#pendingConnections.get(pending.userId)
    this.#pendingConnections.set(pending.userId, pending)
    return { replacedId: older?.id ?? null }
  }

  async findByUser(userId: UserId): Promise<PendingConnection | null> {
    return this.#pendingConnections.get(userId) ?? null
  }

  async saveRegionResult(id: PendingConnectionId, region: Region, result: RegionResult): Promise<void> {
    this.#change(id, ({ regionResults }) => {
      const keepsEarlier = result.state !== 'fetched' && regionResults[region].state === 'fetched'
      return keepsEarlier ? {} : { regionResults: { ...regionResults, [region]: result } }
    })
  }

  async saveAmazonUser(id: PendingConnectionId, amazonUser: AmazonUser): Promise<void> {
    this.#change(id, () => ({ amazonUser }))
  }

  async saveAccessToken(id: PendingConnectionId, accessToken: Secret, expiresAt: Date): Promise<void> {
    this.#change(id, () => ({ accessToken, accessTokenExpiresAt: expiresAt }))
  }

  async erase(id: PendingConnectionId): Promise<boolean> {
    const pending = this.#pendingConnections.all().find(row => row.id === id)
    return pending ? this.#pendingConnections.delete(pending.userId) : false
  }

  async expired(now: Date, limit: number): Promise<PendingConnection[]> {
    const expired = this.#pendingConnections.all().filter(({ expiresAt }) => expiresAt <= now)
    return expired.sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime()).slice(0, limit)
  }

  #change(id: PendingConnectionId, change: (pending: PendingConnection) => Partial<PendingConnection>): void {
    const pending = this.#pendingConnections.all().find(row => row.id === id)
    if (pending) this.#pendingConnections.set(pending.userId, { ...pending, ...change(pending) })
  }

  get all(): PendingConnection[] {
    return this.#pendingConnections.all()
  }
}
