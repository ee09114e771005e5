import type { FastifyReply } from 'fastify'
import type { LookAtPerson } from '../../application/access/index.ts'
import type { ReadHelpRequests } from '../../application/help/index.ts'
import type { Clock } from '../../application/ports.ts'
import { isStaff, type Person, roles, usesDashboard } from '../../domain/access/person.ts'
import { administers } from '../../domain/access/staff-action.ts'
import { plans } from '../../domain/access/subscription.ts'
import { isViewable } from '../../domain/access/viewing.ts'
import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { isolated } from '../../domain/isolated.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { formatMoment } from './formats.ts'
import { noticeOf } from './notices.ts'
import type { AskedLine, PersonForm, PersonPage } from './page-models/staff.ts'
import { drawnAs, planNames, planWords, type TypedPlan } from './plan-form.ts'
import { circumstancesWords, stateNames } from './request-words.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface PersonPageNeeds {
  readonly lookAtPerson: LookAtPerson
  readonly readHelpRequests: ReadHelpRequests
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

export type Unsent =
  | { readonly form: 'plan'; readonly typed: TypedPlan; readonly problem: PersonPage['problem'] }
  | ({ readonly form: 'role'; readonly role: string } & PersonForm)
  | ({ readonly form: 'sign_out' | 'second_factor' | 'connect_link' } & PersonForm)

export function personDrawer({
  lookAtPerson,
  readHelpRequests,
  clock,
  render,
  supportEmail,
}: PersonPageNeeds) {
  return async (
    reply: FastifyReply,
    by: Person,
    personId: PersonId,
    its: { readonly notice?: string | undefined; readonly unsent?: Unsent } = {},
  ) => {
    const { person, subscription } = await lookAtPerson.run({ by: by.id, personId })
    const { unsent } = its
    const drawn = drawnAs(subscription)
    const typed = unsent?.form === 'plan' ? unsent.typed : drawn
    const mayChange = administers(by.role)
    const formOf = (form: Unsent['form']): PersonForm =>
      unsent?.form === form && unsent.form !== 'plan'
        ? { reason: unsent.reason, problem: unsent.problem }
        : { reason: '', problem: null }
    const chosenRole = unsent?.form === 'role' ? unsent.role : person.role
    const page: PersonPage = {
      ...staffShellOf(reply, {
        title: isolated(person.name),
        supportEmail,
        person: by,
        notice: noticeOf(its.notice, undefined),
      }),
      section: 'people',
      about: { id: person.id, name: person.name, email: person.email, role: person.role },
      pays: planWords(subscription, clock.now()),
      mayChange,
      mayView: isViewable(by, person),
      plans: [...plans, 'none' as const].map(name => ({
        name,
        label: planNames[name],
        isChosen: name === typed.plan,
      })),
      until: typed.until,
      reason: typed.reason,
      shown: { plan: drawn.plan, endsAt: subscription?.endsAt?.toISOString() ?? '' },
      problem: unsent?.form === 'plan' ? unsent.problem : null,
      role: mayChange
        ? { ...formOf('role'), roles: roles.map(name => ({ name, isChosen: name === chosenRole })) }
        : null,
      signOut: mayChange ? { ...formOf('sign_out'), isOwn: by.id === person.id } : null,
      secondFactor: mayChange && isStaff(person.role) && by.id !== person.id ? formOf('second_factor') : null,
      connectLink: usesDashboard(person.role) ? formOf('connect_link') : null,
      asked: (await readHelpRequests.run({ by: by.id, personId: person.id })).map(askedLineOf),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/person', page))
  }
}

const askedLineOf = (request: HelpRequest): AskedLine => ({
  id: request.id,
  state: request.standing.state,
  stateName: stateNames[request.standing.state],
  reference: referenceOf(request.id),
  when: formatMoment(request.askedAt),
  message: request.words.message,
  facts: circumstancesWords(request),
})
