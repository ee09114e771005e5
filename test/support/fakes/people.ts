import { Passwords, People } from '../../../src/application/access/ports.ts'
import type { Person, Role } from '../../../src/domain/access/person.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { Addressee } from '../../../src/domain/access/subscription-event.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'

export class FakePeople extends People {
  readonly #people = new Table<PersonId, { person: Person; passwordHash: Secret | null }>()
  readonly #subscriptions = new Table<PersonId, Subscription>()
  readonly #unitOfWork: FakeUnitOfWork
  /** Runs while a caller waits for the user's lock. */
  meanwhile: () => Promise<unknown> = async () => undefined

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#people, this.#subscriptions)
  }

  add(person: Person, { subscription, password = 'a password' }: PersonOnRecord): void {
    const passwordHash = hashOf(new Secret(password))
    this.#people.set(person.id, { person, passwordHash })
    if (subscription) this.#subscriptions.set(person.id, subscription)
    else this.#subscriptions.delete(person.id)
  }

  async byEmail(email: string) {
    return this.#people.all().find(({ person }) => person.email === email) ?? null
  }

  async lock(id: PersonId): Promise<Person> {
    this.#unitOfWork.demandInside()
    await this.meanwhile()
    const found = this.#people.get(id)
    if (!found) throw new Error(`no person ${id}`)
    return found.person
  }

  async byId(id: PersonId): Promise<Person | null> {
    return this.find(id)
  }

  async subscriptionOf(id: PersonId): Promise<Subscription | null> {
    return this.#subscriptions.get(id) ?? null
  }

  async idOf(about: Addressee): Promise<PersonId | null> {
    if ('email' in about) return (await this.byEmail(about.email))?.person.id ?? null
    return this.find(about.personId)?.id ?? null
  }

  async saveSubscription(id: PersonId, subscription: Subscription | null): Promise<void> {
    if (subscription) this.#subscriptions.set(id, subscription)
    else this.#subscriptions.delete(id)
  }

  async saveRole(id: PersonId, role: Role): Promise<void> {
    const found = this.#people.get(id)
    if (found) this.#people.set(id, { ...found, person: { ...found.person, role } })
  }

  async admit(person: Person): Promise<boolean> {
    if (await this.byEmail(person.email)) return false
    this.#people.set(person.id, { person, passwordHash: null })
    return true
  }

  async savePassword(id: PersonId, passwordHash: Secret): Promise<void> {
    const found = this.#people.get(id)
    if (found) this.#people.set(id, { ...found, passwordHash })
  }

  async listAfter(email: string | null, limit: number) {
    const people = this.#people.all().map(({ person }) => person)
    const later = people.filter(person => email === null || person.email > email)
    later.sort((one, other) => (one.email < other.email ? -1 : 1))
    const page = later.slice(0, limit)
    return page.map(person => ({ person, subscription: this.#subscriptions.get(person.id) ?? null }))
  }

  async listOf(roles: readonly Role[]): Promise<Person[]> {
    const found = this.all().filter(({ role }) => roles.includes(role))
    return found.sort((one, other) => (one.email < other.email ? -1 : 1))
  }

  all(): Person[] {
    return this.#people.all().map(({ person }) => person)
  }

  find(id: PersonId): Person | null {
    return this.#people.get(id)?.person ?? null
  }
}

export interface PersonOnRecord {
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
