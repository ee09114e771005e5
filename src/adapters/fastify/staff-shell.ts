import type { FastifyReply } from 'fastify'
import { isAdmin } from '../../domain/access/staff-action.ts'
import type { User } from '../../domain/access/user.ts'
import type { Notice } from './page-models/shell.ts'
import type { StaffShell } from './page-models/staff.ts'
import { shellOf } from './shell.ts'

export function staffShellOf(
  reply: FastifyReply,
  page: { title: string; supportEmail: string; user?: User | undefined; notice?: Notice | null },
): StaffShell {
  const { title, supportEmail, user, notice = null } = page
  const staff = user && {
    name: user.name,
    email: user.email,
    isAdmin: isAdmin(user.role),
  }
  return { ...shellOf(reply, { title, supportEmail, notice }), staff: staff ?? null }
}
