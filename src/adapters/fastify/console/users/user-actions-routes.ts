import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { ChangeRoleAsAdmin } from '../../../../admin/users/change-role-as-admin.ts'
import { RemoveSecondFactorAsAdmin } from '../../../../admin/users/remove-second-factor-as-admin.ts'
import { SendConnectLink } from '../../../../admin/users/send-connect-link.ts'
import { SignUserOut } from '../../../../admin/users/sign-user-out.ts'
import { CannotChangeOwnRole, InvalidReason, RoleConflict } from '../../../../domain/access/staff-action.ts'
import { roles } from '../../../../domain/access/user.ts'
import type { UserId } from '../../../../domain/identifiers.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { userPageRenderer } from './user-page.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const reason = Type.String({ maxLength: 5000 })
const RoleName = Type.Enum([...roles])
const ReasonForm = Type.Object({ reason })
const RoleForm = Type.Object({ role: RoleName, shownRole: RoleName, reason })

/** S-43. */
export const userActionsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get } = options
  const changeRoleAsAdmin = get(ChangeRoleAsAdmin)
  const signUserOut = get(SignUserOut)
  const removeSecondFactorAsAdmin = get(RemoveSecondFactorAsAdmin)
  const sendConnectLink = get(SendConnectLink)
  app.addHook('preValidation', requireStaff)
  const form = { preHandler: app.csrfProtection }
  const draw = userPageRenderer(options)
  const urlWithNotice = (userId: UserId, notice: NoticeCode): string =>
    `/admin/people/${userId}?notice=${notice}`

  app.post('/:id/role', { ...form, schema: { params, body: RoleForm } }, async (request, reply) => {
    const by = signedInStaff(request).user
    const userId = request.params.id as UserId
    const { role, shownRole: shown, reason } = request.body
    try {
      const from = originOf(request)
      const outcome = await changeRoleAsAdmin.execute({ by: by.id, userId, shown, role, reason, from })
      return reply.redirect(
        urlWithNotice(userId, outcome === 'changed' ? 'role_changed' : 'role_unchanged'),
        303,
      )
    } catch (error) {
      if (error instanceof RoleConflict) return reply.redirect(urlWithNotice(userId, 'role_conflict'), 303)
      if (!(error instanceof InvalidReason || error instanceof CannotChangeOwnRole)) throw error
      const rejected = { form: 'role', role, reason, problem: errorMessageOf(error) } as const
      return draw(reply.code(422), by, userId, { rejected })
    }
  })

  app.post('/:id/sign-out', { ...form, schema: { params, body: ReasonForm } }, async (request, reply) => {
    const by = signedInStaff(request).user
    const userId = request.params.id as UserId
    const { reason } = request.body
    try {
      const ended = await signUserOut.execute({ by: by.id, userId, reason, from: originOf(request) })
      return reply.redirect(urlWithNotice(userId, ended > 0 ? 'user_signed_out' : 'no_sessions_to_end'), 303)
    } catch (error) {
      if (!(error instanceof InvalidReason)) throw error
      const rejected = { form: 'sign_out', reason, problem: errorMessageOf(error) } as const
      return draw(reply.code(422), by, userId, { rejected })
    }
  })

  app.post(
    '/:id/second-factor',
    { ...form, schema: { params, body: ReasonForm } },
    async (request, reply) => {
      const by = signedInStaff(request).user
      const userId = request.params.id as UserId
      const { reason } = request.body
      try {
        const outcome = await removeSecondFactorAsAdmin.execute({
          by: by.id,
          userId,
          reason,
          from: originOf(request),
        })
        return reply.redirect(
          urlWithNotice(userId, outcome === 'removed' ? 'second_factor_removed' : 'no_second_factor'),
          303,
        )
      } catch (error) {
        if (!(error instanceof InvalidReason)) throw error
        const rejected = { form: 'second_factor', reason, problem: errorMessageOf(error) } as const
        return draw(reply.code(422), by, userId, { rejected })
      }
    },
  )

  app.post('/:id/connect-link', { ...form, schema: { params, body: ReasonForm } }, async (request, reply) => {
    const by = signedInStaff(request).user
    const userId = request.params.id as UserId
    const { reason } = request.body
    try {
      await sendConnectLink.execute({ by: by.id, userId, reason, from: originOf(request) })
      return reply.redirect(urlWithNotice(userId, 'connect_link_sent'), 303)
    } catch (error) {
      if (!(error instanceof InvalidReason)) throw error
      const rejected = { form: 'connect_link', reason, problem: errorMessageOf(error) } as const
      return draw(reply.code(422), by, userId, { rejected })
    }
  })
}
