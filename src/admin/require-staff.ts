import type { Users } from '../application/access/ports.ts'
import { AdminsOnly, isAdmin, StaffOnly } from '../domain/access/staff-action.ts'
import { isStaff } from '../domain/access/user.ts'
import type { UserId } from '../domain/identifiers.ts'

/** @throws {StaffOnly} */
export async function requireStaff(users: Pick<Users, 'byId'>, by: UserId): Promise<void> {
  const user = await users.byId(by)
  if (!user || !isStaff(user.role)) throw new StaffOnly()
}

/** @throws {AdminsOnly} */
export async function requireAdmin(users: Pick<Users, 'byId'>, by: UserId): Promise<void> {
  const user = await users.byId(by)
  if (!user || !isAdmin(user.role)) throw new AdminsOnly()
}
