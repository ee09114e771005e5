import type { Users } from '../../application/access/ports.ts'
import { UserNotFound } from '../../domain/access/staff-action.ts'
import type { User } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'

/** @throws {UserNotFound} */
export async function lockUser(users: Pick<Users, 'byId' | 'lock'>, id: UserId): Promise<User> {
  if (!(await users.byId(id))) throw new UserNotFound()
  return users.lock(id)
}
