import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { ListAuditEntries } from '../../../admin/audit/list-audit-entries.ts'
import type { AuditEntryId, UserId } from '../../../domain/identifiers.ts'
import { requireStaff, signedInStaff } from '../kit/sessions.ts'
import { staffShellOf } from '../kit/staff-shell.ts'
import { urlWithQuery } from '../kit/url-query.ts'
import type { RouteOptions } from '../kit/web-app.ts'
import { auditRow } from './audit-texts.ts'
import type { AuditPage } from './page-models/staff.ts'

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const AuditQuery = Type.Object({
  staff: Type.Optional(Id),
  person: Type.Optional(Id),
  before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,17}$' })),
})

const path = '/admin/audit'
const entriesPerPage = 50

/** S-43. */
export const auditRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const listAuditEntries = get(ListAuditEntries)
  app.addHook('preValidation', requireStaff)

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: AuditQuery } },
    async (request, reply) => {
      const { user: viewer } = signedInStaff(request)
      const { staff, person: user, before }: Static<typeof AuditQuery> = request.query
      const filter = {
        staffId: (staff ?? null) as UserId | null,
        userId: (user ?? null) as UserId | null,
      }
      const { entries, next } = await listAuditEntries.execute(viewer.id, filter, {
        before: (before ?? null) as AuditEntryId | null,
        limit: entriesPerPage,
      })
      const page: AuditPage = {
        section: 'audit',
        ...staffShellOf(reply, { title: 'Audit', supportEmail, user: viewer }),
        lines: entries.map(auditRow),
        filtered: {
          staff: staff ? (entries[0]?.staffName ?? 'a staff member with no entries') : null,
          user: user ? (entries[0]?.userName ?? 'a user with no entries') : null,
        },
        firstHref: before ? urlWithQuery(path, { staff, user }) : null,
        nextHref: next && urlWithQuery(path, { staff, user, before: next }),
      }
      return reply.type('text/html; charset=utf-8').send(render('staff/audit', page))
    },
  )
}
