import t from 'tap'
import { InviteUser } from '../../../src/admin/users/invite-user.ts'
import { ListStaff } from '../../../src/admin/users/list-staff.ts'
import { ApplySubscriptionEvent } from '../../../src/application/access/apply-subscription-event.ts'
import { CreateUser } from '../../../src/application/access/create-user.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import { SetPassword } from '../../../src/application/access/set-password.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anEvent, anOrigin, aSession, aSubscription, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(role: Role) {
  const fakes = openFakes()
  const by = aUser({ role, email: 'ada@example.test' })
  fakes.users.add(by, { subscription: null })
  const session = aSession({ userId: by.id, kind: 'staff' })
  await fakes.sessions.open(session)
  const issueAccessLink = new IssueAccessLink({ ...fakes, publicUrl: new URL('https://ads.example/') })
  const applySubscriptionEvent = new ApplySubscriptionEvent(fakes)
  const createUser = new CreateUser({ ...fakes, issueAccessLink, applySubscriptionEvent })
  const inviteUser = new InviteUser({ ...fakes, createUser })
  return {
    ...fakes,
    by,
    inviteUser,
    setPassword: new SetPassword(fakes),
    listStaff: new ListStaff(fakes),
    invite: (overrides: Partial<Parameters<typeof inviteUser.execute>[0]> = {}) =>
      inviteUser.execute({
        by: by.id,
        name: 'Nia New',
        email: 'nia@example.test',
        role: 'support',
        reason: 'Joins the support team',
        from: anOrigin,
        verification: { sessionId: session.id, answer: null },
        ...overrides,
      }),
  }
}

t.test('S-43 an admin invites an agent, who sets a password, and the invitation is logged', async t => {
  const { invite, users, emails, audit, setPassword, by } = await scene('admin')

  const id = await invite({ email: ' Nia@Example.test' })

  t.match(users.find(id), { name: 'Nia New', email: 'nia@example.test', role: 'support' })
  t.match(emails.invited, [
    { to: 'nia@example.test', link: /^https:\/\/ads\.example\/invitation\/[\w-]{43}$/ },
  ])
  const token = new Secret(emails.invited[0]?.link.split('/').at(-1) ?? '')
  t.match(await setPassword.checkLink(token, 'invitation'), { id })
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'user_created',
      userId: id,
      connectionId: null,
      reason: 'Joins the support team',
      before: null,
      after: { role: 'support' },
      from: anOrigin,
    },
  ])
})

t.test('S-43 S-46 an invitation needs an admin and valid user data', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { invite, inviteUser, users, emails, audit, by } = await scene(role)
    await t.rejects(inviteUser.checkAllowed({ by: by.id }), { code: 'admins_only' }, role)
    await t.rejects(invite(), { code: 'admins_only' }, role)
    t.strictSame([users.all(), emails.invited, audit.entries], [[by], [], []])
  }
  const { invite, users, emails, audit, by } = await scene('admin')
  await t.rejects(invite({ name: ' ' }), { code: 'invalid_new_user', problem: 'no_name' })
  await t.rejects(invite({ email: 'nia' }), { code: 'invalid_new_user', problem: 'no_address' })
  await t.rejects(invite({ email: 'ADA@example.test', role: 'seller' }), { code: 'email_already_registered' })
  t.strictSame([users.all(), emails.invited, audit.entries], [[by], [], []])
})

t.test('S-03 S-43 earlier billing events apply as soon as the user is invited', async t => {
  const { invite, events, users } = await scene('admin')
  await events.record(anEvent({ about: { email: 'nia@example.test' }, subscription: aSubscription() }))
  t.strictSame(await users.subscriptions.of(await invite({ role: 'seller' })), aSubscription())
})

t.test('S-43 no user is created when the invitation email cannot be queued', async t => {
  const { invite, users, emails, audit, by } = await scene('admin')
  emails.sendError = new Error('the disk is full')
  await t.rejects(invite(), { message: 'the disk is full' })
  t.strictSame([users.all(), audit.entries], [[by], []])
})

t.test('S-43 the staff list is sorted by email and shows who has a second factor', async t => {
  const { listStaff, users, factors, passkeys, audit, by } = await scene('admin')
  const [cy, bo] = [
    aUser({ role: 'support', email: 'cy@example.test' }),
    aUser({ role: 'support', email: 'bo@example.test' }),
  ]
  for (const each of [cy, bo, aUser({ role: 'manager' })]) users.add(each, { subscription: null })
  await factors.save(acceptCode(createSecondFactor(cy.id, new Secret('x')), 0, noon))
  await factors.save(createSecondFactor(bo.id, new Secret('x')))
  await passkeys.add(aPasskey({ userId: by.id }))

  t.strictSame(await listStaff.execute({ by: by.id, from: anOrigin }), [
    { user: by, hasSecondFactor: true },
    { user: bo, hasSecondFactor: false },
    { user: cy, hasSecondFactor: true },
  ])
  await t.rejects(listStaff.execute({ by: cy.id, from: anOrigin }), { code: 'admins_only' })
  t.strictSame(
    audit.entries,
    [
      {
        at: noon,
        staffId: by.id,
        action: 'staff_listed',
        userId: null,
        connectionId: null,
        reason: '',
        before: null,
        after: { users: 3 },
        from: anOrigin,
      },
    ],
    'S-46 viewing the staff list is logged once',
  )
})
