import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { VerifiedRequest } from '../../../../admin/audited.ts'
import { ChangeAccessAsAdmin } from '../../../../admin/users/change-access-as-admin.ts'
import { ChangeRoleAsAdmin } from '../../../../admin/users/change-role-as-admin.ts'
import { RemoveSecondFactorAsAdmin } from '../../../../admin/users/remove-second-factor-as-admin.ts'
import { SendConnectLink } from '../../../../admin/users/send-connect-link.ts'
import { SendEnrolmentLink } from '../../../../admin/users/send-enrolment-link.ts'
import { SignUserOut } from '../../../../admin/users/sign-user-out.ts'
import {
  CannotChangeOwnRole,
  CannotDisableOwnAccount,
  CannotEnrol,
  InvalidReason,
  LastAdmin,
  RoleConflict,
} from '../../../../domain/access/staff-action.ts'
import { roles } from '../../../../domain/access/user.ts'
import type { DomainError } from '../../../../domain/domain-error.ts'
import type { UserId } from '../../../../domain/identifiers.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { recordedVerification } from '../../kit/request-signals.ts'
import {
  identityAnswerOf,
  isVerificationError,
  VerificationFields,
} from '../../kit/second-factor/verification.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { codeRateLimit } from '../../kit/sign-in-limits.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { type RejectedForm, userPageRenderer } from './user-page.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const RoleName = Type.Enum([...roles])
const ReaspostForm = Type.Object({
  ...VerificationFields.properties,
  reason: Type.String({ maxLength: 5000 }),
})
const RoleForm = Type.Object({ ...ReaspostForm.properties, role: RoleName, shownRole: RoleName })

type UserAction = VerifiedRequest & { readonly userId: UserId }

/** S-43. */
export const userActionsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get } = options
  const changeRoleAsAdmin = get(ChangeRoleAsAdmin)
  const changeAccessAsAdmin = get(ChangeAccessAsAdmin)
  const signUserOut = get(SignUserOut)
  const removeSecondFactorAsAdmin = get(RemoveSecondFactorAsAdmin)
  const sendEnrolmentLink = get(SendEnrolmentLink)
  const sendConnectLink = get(SendConnectLink)
  app.addHook('preValidation', requireStaff)
  const draw = userPageRenderer(options)

  /** The user page shows the notice, or the form again with its problem. */
  function postForm<Form extends typeof ReaspostForm>(
    path: string,
    form: Exclude<RejectedForm['form'], 'plan'>,
    body: Form,
    perform: (action: UserAction, typed: Static<Form>) => Promise<NoticeCode>,
  ): void {
    app.post(
      `/:id/${path}`,
      {
        preHandler: app.csrfProtection,
        schema: { params, body: body as typeof ReaspostForm },
        config: { rateLimit: codeRateLimit },
      },
      async (request, reply) => {
        const signedIn = signedInStaff(request)
        const userId = request.params.id as UserId
        const typed = request.body as Static<Form> & Static<typeof ReaspostForm>
        const { reason } = typed
        const { user, session } = signedIn
        const answer = identityAnswerOf(typed)
        const verification = { sessionId: session.id, answer }
        const from = originOf(request)
        try {
          const action = perform({ by: user.id, userId, reason, from, verification }, typed)
          const notice = await recordedVerification(request, { session, answer }, action)
          return reply.redirect(`/admin/people/${userId}?notice=${notice}`, 303)
        } catch (error) {
          if (!isFormError(error)) throw error
          const problem = errorMessageOf(error)
          const isReasonWrong = error instanceof InvalidReason
          const isCodeWrong = isVerificationError(error)
          const role = 'role' in typed ? String(typed.role) : ''
          const status = isCodeWrong ? (errorPageFor(error)?.status ?? 422) : 422
          const rejected = { form, role, reason, problem, isReasonWrong, isCodeWrong }
          return draw(reply.code(status), signedIn, userId, { rejected })
        }
      },
    )
  }

  postForm('role', 'role', RoleForm, async (action, { role, shownRole: shown }) => {
    try {
      const outcome = await changeRoleAsAdmin.execute({ ...action, shown, role })
      return outcome === 'changed' ? 'role_changed' : 'role_unchanged'
    } catch (error) {
      if (error instanceof RoleConflict) return 'role_conflict'
      throw error
    }
  })
  postForm('sign-out', 'sign_out', ReaspostForm, async action =>
    (await signUserOut.execute(action)) > 0 ? 'user_signed_out' : 'no_sessions_to_end',
  )
  postForm('second-factor', 'second_factor', ReaspostForm, async action =>
    (await removeSecondFactorAsAdmin.execute(action)) === 'removed'
      ? 'second_factor_removed'
      : 'no_second_factor',
  )
  postForm('enrolment-link', 'enrolment', ReaspostForm, async action => {
    await sendEnrolmentLink.execute(action)
    return 'enrolment_link_sent'
  })
  postForm('disable', 'access', ReaspostForm, async action => {
    const outcome = await changeAccessAsAdmin.execute({ ...action, isDisabled: true })
    return outcome === 'changed' ? 'user_disabled' : 'access_unchanged'
  })
  postForm('enable', 'access', ReaspostForm, async action => {
    const outcome = await changeAccessAsAdmin.execute({ ...action, isDisabled: false })
    return outcome === 'changed' ? 'user_enabled' : 'access_unchanged'
  })
  postForm('connect-link', 'connect_link', ReaspostForm, async action => {
    await sendConnectLink.execute(action)
    return 'connect_link_sent'
  })
}

const formErrors = [InvalidReason, CannotChangeOwnRole, CannotDisableOwnAccount, CannotEnrol, LastAdmin]

const isFormError = (error: unknown): error is DomainError & { readonly code: string } =>
  isVerificationError(error) || formErrors.some(formError => error instanceof formError)
