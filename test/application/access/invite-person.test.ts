import t from 'tap'
import {
  AddPerson,
  ChangeSubscription,
  InvitePerson,
  IssueLink,
  ListStaff,
  SetPassword,
} from '../../../src/application/access/index.ts'
import type { Role } from '../../../src/domain/access/person.ts'
import { beginSecondFactor, takeCode } from '../../../src/domain/access/second-factor.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anOrigin, aPerson, noon } from '../../support/examples.ts'
import { openAccessFakes } from '../../support/fakes/open.ts'

function scene(role: Role) {
  const fakes = openAccessFakes()
  const by = aPerson({ role, email: 'ada@example.test' })
  fakes.people.add(by, { subscription: null })
  const issueLink = new IssueLink({ ...fakes, publicUrl: new URL('https://ads.example/') })
  const changeSubscription = new ChangeSubscription(fakes)
  const addPerson = new AddPerson({ ...fakes, issueLink, changeSubscription })
  const invitePerson = new InvitePerson({ ...fakes, addPerson })
  return {
    ...fakes,
    by,
    invitePerson,
    setPassword: new SetPassword(fakes),
    listStaff: new ListStaff(fakes),
    invite: (its: Partial<Parameters<typeof invitePerson.run>[0]> = {}) =>
      invitePerson.run({
        by: by.id,
        name: 'Nia New',
        email: 'nia@example.test',
        role: 'support',
        reason: 'Joins the support team',
        from: anOrigin,
        ...its,
      }),
  }
}

t.test('S-43 an admin invites an agent, who sets a password, and the invitation is logged', async t => {
  const { invite, people, mails, audit, setPassword, by } = scene('admin')

  const id = await invite({ email: ' Nia@Example.test', reason: ' Joins the  support team' })

  t.match(people.find(id), { name: 'Nia New', email: 'nia@example.test', role: 'support' })
  t.match(mails.invited, [
    { to: 'nia@example.test', link: /^https:\/\/ads\.example\/invitation\/[\w-]{43}$/ },
  ])
  const token = new Secret(mails.invited[0]?.link.split('/').at(-1) ?? '')
  t.match(await setPassword.look(token, 'invitation'), { id })
  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'person_admitted',
      personId: id,
      connectionId: null,
      reason: 'Joins the support team',
      before: null,
      after: { role: 'support' },
      from: anOrigin,
    },
  ])
})

t.test('S-43 S-46 an invitation needs an admin, valid user data and a reason', async t => {
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { invite, invitePerson, people, mails, audit, by } = scene(role)
    await t.rejects(invitePerson.asks({ by: by.id }), { code: 'admins_alone' }, role)
    await t.rejects(invite(), { code: 'admins_alone' }, role)
    t.strictSame([people.all(), mails.invited, audit.entries], [[by], [], []])
  }
  const { invite, people, mails, audit, by } = scene('admin')
  await t.rejects(invite({ reason: ' no ' }), { code: 'reason_refused' })
  await t.rejects(invite({ name: ' ' }), { code: 'newcomer_refused', fault: 'no_name' })
  await t.rejects(invite({ email: 'nia' }), { code: 'newcomer_refused', fault: 'no_address' })
  await t.rejects(invite({ email: 'ADA@example.test', role: 'seller' }), { code: 'person_known' })
  t.strictSame([people.all(), mails.invited, audit.entries], [[by], [], []])
})

t.test('S-43 no user is created when the invitation email cannot be queued', async t => {
  const { invite, people, mails, audit, by } = scene('admin')
  mails.fails = new Error('the disk is full')
  await t.rejects(invite(), { message: 'the disk is full' })
  t.strictSame([people.all(), audit.entries], [[by], []])
})

t.test('S-43 the staff list is sorted by email and shows who has a second factor', async t => {
  const { listStaff, people, factors, audit, by } = scene('admin')
  const [cy, bo] = [
    aPerson({ role: 'support', email: 'cy@example.test' }),
    aPerson({ role: 'support', email: 'bo@example.test' }),
  ]
  for (const each of [cy, bo, aPerson({ role: 'manager' })]) people.add(each, { subscription: null })
  await factors.save(takeCode(beginSecondFactor(cy.id, new Secret('x')), 0, noon))
  await factors.save(beginSecondFactor(bo.id, new Secret('x')))

  t.strictSame(await listStaff.run({ by: by.id, from: anOrigin }), [
    { person: by, hasSecondFactor: false },
    { person: bo, hasSecondFactor: false },
    { person: cy, hasSecondFactor: true },
  ])
  await t.rejects(listStaff.run({ by: cy.id, from: anOrigin }), { code: 'admins_alone' })
  t.strictSame(
    audit.entries,
    [
      {
        at: noon,
        staffId: by.id,
        action: 'staff_listed',
        personId: null,
        connectionId: null,
        reason: '',
        before: null,
        after: { people: 3 },
        from: anOrigin,
      },
    ],
    'S-46 viewing the staff list is logged once',
  )
})
