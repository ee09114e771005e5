import { isStaff } from '../../domain/access/person.ts'
import { AdminsAlone, administers, StaffAlone } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { People } from './ports.ts'

/** Checks the current role. @throws {StaffOnly} */
export async function demandStaff(people: Pick<People, 'byId'>, by: PersonId): Promise<void> {
  const viewer = await people.byId(by)
  if (!viewer || !isStaff(viewer.role)) throw new StaffAlone()
}

/** @throws {AdminsOnly} */
export async function demandAdmin(people: Pick<People, 'byId'>, by: PersonId): Promise<void> {
  const viewer = await people.byId(by)
  if (!viewer || !administers(viewer.role)) throw new AdminsAlone()
}
