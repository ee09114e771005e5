import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { InviteUser } from '../../../../admin/users/invite-user.ts'
import { EmailAlreadyRegistered, InvalidNewUser } from '../../../../domain/access/new-user.ts'
import { InvalidReason } from '../../../../domain/access/staff-action.ts'
import { roles } from '../../../../domain/access/user.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { recordedVerification } from '../../kit/request-signals.ts'
import {
  identityAnswerOf,
  isVerificationError,
  VerificationFields,
  verificationPrompter,
} from '../../kit/second-factor/verification.ts'
import { requireStaff, type SignedInUser, signedInStaff } from '../../kit/sessions.ts'
import { codeRateLimit } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { InviteUserPage } from '../page-models/staff.ts'

/** Above the limits, which the page explains. */
const InviteForm = Type.Object({
  ...VerificationFields.properties,
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
  const promptFor = verificationPrompter(options)
  app.addHook('preValidation', requireStaff)

  const sendPage = async (
    reply: FastifyReply,
    { user: staffMember, session }: SignedInUser,
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
      isCodeWrong: problem?.field === 'code',
      verification: await promptFor.unlessFresh(session),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/invite', page))
  }

  app.get('/new', async (request, reply) => {
    const signedIn = signedInStaff(request)
    await inviteUser.checkAllowed({ by: signedIn.user.id })
    return sendPage(reply, signedIn, emptyForm, null)
  })

  app.post(
    '/new',
    { preHandler: app.csrfProtection, schema: { body: InviteForm }, config: { rateLimit: codeRateLimit } },
    async (request, reply) => {
      const signedIn = signedInStaff(request)
      const submitted = request.body
      try {
        const { name, email, role, reason } = submitted
        const { user, session } = signedIn
        const answer = identityAnswerOf(submitted)
        const invitation = inviteUser.execute({
          by: user.id,
          name,
          email,
          role,
          reason,
          from: originOf(request),
          verification: { sessionId: session.id, answer },
        })
        const id = await recordedVerification(request, { session, answer }, invitation)
        const notice: NoticeCode = 'user_invited'
        return reply.redirect(`/admin/people/${id}?notice=${notice}`, 303)
      } catch (error) {
        const field = fieldOf(error)
        if (!field) throw error
        const problem = { field, sentence: errorMessageOf(error as InvalidNewUser) }
        const status = isVerificationError(error) ? errorPageFor(error)?.status : null
        return sendPage(reply.code(status ?? 422), signedIn, submitted, problem)
      }
    },
  )
}

function fieldOf(error: unknown): NonNullable<InviteUserPage['problem']>['field'] | null {
  if (isVerificationError(error)) return 'code'
  if (error instanceof InvalidReason) return 'reason'
  if (error instanceof EmailAlreadyRegistered) return 'email'
  if (error instanceof InvalidNewUser) return error.problem === 'no_address' ? 'email' : 'name'
  return null
}
