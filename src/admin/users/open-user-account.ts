import { hasSecondFactor, type Passkeys, secondFactorsOf } from '../../application/access/index.ts'
import type {
  SecondFactors,
  StaffAccessLog,
  Subscriptions,
  Users,
  UserWithSubscription,
} from '../../application/access/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { UserNotFound } from '../../domain/access/staff-action.ts'
import { normaliseEmail } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireStaff } from '../require-staff.ts'

interface Dependencies {
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly factors: Pick<SecondFactors, 'of'>
  readonly passkeys: Pick<Passkeys, 'of'>
  readonly staffAccessLog: StaffAccessLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface UserAccount extends UserWithSubscription {
  /** Null while enabled. */
  readonly disabledSince: Date | null
  readonly hasSecondFactor: boolean
}

/** Writes the staff access log, which the user sees. */
export class OpenUserAccount {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {StaffOnly | UserNotFound} */
  async find({ by, email }: { by: UserId; email: string }): Promise<UserId> {
    const { users } = this.#deps
    await requireStaff(users, by)
    const id = await users.idOf({ email: normaliseEmail(email) })
    if (!id) throw new UserNotFound()
    return id
  }

  /** @throws {StaffOnly | UserNotFound} */
  execute({ by, userId }: { by: UserId; userId: UserId }): Promise<UserAccount> {
    const { users, subscriptions, staffAccessLog, unitOfWork, clock } = this.#deps
    return unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      const user = await users.byId(userId)
      if (!user) throw new UserNotFound()
      if (by !== userId)
        await staffAccessLog.record({ userId, viewerId: by, connectionId: null, at: clock.now() })
      return {
        user,
        subscription: await subscriptions.of(userId),
        disabledSince: await users.disabledSince(userId),
        hasSecondFactor: hasSecondFactor(await secondFactorsOf(this.#deps, userId)),
      }
    })
  }
}
