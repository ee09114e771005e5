import {
  PasskeyChallenges,
  type PasskeyOptions,
  Passkeys,
  PasskeyVerifier,
} from '../../../../src/application/access/second-factor/ports.ts'
import type { Passkey } from '../../../../src/domain/access/passkey.ts'
import type { SessionId, UserId } from '../../../../src/domain/identifiers.ts'
import { anId, noon } from '../../examples.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakePasskeys extends Passkeys {
  readonly #passkeys = new Table<string, Passkey>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#passkeys)
  }

  async of(userId: UserId): Promise<readonly Passkey[]> {
    const own = this.#passkeys.all().filter(passkey => passkey.userId === userId)
    return own.toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
  }

  async add(passkey: Passkey): Promise<boolean> {
    if (this.#passkeys.get(passkey.id)) return false
    this.#passkeys.set(passkey.id, passkey)
    return true
  }

  async recordUse({ id }: Passkey, { signCount, at }: { signCount: number; at: Date }): Promise<void> {
    const passkey = this.#passkeys.get(id)
    if (passkey) this.#passkeys.set(id, { ...passkey, signCount, lastUsedAt: at })
  }

  async remove(userId: UserId, id: string): Promise<boolean> {
    if (this.#passkeys.get(id)?.userId !== userId) return false
    this.#passkeys.delete(id)
    return true
  }

  async removeAllOf(userId: UserId): Promise<void> {
    for (const { id } of await this.of(userId)) this.#passkeys.delete(id)
  }

  async ownersAmong(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const owners = new Set(this.#passkeys.all().map(({ userId }) => userId))
    return new Set(userIds.filter(id => owners.has(id)))
  }
}

export class FakePasskeyChallenges extends PasskeyChallenges {
  readonly #challenges = new Table<SessionId, { readonly challenge: string; readonly expiresAt: Date }>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#challenges)
  }

  async save(sessionId: SessionId, challenge: string, expiresAt: Date): Promise<void> {
    this.#challenges.set(sessionId, { challenge, expiresAt })
  }

  async take(sessionId: SessionId, now: Date): Promise<string | null> {
    const known = this.#challenges.get(sessionId)
    this.#challenges.delete(sessionId)
    return known && now < known.expiresAt ? known.challenge : null
  }
}

/** An authenticator whose answer is the passkey's id and the challenge. */
export class FakePasskeyVerifier extends PasskeyVerifier {
  #made = 0

  async registrationOptions(): Promise<PasskeyOptions> {
    return this.#options()
  }

  async verifyRegistration(answer: string, challenge: string) {
    const [id = '', answered] = answer.split(' ')
    if (answered !== challenge) return null
    return { id, publicKey: new Uint8Array([1, 2, 3]), signCount: 0, transports: ['internal'] }
  }

  async authenticationOptions(): Promise<PasskeyOptions> {
    return this.#options()
  }

  async verifyAuthentication(answer: string, challenge: string, known: readonly Passkey[]) {
    const [id, answered] = answer.split(' ')
    const passkey = known.find(each => each.id === id)
    return passkey && answered === challenge ? { passkey, signCount: passkey.signCount + 1 } : null
  }

  #options(): PasskeyOptions {
    this.#made += 1
    const challenge = `challenge-${this.#made}`
    return { options: { challenge }, challenge }
  }
}

export const aPasskey = (overrides: Partial<Passkey> & Pick<Passkey, 'userId'>): Passkey => ({
  id: anId(),
  publicKey: new Uint8Array([1, 2, 3]),
  signCount: 0,
  transports: ['internal'],
  name: 'Firefox on Windows',
  createdAt: noon,
  lastUsedAt: null,
  ...overrides,
})
