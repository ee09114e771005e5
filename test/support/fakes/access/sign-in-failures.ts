import { KnownDevices, SignInFailures } from '../../../../src/application/access/ports.ts'
import {
  type FailureCount,
  type FailureCounter,
  maxFailures,
} from '../../../../src/domain/access/sign-in-failures.ts'
import type { KnownDeviceId, UserId } from '../../../../src/domain/identifiers.ts'
import type { Secret } from '../../../../src/domain/secret.ts'
import { noon } from '../../examples.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

interface Device {
  readonly userId: UserId
  readonly token: string
  readonly lastSeenAt: Date
}

export class FakeKnownDevices extends KnownDevices {
  readonly #devices = new Table<KnownDeviceId, Device>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#devices)
  }

  async find(token: Secret, userId: UserId): Promise<KnownDeviceId | null> {
    const found = this.#devices
      .entries()
      .find(([, device]) => device.userId === userId && device.token === token.reveal())
    return found?.[0] ?? null
  }

  async add(
    { id, userId, createdAt }: { id: KnownDeviceId; userId: UserId; createdAt: Date },
    token: Secret,
  ): Promise<void> {
    this.#devices.set(id, { userId, token: token.reveal(), lastSeenAt: createdAt })
  }

  async touch(id: KnownDeviceId, lastSeenAt: Date): Promise<void> {
    const device = this.#devices.get(id)
    if (device) this.#devices.set(id, { ...device, lastSeenAt })
  }

  async forgetAllOf(userId: UserId, except?: KnownDeviceId): Promise<void> {
    this.#erase((device, id) => device.userId === userId && id !== except)
  }

  async eraseUnused(since: Date): Promise<number> {
    return this.#erase(({ lastSeenAt }) => lastSeenAt <= since)
  }

  #erase(isErased: (device: Device, id: KnownDeviceId) => boolean): number {
    const erased = this.#devices.entries().filter(([id, device]) => isErased(device, id))
    for (const [id] of erased) this.#devices.delete(id)
    return erased.length
  }
}

export class FakeSignInFailures extends SignInFailures {
  readonly #counts = new Table<FailureCounter, FailureCount>()
  readonly #unitOfWork: FakeUnitOfWork

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#unitOfWork = unitOfWork
    unitOfWork.memories.push(this.#counts)
  }

  async lock(counter: FailureCounter): Promise<FailureCount> {
    this.#unitOfWork.assertInside()
    return this.#counts.get(counter) ?? { failures: 0, lastFailedAt: noon }
  }

  async save(counter: FailureCounter, count: FailureCount): Promise<void> {
    this.#counts.set(counter, count)
  }

  async reset(counter: FailureCounter): Promise<void> {
    this.#counts.delete(counter)
  }

  async eraseOld(by: Date): Promise<number> {
    const erased = this.#counts
      .entries()
      .filter(([, { failures, lastFailedAt }]) => lastFailedAt <= by && failures < maxFailures)
    for (const [counter] of erased) this.#counts.delete(counter)
    return erased.length
  }
}
