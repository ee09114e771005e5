import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { InviteUser } from '../../../../admin/users/invite-user.ts'
import { EmailAlreadyRegistered, InvalidNewUser } from '../../../../domain/access/new-user.ts'
import { InvalidReason } from '../../../../domain/access/staff-action.ts'
import { roles, type User } from '../../../../domain/access/user.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { InviteUserPage } from '../page-models/staff.ts'

/** Above the limits, which the page explains. */
const InviteForm = Type.Object({
  name: Type.String({ maxLength: 1000 }),
  email: Type.String({ maxLength: 1000 }),
  role: Type.Enum([...roles]),
  reason: Type.String({ maxLength: 5000 }),
})
type InviteForm = Static<typeof InviteForm>

const emptyForm: InviteForm = { name: '', email: '', role: 'support', reason: '' }

/** S-43. */
export const inviteRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const inviteUser = get(InviteUser)
  app.addHook('preValidation', requireStaff)

  const sendPage = (
    reply: FastifyReply,
    staffMember: User,
    { name, email, role, reason }: InviteForm,
    problem: InviteUserPage['problem'],
  ) => {
    const page: InviteUserPage = {
      ...staffShellOf(reply, { title: 'Invite user', supportEmail, user: staffMember }),
      section: 'people',
      name,
      email,
      roles: roles.map(each => ({ name: each, isChosen: each === role })),
      reason,
      problem,
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/invite', page))
  }

  app.get('/new', async (request, reply) => {
    const staffMember = signedInStaff(request).user
    await inviteUser.checkAllowed({ by: staffMember.id })
    return sendPage(reply, staffMember, emptyForm, null)
  })

  app.post(
    '/new',
    { preHandler: app.csrfProtection, schema: { body: InviteForm } },
    async (request, reply) => {
      const staffMember = signedInStaff(request).user
      const submitted = request.body
      try {
        const { name, email, role, reason } = submitted
        const id = await inviteUser.execute({
          by: staffMember.id,
          name,
          email,
          role,
          reason,
          from: originOf(request),
        })
        const notice: NoticeCode = 'user_invited'
        return reply.redirect(`/admin/people/${id}?notice=${notice}`, 303)
      } catch (error) {
        const field = fieldOf(error)
        if (!field) throw error
        const problem = { field, sentence: errorMessageOf(error as InvalidNewUser) }
        return sendPage(reply.code(422), staffMember, submitted, problem)
      }
    },
  )
}

function fieldOf(error: unknown): NonNullable<InviteUserPage['problem']>['field'] | null {
  if (error instanceof InvalidReason) return 'reason'
  if (error instanceof EmailAlreadyRegistered) return 'email'
  if (error instanceof InvalidNewUser) return error.problem === 'no_address' ? 'email' : 'name'
  return null
}
