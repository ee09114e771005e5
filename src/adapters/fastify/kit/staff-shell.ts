import type { FastifyReply } from 'fastify'
import { isAdmin } from '../../../domain/access/staff-action.ts'
import type { User } from '../../../domain/access/user.ts'
import { shellOf } from './shell.ts'
import type { Notice, StaffShell } from './shell-model.ts'

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
