import t from 'tap'
import { SignIn } from '../../../src/application/access/index.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aPerson, aSubscription, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  const person = aPerson({ email: 'sam@example.test' })
  fakes.people.add(person, { subscription: aSubscription(), password: 'correct horse' })
  const signIn = new SignIn(fakes)
  const enter = (email: string, password: string) =>
    signIn.run({ email, password: new Secret(password), device: 'Firefox on Windows' })
  return { ...fakes, person, enter }
}

t.test(
  'S-01 a person signs in with e-mail and password, for a week, or longer while they come back',
  async t => {
    const { enter, sessions, person, clock } = scene()

    const session = await enter('sam@example.test', 'correct horse')

    t.has(session, {
      personId: person.id,
      kind: 'seller',
      device: 'Firefox on Windows',
      currentConnectionId: null,
      openedAt: noon,
      expiresAt: after(noon, hours(24 * 7)),
    })
    t.strictSame(await sessions.find(session.id, clock.now()), { session, person })
  },
)

t.test('S-01 capitals and blanks around the address do not matter', async t => {
  const { enter, person } = scene()

  t.equal((await enter(' Sam@EXAMPLE.test ', 'correct horse')).personId, person.id)
})

t.test('S-01 every sign-in is a new session, and the older one goes on', async t => {
  const { enter, sessions } = scene()

  const [first, second] = [
    await enter('sam@example.test', 'correct horse'),
    await enter('sam@example.test', 'correct horse'),
  ]

  t.not(first.id, second.id)
  for (const { id } of [first, second]) t.ok(await sessions.find(id, noon))
})

t.test('S-01 an unknown address and a wrong password are refused alike', async t => {
  const { enter, passwords } = scene()
  const refusalOf = (email: string, password: string) =>
    enter(email, password).then(
      () => t.fail('it was let in'),
      error => ({ name: error.name, code: error.code, message: error.message }),
    )

  const [wrong, unknown] = [
    await refusalOf('sam@example.test', 'wrong'),
    await refusalOf('nobody@example.test', 'correct horse'),
  ]

  t.match(wrong, { code: 'sign_in_refused' })
  t.strictSame(unknown, wrong)
  t.strictSame(passwords.compared, [true, false], 'a password is compared either way: the time tells nothing')
})

t.test('S-01 a password that is changed while it is compared opens nothing', async t => {
  const { enter, people, sessions, person } = scene()
  people.meanwhile = async () => people.savePassword(person.id, new Secret('another hash'))

  await t.rejects(enter('sam@example.test', 'correct horse'), { code: 'sign_in_refused' })
  t.strictSame(await sessions.openOf(person.id, noon), [])
})

t.test('S-01 a support agent with the right password is refused, and hears why only then', async t => {
  const { enter, people, sessions } = scene()
  people.add(aPerson({ email: 'agent@example.test', role: 'support' }), {
    subscription: null,
    password: 'agents only',
  })
  const opened: unknown[] = []
  sessions.open = async session => void opened.push(session)

  await t.rejects(enter('agent@example.test', 'agents only'), { code: 'dashboard_not_for_staff' })
  await t.rejects(enter('agent@example.test', 'wrong'), { code: 'sign_in_refused' })
  t.strictSame(opened, [])
})

t.test('S-01 managers and admins use the seller pages', async t => {
  for (const role of ['manager', 'admin'] as const) {
    const { enter, people } = scene()
    people.add(aPerson({ email: 'other@example.test', role }), { subscription: null, password: 'open' })

    await t.resolves(enter('other@example.test', 'open'), role)
  }
})
