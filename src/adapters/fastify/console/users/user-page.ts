import type { FastifyReply } from 'fastify'
import { ListUserSupportRequests } from '../../../../admin/requests/list-user-support-requests.ts'
import { OpenUserAccount } from '../../../../admin/users/open-user-account.ts'
import { isAdmin } from '../../../../domain/access/staff-action.ts'
import { plans } from '../../../../domain/access/subscription.ts'
import { canUseDashboard, isStaff, roles } from '../../../../domain/access/user.ts'
import { canViewAs } from '../../../../domain/access/view-as-session.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { SupportRequest } from '../../../../domain/help/support-request.ts'
import type { UserId } from '../../../../domain/identifiers.ts'
import { referenceOf } from '../../../../domain/timeline/reference.ts'
import { formatDateTime } from '../../kit/formats.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { verificationPrompter } from '../../kit/second-factor/verification.ts'
import type { SignedInUser } from '../../kit/sessions.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { requestFacts, statusNames } from '../../seller/settings/request-texts.ts'
import type { UserForm, UserPage, UserRequestItem } from '../page-models/staff.ts'
import { initialPlanForm, planNames, planText, type TypedPlan } from './plan-form.ts'

export type RejectedForm =
  | { readonly form: 'plan'; readonly typed: TypedPlan; readonly problem: UserPage['problem'] }
  | ({
      readonly form: 'role' | 'sign_out' | 'second_factor' | 'enrolment' | 'access' | 'connect_link'
      readonly role: string
    } & UserForm)

export function userPageRenderer({ get, clock, render, supportEmail }: RouteOptions) {
  const openUserAccount = get(OpenUserAccount)
  const promptFor = verificationPrompter({ get, clock })
  const listUserSupportRequests = get(ListUserSupportRequests)
  return async (
    reply: FastifyReply,
    { user: by, session }: SignedInUser,
    userId: UserId,
    options: { readonly notice?: string | undefined; readonly rejected?: RejectedForm } = {},
  ) => {
    const { user, subscription, disabledSince, hasSecondFactor } = await openUserAccount.execute({
      by: by.id,
      userId,
    })
    const { rejected } = options
    const initialForm = initialPlanForm(subscription)
    const typed = rejected?.form === 'plan' ? rejected.typed : initialForm
    const canChange = isAdmin(by.role)
    const formOf = (form: RejectedForm['form']): UserForm =>
      rejected?.form === form && rejected.form !== 'plan'
        ? {
            reason: rejected.reason,
            problem: rejected.problem,
            isReasonWrong: rejected.isReasonWrong,
            isCodeWrong: rejected.isCodeWrong,
          }
        : { reason: '', problem: null, isReasonWrong: false, isCodeWrong: false }
    const chosenRole = rejected?.form === 'role' ? rejected.role : user.role
    const page: UserPage = {
      ...staffShellOf(reply, {
        title: bidiIsolate(user.name),
        supportEmail,
        user: by,
        notice: noticeOf(options.notice, undefined),
      }),
      section: 'people',
      about: { id: user.id, name: user.name, email: user.email, role: user.role },
      planText: planText(subscription, clock.now()),
      canChange,
      canViewAs: canViewAs(by, user),
      plans: [...plans, 'none' as const].map(name => ({
        name,
        label: planNames[name],
        isChosen: name === typed.plan,
      })),
      until: typed.until,
      reason: typed.reason,
      shown: { plan: initialForm.plan, endsAt: subscription?.endsAt?.toISOString() ?? '' },
      problem: rejected?.form === 'plan' ? rejected.problem : null,
      isPlanCodeWrong: rejected?.form === 'plan' && rejected.problem?.field === 'code',
      role: canChange
        ? { ...formOf('role'), roles: roles.map(name => ({ name, isChosen: name === chosenRole })) }
        : null,
      signOut: canChange ? { ...formOf('sign_out'), isOwn: by.id === user.id } : null,
      secondFactor:
        canChange && by.id !== user.id && (hasSecondFactor || rejected?.form === 'second_factor')
          ? formOf('second_factor')
          : null,
      enrolment:
        canChange && ((isStaff(user.role) && !hasSecondFactor) || rejected?.form === 'enrolment')
          ? formOf('enrolment')
          : null,
      access:
        canChange && by.id !== user.id ? { ...formOf('access'), isDisabled: disabledSince !== null } : null,
      verification: await promptFor.unlessFresh(session),
      disabledSince: disabledSince && formatDateTime(disabledSince),
      connectLink: canUseDashboard(user.role) ? formOf('connect_link') : null,
      supportRequests: (await listUserSupportRequests.execute({ by: by.id, userId: user.id })).map(
        toUserRequestItem,
      ),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/user', page))
  }
}

const toUserRequestItem = (request: SupportRequest): UserRequestItem => ({
  id: request.id,
  state: request.status.state,
  stateName: statusNames[request.status.state],
  reference: referenceOf(request.id),
  when: formatDateTime(request.requestedAt),
  message: request.text.message,
  facts: requestFacts(request),
})
