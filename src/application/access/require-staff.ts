import { AdminsOnly, isAdmin, StaffOnly } from '../../domain/access/staff-action.ts'
import { isStaff } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { Users } from './ports.ts'

/** @throws {StaffOnly} */
export async function requireStaff(users: Pick<Users, 'byId'>, by: UserId): Promise<void> {
  const viewer = await users.byId(by)
  if (!viewer || !isStaff(viewer.role)) throw new StaffOnly()
}

/** @throws {AdminsOnly} */
export async function requireAdmin(users: Pick<Users, 'byId'>, by: UserId): Promise<void> {
  const viewer = await users.byId(by)
  if (!viewer || !isAdmin(viewer.role)) throw new AdminsOnly()
}
