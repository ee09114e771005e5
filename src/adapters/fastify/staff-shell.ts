import type { FastifyReply } from 'fastify'
import type { Person } from '../../domain/access/person.ts'
import { administers } from '../../domain/access/staff-action.ts'
import type { Notice } from './page-models/shell.ts'
import type { StaffShell } from './page-models/staff.ts'
import { shellOf } from './shell.ts'

/** Without a user: the staff sign-in pages. */
export function staffShellOf(
  reply: FastifyReply,
  page: { title: string; supportEmail: string; person?: Person | undefined; notice?: Notice | null },
): StaffShell {
  const { title, supportEmail, person, notice = null } = page
  const staff = person && {
    name: person.name,
    email: person.email,
    administers: administers(person.role),
  }
  return { ...shellOf(reply, { title, supportEmail, notice }), staff: staff ?? null }
}
