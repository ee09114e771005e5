import type { Origin } from '../../domain/access/audit.ts'
import { demandReason, OwnFactorKept, PersonUnknown } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { demandAdmin } from './demand-staff.ts'
import type { AuditLog, People } from './ports.ts'
import type { RemoveSecondFactor } from './remove-second-factor.ts'

interface Needs {
  readonly people: People
  readonly removeSecondFactor: Pick<RemoveSecondFactor, 'run'>
  readonly audit: AuditLog
}

/** By an admin, with a reason (S-43). */
export class TakeSecondFactor {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {InvalidReason | AdminsOnly | CannotRemoveOwnSecondFactor | UserNotFound} */
  async run(asked: {
    readonly by: PersonId
    readonly personId: PersonId
    readonly reason: string
    readonly from: Origin
  }): Promise<'removed' | 'had_none'> {
    const { people, removeSecondFactor, audit } = this.#needs
    const { by, personId, from } = asked
    const reason = demandReason(asked.reason)
    const outcome = await removeSecondFactor.run(
      { personId },
      {
        demand: async () => {
          await demandAdmin(people, by)
          if (by === personId) throw new OwnFactorKept()
        },
        alongside: async (factor, at) => {
          const before = { secondFactor: factor.confirmedAt ? 'set up' : 'begun' }
          const about = { staffId: by, personId, connectionId: null, before, after: { secondFactor: null } }
          await audit.append({ ...about, at, action: 'second_factor_removed', reason, from })
        },
      },
    )
    if (outcome === 'nobody') throw new PersonUnknown()
    return outcome
  }
}
