import { Passwords, StoredPasswords, Subscriptions, Users } from '../../../../src/application/access/ports.ts'
import type { Subscription } from '../../../../src/domain/access/subscription.ts'
import type { UserReference } from '../../../../src/domain/access/subscription-event.ts'
import type { Role, User } from '../../../../src/domain/access/user.ts'
import type { UserId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakeUsers extends Users {
  readonly #users = new Table<UserId, { user: User; passwordHash: Secret | null }>()
  readonly #subscriptions = new Table<UserId, Subscription>()
  readonly subscriptions = new FakeSubscriptions(this.#subscriptions)
  readonly #disabled = new Table<UserId, Date>()
  readonly storedPasswords = new FakeStoredPasswords(this.#users, this.#disabled)
  readonly #unitOfWork: FakeUnitOfWork
  /** Runs while a caller waits for the user's lock. */
  meanwhile: () => Promise<unknown> = async () => undefined

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#users, this.#subscriptions, this.#disabled)
  }

  add(user: User, { subscription, password = 'a password' }: UserDetails): void {
    const passwordHash = hashOf(new Secret(password))
    this.#users.set(user.id, { user, passwordHash })
    if (subscription) this.#subscriptions.set(user.id, subscription)
    else this.#subscriptions.delete(user.id)
  }

  async lock(id: UserId): Promise<User> {
    this.#unitOfWork.assertInside()
    await this.meanwhile()
    const found = this.#users.get(id)
    if (!found) throw new Error(`no user ${id}`)
    return found.user
  }

  async byId(id: UserId): Promise<User | null> {
    return this.find(id)
  }

  async idOf(about: UserReference): Promise<UserId | null> {
    if ('email' in about) return (await this.storedPasswords.find(about.email))?.user.id ?? null
    return this.find(about.userId)?.id ?? null
  }

  async saveRole(id: UserId, role: Role): Promise<void> {
    const found = this.#users.get(id)
    if (found) this.#users.set(id, { ...found, user: { ...found.user, role } })
  }

  async lockAdmins(): Promise<readonly UserId[]> {
    const admins = this.all().filter(({ id, role }) => role === 'admin' && !this.#disabled.get(id))
    return admins.map(({ id }) => id).sort()
  }

  async disabledSince(id: UserId): Promise<Date | null> {
    return this.#disabled.get(id) ?? null
  }

  async saveDisabled(id: UserId, since: Date | null): Promise<void> {
    if (since) this.#disabled.set(id, since)
    else this.#disabled.delete(id)
  }

  async insert(user: User): Promise<boolean> {
    if (await this.storedPasswords.find(user.email)) return false
    this.#users.set(user.id, { user, passwordHash: null })
    return true
  }

  async listAfter(email: string | null, limit: number) {
    const users = this.#users.all().map(({ user }) => user)
    const later = users.filter(user => email === null || user.email > email)
    later.sort((one, other) => (one.email < other.email ? -1 : 1))
    const page = later.slice(0, limit)
    return page.map(user => ({ user, subscription: this.#subscriptions.get(user.id) ?? null }))
  }

  async listOf(roles: readonly Role[]): Promise<User[]> {
    const found = this.all().filter(({ role }) => roles.includes(role))
    return found.sort((one, other) => (one.email < other.email ? -1 : 1))
  }

  all(): User[] {
    return this.#users.all().map(({ user }) => user)
  }

  find(id: UserId): User | null {
    return this.#users.get(id)?.user ?? null
  }
}

export class FakeStoredPasswords extends StoredPasswords {
  readonly #users: Table<UserId, { user: User; passwordHash: Secret | null }>

  readonly #disabled: Table<UserId, Date>

  constructor(
    users: Table<UserId, { user: User; passwordHash: Secret | null }>,
    disabled: Table<UserId, Date>,
  ) {
    super()
    this.#users = users
    this.#disabled = disabled
  }

  async find(email: string) {
    const found = this.#users.all().find(({ user }) => user.email === email) ?? null
    return found && this.#disabled.get(found.user.id) ? { ...found, passwordHash: null } : found
  }

  async save(id: UserId, passwordHash: Secret): Promise<void> {
    const found = this.#users.get(id)
    if (found) this.#users.set(id, { ...found, passwordHash })
  }
}

export class FakeSubscriptions extends Subscriptions {
  readonly #subscriptions: Table<UserId, Subscription>

  constructor(subscriptions: Table<UserId, Subscription>) {
    super()
    this.#subscriptions = subscriptions
  }

  async of(id: UserId): Promise<Subscription | null> {
    return this.#subscriptions.get(id) ?? null
  }

  async save(id: UserId, subscription: Subscription | null): Promise<void> {
    if (subscription) this.#subscriptions.set(id, subscription)
    else this.#subscriptions.delete(id)
  }
}

export interface UserDetails {
  readonly subscription: Subscription | null
  readonly password?: string
}

const hashOf = (password: Secret): Secret => new Secret(`hash of ${password.reveal()}`)

export class FakePasswords extends Passwords {
  /** For each comparison, whether there was a hash. */
  readonly compared: boolean[] = []

  async matches(password: Secret, hash: Secret | null): Promise<boolean> {
    this.compared.push(hash !== null)
    return hash?.reveal() === hashOf(password).reveal()
  }

  async hash(password: Secret): Promise<Secret> {
    return hashOf(password)
  }
}
