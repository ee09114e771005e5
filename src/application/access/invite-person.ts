import type { Origin } from '../../domain/access/audit.ts'
import { demandNewcomer, PersonKnown } from '../../domain/access/newcomer.ts'
import type { Role } from '../../domain/access/person.ts'
import { demandReason } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { AddPerson } from './add-person.ts'
import { demandAdmin } from './demand-staff.ts'
import type { AccessMails, AuditLog, People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly addPerson: Pick<AddPerson, 'run'>
  readonly mails: AccessMails
  readonly audit: AuditLog
}

/** By an admin, with a reason; sends an invitation (S-43). */
export class InvitePerson {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {AdminsOnly} */
  async asks({ by }: { by: PersonId }): Promise<void> {
    await demandAdmin(this.#needs.people, by)
  }

  /** @throws {InvalidReason | InvalidNewUser | AdminsOnly | EmailAlreadyRegistered} */
  async run(asked: {
    readonly by: PersonId
    readonly name: string
    readonly email: string
    readonly role: Role
    readonly reason: string
    readonly from: Origin
  }): Promise<PersonId> {
    const { people, addPerson, mails, audit } = this.#needs
    const { by, role, from } = asked
    const newcomer = demandNewcomer(asked)
    const reason = demandReason(asked.reason)
    const added = await addPerson.run(
      { ...newcomer, role },
      {
        demand: () => demandAdmin(people, by),
        alongside: async (person, link, at) => {
          await mails.invite(person, link)
          const about = { staffId: by, personId: person.id, connectionId: null }
          const change = { before: null, after: { role } }
          await audit.append({ ...about, ...change, at, action: 'person_admitted', reason, from })
        },
      },
    )
    if (added === 'known') throw new PersonKnown()
    return added.id
  }
}
