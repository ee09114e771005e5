import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type {
  GiveRole,
  SendConnectLink,
  SignPersonOut,
  TakeSecondFactor,
} from '../../application/access/index.ts'
import { roles } from '../../domain/access/person.ts'
import { OwnRoleKept, ReasonRefused, RoleStale } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { NoticeCode } from './notice-words.ts'
import { originOf } from './origin.ts'
import { type PersonPageNeeds, personDrawer } from './person-page.ts'
import { problemOf } from './refusal-pages.ts'
import { demandStaff, staffOf } from './staff-session.ts'

export interface PersonActionsNeeds extends PersonPageNeeds {
  readonly giveRole: GiveRole
  readonly signPersonOut: SignPersonOut
  readonly takeSecondFactor: TakeSecondFactor
  readonly sendConnectLink: SendConnectLink
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
/** Wider than the limit: too long an input is explained at its field. */
const reason = Type.String({ maxLength: 5000 })
const RoleName = Type.Enum([...roles])
const ReasonForm = Type.Object({ reason })
const RoleForm = Type.Object({ role: RoleName, shownRole: RoleName, reason })

/** S-43. */
export const personActionsRoutes: FastifyPluginAsyncTypebox<PersonActionsNeeds> = async (app, needs) => {
  const { giveRole, signPersonOut, takeSecondFactor, sendConnectLink } = needs
  app.addHook('preValidation', demandStaff)
  const form = { preHandler: app.csrfProtection }
  const draw = personDrawer(needs)
  const told = (personId: PersonId, notice: NoticeCode): string =>
    `/admin/people/${personId}?notice=${notice}`

  app.post('/:id/role', { ...form, schema: { params, body: RoleForm } }, async (request, reply) => {
    const by = staffOf(request).person
    const personId = request.params.id as PersonId
    const { role, shownRole: shown, reason } = request.body
    try {
      const from = originOf(request)
      const outcome = await giveRole.run({ by: by.id, personId, shown, role, reason, from })
      return reply.redirect(told(personId, outcome === 'changed' ? 'role_changed' : 'role_unchanged'), 303)
    } catch (refusal) {
      if (refusal instanceof RoleStale) return reply.redirect(told(personId, 'role_stale'), 303)
      if (!(refusal instanceof ReasonRefused || refusal instanceof OwnRoleKept)) throw refusal
      const unsent = { form: 'role', role, reason, problem: problemOf(refusal) } as const
      return draw(reply.code(422), by, personId, { unsent })
    }
  })

  app.post('/:id/sign-out', { ...form, schema: { params, body: ReasonForm } }, async (request, reply) => {
    const by = staffOf(request).person
    const personId = request.params.id as PersonId
    const { reason } = request.body
    try {
      const ended = await signPersonOut.run({ by: by.id, personId, reason, from: originOf(request) })
      return reply.redirect(told(personId, ended > 0 ? 'signed_them_out' : 'nobody_signed_in'), 303)
    } catch (refusal) {
      if (!(refusal instanceof ReasonRefused)) throw refusal
      const unsent = { form: 'sign_out', reason, problem: problemOf(refusal) } as const
      return draw(reply.code(422), by, personId, { unsent })
    }
  })

  app.post(
    '/:id/second-factor',
    { ...form, schema: { params, body: ReasonForm } },
    async (request, reply) => {
      const by = staffOf(request).person
      const personId = request.params.id as PersonId
      const { reason } = request.body
      try {
        const outcome = await takeSecondFactor.run({ by: by.id, personId, reason, from: originOf(request) })
        return reply.redirect(told(personId, outcome === 'removed' ? 'factor_removed' : 'factor_none'), 303)
      } catch (refusal) {
        if (!(refusal instanceof ReasonRefused)) throw refusal
        const unsent = { form: 'second_factor', reason, problem: problemOf(refusal) } as const
        return draw(reply.code(422), by, personId, { unsent })
      }
    },
  )

  app.post('/:id/connect-link', { ...form, schema: { params, body: ReasonForm } }, async (request, reply) => {
    const by = staffOf(request).person
    const personId = request.params.id as PersonId
    const { reason } = request.body
    try {
      await sendConnectLink.run({ by: by.id, personId, reason, from: originOf(request) })
      return reply.redirect(told(personId, 'connect_link_sent'), 303)
    } catch (refusal) {
      if (!(refusal instanceof ReasonRefused)) throw refusal
      const unsent = { form: 'connect_link', reason, problem: problemOf(refusal) } as const
      return draw(reply.code(422), by, personId, { unsent })
    }
  })
}
