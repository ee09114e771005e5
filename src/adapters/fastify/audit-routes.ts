import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { ReadAudit } from '../../application/access/index.ts'
import type { AuditEntryId, PersonId } from '../../domain/identifiers.ts'
import { addressOf } from './address.ts'
import { auditLineOf } from './audit-words.ts'
import type { AuditPage } from './page-models/staff.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface AuditNeeds {
  readonly readAudit: ReadAudit
  readonly render: Render
  readonly supportEmail: string
}

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const AuditQuery = Type.Object({
  staff: Type.Optional(Id),
  person: Type.Optional(Id),
  /** Lists older entries. */
  before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,17}$' })),
})

const path = '/admin/audit'
const entriesOnAPage = 50

/** S-43. */
export const auditRoutes: FastifyPluginAsyncTypebox<AuditNeeds> = async (app, needs) => {
  const { readAudit, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: AuditQuery } },
    async (request, reply) => {
      const { person: by } = staffOf(request)
      const { staff, person, before }: Static<typeof AuditQuery> = request.query
      const filter = {
        staffId: (staff ?? null) as PersonId | null,
        personId: (person ?? null) as PersonId | null,
      }
      const from = (before ?? null) as AuditEntryId | null
      const { entries, next } = await readAudit.run(by.id, filter, { before: from, limit: entriesOnAPage })
      const page: AuditPage = {
        section: 'audit',
        ...staffShellOf(reply, { title: 'Audit', supportEmail, person: by }),
        lines: entries.map(auditLineOf),
        filtered: {
          staff: staff ? (entries[0]?.staffName ?? 'a staff member with no entries') : null,
          person: person ? (entries[0]?.personName ?? 'a user with no entries') : null,
        },
        firstHref: before ? addressOf(path, { staff, person }) : null,
        nextHref: next && addressOf(path, { staff, person, before: next }),
      }
      return reply.type('text/html; charset=utf-8').send(render('staff/audit', page))
    },
  )
}
