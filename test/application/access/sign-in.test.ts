import t from 'tap'
import { SignIn } from '../../../src/application/access/sign-in.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSubscription, aUser, noon } from '../../support/examples.ts'
import { aPasskey } from '../../support/fakes/access/passkeys.ts'
import { openFakes } from '../../support/fakes/open.ts'

function scene() {
  const fakes = openFakes()
  const user = aUser({ email: 'sam@example.test' })
  fakes.users.add(user, { subscription: aSubscription(), password: 'correct horse' })
  const signIn = new SignIn(fakes)
  const tryToSignIn = (email: string, password: string, deviceToken: Secret | null = null) =>
    signIn.execute({ email, password: new Secret(password), device: 'Firefox on Windows', deviceToken })
  const signInWith = async (email: string, password: string) => (await tryToSignIn(email, password)).session
  return { ...fakes, user, tryToSignIn, signInWith }
}

t.test('S-01 a user signs in with email and password for a week', async t => {
  const { signInWith, sessions, user, clock } = scene()

  const session = await signInWith('sam@example.test', 'correct horse')

  t.has(session, {
    userId: user.id,
    kind: 'seller',
    device: 'Firefox on Windows',
    currentConnectionId: null,
    openedAt: noon,
    expiresAt: after(noon, hours(24 * 7)),
  })
  t.strictSame(await sessions.find(session.id, clock.now()), { session, user })
})

t.test('S-01 case and spaces around the email do not matter at sign-in', async t => {
  const { signInWith, user } = scene()

  t.equal((await signInWith(' Sam@EXAMPLE.test ', 'correct horse')).userId, user.id)
})

t.test('S-01 every sign-in is a new session, and the older one continues', async t => {
  const { signInWith, sessions } = scene()

  const [first, second] = [
    await signInWith('sam@example.test', 'correct horse'),
    await signInWith('sam@example.test', 'correct horse'),
  ]

  t.not(first.id, second.id)
  for (const { id } of [first, second]) t.ok(await sessions.find(id, noon))
})

t.test('S-01 an unknown email and a wrong password are rejected alike', async t => {
  const { signInWith, passwords } = scene()
  const errorOf = (email: string, password: string) =>
    signInWith(email, password).then(
      () => t.fail('the sign-in was accepted'),
      error => ({ name: error.name, code: error.code, message: error.message }),
    )

  const [wrong, unknown] = [
    await errorOf('sam@example.test', 'wrong'),
    await errorOf('nobody@example.test', 'correct horse'),
  ]

  t.match(wrong, { code: 'invalid_credentials' })
  t.strictSame(unknown, wrong)
  t.strictSame(passwords.compared, [true, false], 'both cases compare a password, so timing reveals nothing')
})

t.test('S-01 a password that is changed during the comparison does not sign in', async t => {
  const { signInWith, users, sessions, user } = scene()
  users.meanwhile = async () => users.storedPasswords.save(user.id, new Secret('another hash'))

  await t.rejects(signInWith('sam@example.test', 'correct horse'), { code: 'invalid_credentials' })
  t.strictSame(await sessions.activeByUser(user.id, noon), [])
})

t.test('S-01 a support agent learns of the staff sign-in only after a correct password', async t => {
  const { signInWith, users, sessions } = scene()
  users.add(aUser({ email: 'agent@example.test', role: 'support' }), {
    subscription: null,
    password: 'agents only',
  })
  const opened: unknown[] = []
  sessions.open = async session => void opened.push(session)

  await t.rejects(signInWith('agent@example.test', 'agents only'), { code: 'dashboard_not_for_support' })
  await t.rejects(signInWith('agent@example.test', 'wrong'), { code: 'invalid_credentials' })
  t.strictSame(opened, [])
})

t.test('S-01 managers and admins can use the seller pages', async t => {
  for (const role of ['manager', 'admin'] as const) {
    const { signInWith, users } = scene()
    users.add(aUser({ email: 'other@example.test', role }), { subscription: null, password: 'open' })

    await t.resolves(signInWith('other@example.test', 'open'), role)
  }
})

t.test(
  'S-46 with a second factor, the password opens only the second step and remembers no device',
  async t => {
    const app = async ({ factors, user }: ReturnType<typeof scene>) =>
      factors.save(acceptCode(createSecondFactor(user.id, new Secret('x')), 0, noon))
    const passkey = async ({ passkeys, user }: ReturnType<typeof scene>) =>
      passkeys.add(aPasskey({ userId: user.id }))
    for (const add of [app, passkey]) {
      const setup = scene()
      await add(setup)
      const { session, deviceToken } = await setup.tryToSignIn('sam@example.test', 'correct horse')
      t.has(session, { kind: 'seller_pending_second_factor', verifiedAt: null })
      t.equal(deviceToken, null)
    }
  },
)

t.test('S-46 a second factor that was never confirmed is not asked for', async t => {
  const { factors, signInWith, user } = scene()
  await factors.save(createSecondFactor(user.id, new Secret('x')))
  t.has(await signInWith('sam@example.test', 'correct horse'), { kind: 'seller', verifiedAt: noon })
})

t.test('S-46 an admin without a second factor learns by email of a device that is not known', async t => {
  const { users, emails, user, tryToSignIn } = scene()
  await users.saveRole(user.id, 'admin')
  const { deviceToken } = await tryToSignIn('sam@example.test', 'correct horse')
  const device = 'Firefox on Windows'
  t.strictSame(emails.notices, [{ to: user.email, event: 'new_device', device }])
  await tryToSignIn('sam@example.test', 'correct horse', deviceToken)
  t.equal(emails.notices.length, 1, 'not of a known one')

  await users.saveRole(user.id, 'seller')
  await tryToSignIn('sam@example.test', 'correct horse')
  t.equal(emails.notices.length, 1, 'and sellers not at all')
})
