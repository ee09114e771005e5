import t from 'tap'
import { PerformCaseAction } from '../../../src/admin/cases/perform-case-action.ts'
import { AskAllToAuthoriseAgain } from '../../../src/admin/overview/ask-all-to-authorise-again.ts'
import { ChangeAccess } from '../../../src/admin/users/change-access.ts'
import { ChangeAccessAsAdmin } from '../../../src/admin/users/change-access-as-admin.ts'
import { ChangePlan } from '../../../src/admin/users/change-plan.ts'
import { ChangeRole } from '../../../src/admin/users/change-role.ts'
import { ChangeRoleAsAdmin } from '../../../src/admin/users/change-role-as-admin.ts'
import { InviteUser } from '../../../src/admin/users/invite-user.ts'
import { RemoveSecondFactor } from '../../../src/admin/users/remove-second-factor.ts'
import { RemoveSecondFactorAsAdmin } from '../../../src/admin/users/remove-second-factor-as-admin.ts'
import { SendEnrolmentLink } from '../../../src/admin/users/send-enrolment-link.ts'
import { SignUserOut } from '../../../src/admin/users/sign-user-out.ts'
import { ApplySubscriptionEvent } from '../../../src/application/access/apply-subscription-event.ts'
import { CreateUser } from '../../../src/application/access/create-user.ts'
import { EndSessions } from '../../../src/application/access/end-sessions.ts'
import { RecordAuthorisationLoss } from '../../../src/application/connection/authorisation/get-access-token.ts'
import { Disconnect } from '../../../src/application/connection/disconnect.ts'
import { ControlSync } from '../../../src/application/ingestion/control-sync.ts'
import { minutes } from '../../../src/domain/calendar.ts'
import { anActiveConnection, anOrigin, aSession, aSubscription, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

/** An admin, verified at noon, and an agent who has a passkey, a session and a connection. */
async function scene() {
  const fakes = openFakes()
  const [by, user, newcomer] = [
    aUser({ role: 'admin' }),
    aUser({ role: 'admin' }),
    aUser({ role: 'support' }),
  ]
  for (const each of [by, user, newcomer]) fakes.users.add(each, { subscription: null })
  const [session, theirs] = [aSession({ userId: by.id, kind: 'staff' }), aSession({ userId: user.id })]
  for (const each of [session, theirs]) await fakes.sessions.open(each)
  const connection = anActiveConnection({ userId: user.id, doubtedAt: noon })
  await fakes.connections.save(connection)
  await fakes.passkeys.add(aPasskey({ userId: user.id }))
  const deps = {
    ...fakes,
    controlSync: new ControlSync(fakes),
    disconnect: new Disconnect(fakes),
    recordAuthorisationLoss: new RecordAuthorisationLoss(fakes),
    applySubscriptionEvent: new ApplySubscriptionEvent(fakes),
    changeRole: new ChangeRole(fakes),
    changeAccess: new ChangeAccess(fakes),
    removeSecondFactor: new RemoveSecondFactor(fakes),
    endSessions: new EndSessions(fakes),
  }
  const verification = { sessionId: session.id, answer: null }
  const request = { by: by.id, userId: user.id, reason: 'Lost the laptop', from: anOrigin, verification }
  const state = async () => ({
    user: fakes.users.find(user.id),
    plan: await fakes.subscriptions.of(user.id),
    disabledSince: await fakes.users.disabledSince(user.id),
    sessions: await fakes.sessions.activeByUser(user.id, noon),
    passkeys: await fakes.passkeys.of(user.id),
    connection: await fakes.connections.find(connection.id),
    emails: [...fakes.emails.notices, ...fakes.emails.toEnrol, ...fakes.emails.invited],
    logged: [fakes.audit.entries, fakes.timeline.entries],
  })
  const perform = {
    'changing a role': () =>
      new ChangeRoleAsAdmin(deps).execute({ ...request, shown: 'admin', role: 'seller' }),
    'changing a plan': () =>
      new ChangePlan(deps).execute({ ...request, shown: null, subscription: aSubscription() }),
    'disabling an account': () => new ChangeAccessAsAdmin(deps).execute({ ...request, isDisabled: true }),
    'removing a second factor': () => new RemoveSecondFactorAsAdmin(deps).execute(request),
    'ending sessions': () => new SignUserOut(deps).execute(request),
    'sending an enrolment link': () =>
      new SendEnrolmentLink(deps).execute({ ...request, userId: newcomer.id }),
    'inviting a user': () =>
      new InviteUser({ ...deps, createUser: new CreateUser(deps) }).execute({
        ...request,
        name: 'Nia New',
        email: 'nia@example.test',
        role: 'admin',
      }),
    'asking all to authorise again': () => new AskAllToAuthoriseAgain(deps).execute(request),
    disconnecting: () =>
      new PerformCaseAction(deps).execute({
        ...request,
        key: { userId: user.id, connectionId: connection.id },
        actionRequest: { action: 'disconnect', verification },
      }),
  }
  return { clock: fakes.clock, perform, state }
}

for (const name of Object.keys((await scene()).perform) as (keyof Awaited<
  ReturnType<typeof scene>
>['perform'])[])
  t.test(`S-43 S-46 ${name} needs a second factor entered in the last five minutes`, async t => {
    const { clock, perform, state } = await scene()
    const before = await state()

    clock.advance(minutes(5))
    await t.rejects(async () => void (await perform[name]()), { code: 'verification_required' })
    t.strictSame(await state(), before, 'nothing changes')

    clock.advance(-1)
    await perform[name]()
    t.notSame(await state(), before)
  })
