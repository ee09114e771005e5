import t from 'tap'
import { SignInStaff } from '../../../src/admin/users/sign-in-staff.ts'
import { ChangePassword } from '../../../src/application/access/change-password.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import { SetPassword } from '../../../src/application/access/set-password.ts'
import { SignIn } from '../../../src/application/access/sign-in.ts'
import { PasswordChecksBusy } from '../../../src/domain/access/password.ts'
import { after, hours, seconds } from '../../../src/domain/calendar.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aSession, aSubscription, aUser } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const right = 'correct horse'
const device = 'Firefox on Windows'

function scene() {
  const fakes = openFakes()
  const user = aUser({ email: 'sam@example.test', role: 'admin' })
  fakes.users.add(user, { subscription: aSubscription(), password: right })
  const deps = { ...fakes, publicUrl: new URL('https://ads.example/') }
  const signIn = new SignIn(fakes)
  const signInStaff = new SignInStaff(fakes)
  const credentials = (password: string, email: string, deviceToken: Secret | null) => ({
    email,
    password: new Secret(password),
    device,
    deviceToken,
  })
  const codeOf = (outcome: Promise<unknown>) =>
    outcome.then(
      () => 'signed in',
      (error: { code: string }) => error.code,
    )
  const tryOnce = (password: string, email = user.email, deviceToken: Secret | null = null) =>
    codeOf(signIn.execute(credentials(password, email, deviceToken)))
  return {
    ...fakes,
    user,
    codeOf,
    tryOnce,
    async signIn(token: Secret | null = null) {
      const { deviceToken } = await signIn.execute(credentials(right, user.email, token))
      if (!deviceToken) throw new Error('the device is not remembered')
      return { deviceToken, isKnownDevice: token?.reveal() === deviceToken.reveal() }
    },
    tryAsStaff: (password: string, email = user.email) =>
      codeOf(signInStaff.execute(credentials(password, email, null))),
    async failTimes(count: number, tryWrong: () => Promise<string> = () => tryOnce('wrong')) {
      const codes = new Set<string>()
      for (let failed = 0; failed < count; failed += 1) {
        codes.add(await tryWrong())
        fakes.clock.advance(hours(1))
      }
      return [...codes]
    },
    async changePassword(current: string, deviceToken: Secret | null = null) {
      const passwords = { current: new Secret(current), next: new Secret('a quiet river at dawn') }
      const expiresAt = after(fakes.clock.now(), hours(1))
      const session = aSession({ userId: user.id, expiresAt })
      await fakes.sessions.open(session)
      return new ChangePassword(fakes).execute(user, {
        ...passwords,
        session,
        deviceToken,
      })
    },
    async resetPassword(password: string) {
      const issued = await new IssueAccessLink(deps).execute({ email: user.email }, 'reset')
      if (typeof issued === 'string') throw new Error(issued)
      const token = new Secret(new URL(issued.link.reveal()).pathname.split('/').at(-1) ?? '')
      await new SetPassword(fakes).execute(token, 'reset', new Secret(password))
    },
    delays: () =>
      fakes.timeline.entries.flatMap(({ event }) => (event.kind === 'sign_in_delayed' ? [event] : [])),
  }
}

t.test(
  'S-01 of many tries at once only five passwords are compared, whether the user exists or not',
  async t => {
    for (const email of ['sam@example.test', ' NOBODY@example.test']) {
      const { tryOnce, passwords } = scene()
      const codes = await Promise.all(Array.from({ length: 150 }, () => tryOnce('wrong', email)))
      t.equal(passwords.compared.length, 5)
      t.equal(codes.filter(code => code === 'invalid_credentials').length, 5)
      t.equal(codes.filter(code => code === 'sign_in_delayed').length, 145)
      t.equal(await tryOnce(right, email.trim().toLowerCase()), 'sign_in_delayed', 'even the right password')
    }
  },
)

t.test('S-01 S-46 seller and staff sign-in share the count', async t => {
  const { tryOnce, tryAsStaff, clock } = scene()
  for (let count = 0; count < 5; count += 1) await (count % 2 ? tryOnce('wrong') : tryAsStaff('wrong'))
  t.equal(await tryOnce(right), 'sign_in_delayed')
  t.equal(await tryAsStaff(right), 'sign_in_delayed')
  clock.advance(seconds(30))
  t.equal(await tryAsStaff(right), 'signed in')
  t.equal(await tryOnce('wrong'), 'invalid_credentials', 'the right password resets the count')
  t.equal(await tryOnce(right), 'signed in')
})

t.test(
  'S-46 a seller’s right password at staff sign-in counts, so that the count discloses nothing',
  async t => {
    const { tryAsStaff, users } = scene()
    const email = 'sue@example.test'
    users.add(aUser({ email }), { subscription: aSubscription(), password: right })
    for (let count = 0; count < 5; count += 1) t.equal(await tryAsStaff(right, email), 'invalid_credentials')
    t.equal(await tryAsStaff(right, email), 'sign_in_delayed')
  },
)

t.test('S-01 a guesser cannot lock a user out of a known device', async t => {
  const { signIn, tryOnce, failTimes, delays, emails } = scene()
  const { isKnownDevice, deviceToken } = await signIn()
  t.equal(isKnownDevice, false)
  await failTimes(100)
  t.equal(await tryOnce(right), 'sign_in_closed')

  const again = await signIn(deviceToken)
  t.equal(again.isKnownDevice, true)
  t.equal(await tryOnce(right), 'sign_in_closed', 'the count of unknown devices continues')
  for (let count = 0; count < 5; count += 1) await tryOnce('wrong', undefined, deviceToken)
  t.equal(await tryOnce(right, undefined, deviceToken), 'sign_in_delayed', 'a known device has its own count')
  t.strictSame(delays(), [
    { kind: 'sign_in_delayed', by: 'unknown_device', failures: 5 },
    { kind: 'sign_in_delayed', by: 'unknown_device', failures: 100 },
    { kind: 'sign_in_delayed', by: 'known_device', failures: 5 },
  ])
  t.strictSame(
    emails.notices.map(({ event }) => event),
    ['new_device', ...Array(3).fill('sign_in_delayed')],
    'the user learns of each by email',
  )
})

t.test('S-01 a device token of another user, or an invented one, is an unknown device', async t => {
  const { signIn, tryOnce, users } = scene()
  const { deviceToken } = await signIn()
  users.add(aUser({ email: 'sue@example.test' }), { subscription: null, password: right })
  for (const token of [deviceToken, new Secret('invented')])
    for (let count = 0; count < 3; count += 1) await tryOnce('wrong', 'sue@example.test', token)
  t.equal(await tryOnce(right, 'sue@example.test'), 'sign_in_delayed')
})

t.test('S-01 a password reset opens the sign-in again and forgets all devices', async t => {
  const { signIn, tryOnce, failTimes, resetPassword } = scene()
  const { deviceToken } = await signIn()
  t.strictSame(await failTimes(100), ['invalid_credentials'])
  t.equal(await tryOnce(right), 'sign_in_closed')
  await resetPassword(right)
  t.equal((await signIn(deviceToken)).isKnownDevice, false)
})

t.test('S-01 wrong current passwords are counted per user, apart from sign-ins', async t => {
  const { changePassword, codeOf, tryOnce, clock, delays } = scene()
  for (let count = 0; count < 5; count += 1)
    t.equal(await codeOf(changePassword('wrong')), 'current_password_incorrect')
  t.equal(await codeOf(changePassword(right)), 'sign_in_delayed')
  t.equal(await tryOnce(right), 'signed in')
  t.strictSame(delays(), [{ kind: 'sign_in_delayed', by: 'settings', failures: 5 }])
  clock.advance(seconds(30))
  await changePassword(right)
})

t.test('S-01 a password change forgets the user’s other devices', async t => {
  const { signIn, changePassword, knownDevices, user } = scene()
  const [own, other] = [await signIn(), await signIn()]
  await changePassword(right, own.deviceToken)
  t.ok(await knownDevices.find(own.deviceToken, user.id))
  t.notOk(await knownDevices.find(other.deviceToken, user.id))
})

t.test('S-01 a password that was not compared does not count', async t => {
  const { tryOnce, passwords } = scene()
  const { matches } = passwords
  passwords.matches = async () => {
    throw new PasswordChecksBusy()
  }
  for (let count = 0; count < 7; count += 1) t.equal(await tryOnce('wrong'), 'password_checks_busy')
  passwords.matches = matches
  t.equal(await tryOnce(right), 'signed in')
})
