import t from 'tap'
import { EnrolSecondFactor } from '../../../../src/application/access/second-factor/enrol-second-factor.ts'
import { maxPasskeys } from '../../../../src/domain/access/passkey.ts'
import { acceptCode, createSecondFactor } from '../../../../src/domain/access/second-factor.ts'
import type { Role } from '../../../../src/domain/access/user.ts'
import { hours, minutes } from '../../../../src/domain/calendar.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { aSession, aUser, noon } from '../../../support/examples.ts'
import { aPasskey } from '../../../support/fakes/access/passkeys.ts'
import { stepAt } from '../../../support/fakes/access/second-factors.ts'
import { openFakes } from '../../../support/fakes/open.ts'

const browser = { device: 'Firefox on Windows', deviceToken: null }
type Fakes = ReturnType<typeof openFakes>
type Kind = Parameters<typeof aSession>[0]['kind'] & string

/** A user without a second factor, by default an agent after the password step. */
async function scene({
  role = 'support',
  kind = 'staff_pending_second_factor',
}: {
  role?: Role
  kind?: Kind
} = {}) {
  const fakes = openFakes()
  const { users, sessions, codes, clock, issueAccessLink, unitOfWork } = fakes
  const user = aUser({ email: 'sol@example.test', role })
  users.add(user, { subscription: null })
  const session = aSession({ userId: user.id, kind })
  await sessions.open(session)
  const enrol = new EnrolSecondFactor(fakes)
  const issueEnrolmentLink = async (userId = user.id) => {
    const link = await unitOfWork.transaction(() => issueAccessLink.make(userId, 'enrolment'))
    return new Secret(new URL(link.reveal()).pathname.split('/').at(-1) ?? '')
  }
  const code = (secret: Secret) => codes.code(secret, stepAt(clock.now()))
  return {
    ...fakes,
    user,
    session,
    enrol,
    issueEnrolmentLink,
    code,
    async setUpApp(link: Secret | null) {
      const { secret } = await enrol.beginApp({ session, link })
      return enrol.confirmApp({ session, link }, code(secret), browser)
    },
    async addPasskey(link: Secret | null, id = 'a-passkey') {
      const { challenge } = (await enrol.passkeyOptions({ session, link })) as { challenge: string }
      return enrol.addPasskey({ session, link }, `${id} ${challenge}`, browser)
    },
  }
}

const addApp = ({ factors }: Fakes, { id }: { id: Parameters<typeof createSecondFactor>[0] }) =>
  factors.save(acceptCode(createSecondFactor(id, new Secret('earlier')), 0, noon))

t.test('S-46 with the link, staff set up an app, see ten recovery codes once and are signed in', async t => {
  const { enrol, session, issueEnrolmentLink, code, sessions, factors, emails, user } = await scene()
  const link = await issueEnrolmentLink()
  await enrol.checkAllowed({ session, link })
  const { secret, uri } = await enrol.beginApp({ session, link })
  t.match(uri.reveal(), 'sol@example.test')

  const { recoveryCodes, opened } = await enrol.confirmApp(
    { session, link },
    ` ${[...code(secret)].join(' ')} `,
    browser,
  )

  t.equal(new Set(recoveryCodes.map(each => each.reveal())).size, 10)
  t.equal(await factors.countRecoveryCodes(user.id), 10)
  t.match(await factors.of(user.id), { confirmedAt: noon })
  t.match(opened?.session, { kind: 'staff', userId: user.id, verifiedAt: noon })
  t.strictSame(
    (await sessions.activeByUser(user.id, noon)).map(({ id }) => id),
    [opened?.session.id],
    'the pending session has ended',
  )
  t.strictSame(emails.notices, [{ to: user.email, event: 'app_added' }])
})

t.test('S-46 with the link, staff add a passkey and are signed in', async t => {
  const { addPasskey, issueEnrolmentLink, passkeys, emails, user } = await scene()

  const opened = await addPasskey(await issueEnrolmentLink())

  t.match(opened?.session, { kind: 'staff', userId: user.id, verifiedAt: noon })
  t.match(await passkeys.of(user.id), [
    { id: 'a-passkey', userId: user.id, name: browser.device, createdAt: noon, lastUsedAt: null },
  ])
  t.strictSame(emails.notices, [{ to: user.email, event: 'passkey_added' }])
})

t.test('S-46 an invalid enrolment link shows nothing and changes nothing', async t => {
  const invalidLinks: Record<string, (setup: Awaited<ReturnType<typeof scene>>) => Promise<Secret>> = {
    unknown: async () => new Secret('invented'),
    superseded: async ({ issueEnrolmentLink }) => {
      const link = await issueEnrolmentLink()
      await issueEnrolmentLink()
      return link
    },
    expired: async ({ issueEnrolmentLink, clock, sessions, session }) => {
      const link = await issueEnrolmentLink()
      clock.advance(hours(24))
      await sessions.open({ ...session, expiresAt: new Date(clock.now().getTime() + 1) })
      return link
    },
    'of another user': async ({ issueEnrolmentLink, users }) => {
      const other = aUser({ role: 'support' })
      users.add(other, { subscription: null })
      return issueEnrolmentLink(other.id)
    },
    'for another purpose': async ({ unitOfWork, issueAccessLink, user }) => {
      const link = await unitOfWork.transaction(() => issueAccessLink.make(user.id, 'invitation'))
      return new Secret(link.reveal().split('/').at(-1) ?? '')
    },
    'used for an app': async ({ issueEnrolmentLink, setUpApp, factors, sessions, session, user }) => {
      const link = await issueEnrolmentLink()
      await setUpApp(link)
      await factors.remove(user.id)
      await sessions.open(session)
      return link
    },
    'used for a passkey': async ({ issueEnrolmentLink, addPasskey, passkeys, sessions, session, user }) => {
      const link = await issueEnrolmentLink()
      await addPasskey(link)
      await passkeys.removeAllOf(user.id)
      await sessions.open(session)
      return link
    },
    'of a user with an app': async setup => {
      await addApp(setup, setup.user)
      return setup.issueEnrolmentLink()
    },
    'of a user with a passkey': async ({ passkeys, user, issueEnrolmentLink }) => {
      await passkeys.add(aPasskey({ userId: user.id }))
      return issueEnrolmentLink()
    },
  }
  for (const [name, linkOf] of Object.entries(invalidLinks)) {
    const setup = await scene()
    const { enrol, session, factors, passkeys, challenges, emails, user, clock } = setup
    const enrolment = { session, link: await linkOf(setup) }
    const state = async () => [
      await factors.of(user.id),
      await factors.pendingOf(user.id),
      await passkeys.of(user.id),
      emails.notices.length,
    ]
    const before = await state()
    const invalid = { code: 'enrolment_link_invalid' }

    await t.rejects(enrol.checkAllowed(enrolment), invalid, name)
    await t.rejects(enrol.beginApp(enrolment), invalid, name)
    await t.rejects(enrol.pendingApp(enrolment), invalid, name)
    await t.rejects(enrol.confirmApp(enrolment, '000000', browser), invalid, name)
    await t.rejects(enrol.passkeyOptions(enrolment), invalid, name)
    await t.rejects(enrol.addPasskey(enrolment, 'a-passkey', browser), invalid, name)

    t.strictSame(await state(), before, name)
    t.equal(await challenges.take(session.id, clock.now()), null)
  }
})

t.test('S-46 the password alone shows and changes nothing', async t => {
  for (const [role, kind, code] of [
    ['support', 'staff_pending_second_factor', 'verification_required'],
    ['seller', 'seller_pending_second_factor', 'verification_required'],
    ['admin', 'seller', 'enrolment_link_invalid'],
  ] as const) {
    const { enrol, session, factors, user } = await scene({ role, kind })
    const enrolment = { session, link: null }
    await t.rejects(enrol.beginApp(enrolment), { code }, kind)
    await t.rejects(enrol.passkeyOptions(enrolment), { code }, kind)
    t.equal(await factors.pendingOf(user.id), null)
  }
})

t.test('S-46 a verified seller switches on a second factor without a link', async t => {
  const { setUpApp, addPasskey, session, sessions, clock, user } = await scene({
    role: 'seller',
    kind: 'seller',
  })
  const { opened, recoveryCodes } = await setUpApp(null)
  t.strictSame([opened, recoveryCodes.length], [null, 10])
  t.equal(await addPasskey(null), null)
  t.strictSame(
    (await sessions.activeByUser(user.id, noon)).map(({ id }) => id),
    [session.id],
    'the session continues',
  )
  clock.advance(minutes(5))
  await t.rejects(setUpApp(null), { code: 'verification_required' })
  await t.rejects(addPasskey(null), { code: 'verification_required' })
})

t.test('S-46 a first second factor ends the sessions that the password alone opened', async t => {
  const setup = await scene({ role: 'seller', kind: 'seller' })
  const { sessions, session, user } = setup
  const openIds = async () => (await sessions.activeByUser(user.id, noon)).map(({ id }) => id)
  const thief = aSession({ userId: user.id, kind: 'seller' })
  await sessions.open(thief)

  await setup.addPasskey(null)
  t.strictSame(await openIds(), [session.id])
  const other = aSession({ userId: user.id, kind: 'seller' })
  await sessions.open(other)
  await setup.setUpApp(null)
  t.strictSame(new Set(await openIds()), new Set([session.id, other.id]), 'a further one ends none')
})

t.test('S-46 verified staff with a second factor add another one without a link', async t => {
  const setup = await scene({ kind: 'staff' })
  await addApp(setup, setup.user)
  await setup.addPasskey(null)
  t.equal((await setup.passkeys.of(setup.user.id)).length, 1)
})

t.test('S-46 a new app replaces the earlier one only with a code of the new app', async t => {
  const setup = await scene({ role: 'seller', kind: 'seller' })
  const { enrol, session, factors, code, user } = setup
  await addApp(setup, user)
  await factors.saveRecoveryCodes(user.id, [new Secret('aaaa-aaaa-aaaa-aaaa')])
  const enrolment = { session, link: null }

  t.equal(await enrol.pendingApp(enrolment), null)
  await t.rejects(enrol.confirmApp(enrolment, '000000', browser), { code: 'invalid_code' }, 'not begun')
  const first = await enrol.beginApp(enrolment)
  const second = await enrol.beginApp(enrolment)
  t.not(first.secret.reveal(), second.secret.reveal(), 'others may have seen the first one')
  t.equal((await enrol.pendingApp(enrolment))?.secret.reveal(), second.secret.reveal())
  for (const typed of ['000000', code(first.secret), code(new Secret('earlier'))])
    await t.rejects(enrol.confirmApp(enrolment, typed, browser), { code: 'invalid_code' })
  t.equal((await factors.of(user.id))?.secret.reveal(), 'earlier')
  t.equal(await factors.countRecoveryCodes(user.id), 1)

  await enrol.confirmApp(enrolment, code(second.secret), browser)
  t.equal((await factors.of(user.id))?.secret.reveal(), second.secret.reveal())
  t.notOk(await factors.spendRecoveryCode(user.id, new Secret('aaaa-aaaa-aaaa-aaaa')))
})

t.test('S-46 a wrong passkey adds nothing and spends the challenge and not the link', async t => {
  const { enrol, session, issueEnrolmentLink, addPasskey, passkeys, emails, user } = await scene()
  const link = await issueEnrolmentLink()
  const enrolment = { session, link }
  const rejected = { code: 'passkey_rejected' }
  await t.rejects(enrol.addPasskey(enrolment, 'a-passkey challenge-1', browser), rejected, 'no challenge yet')
  await enrol.passkeyOptions(enrolment)
  await t.rejects(enrol.addPasskey(enrolment, 'a-passkey wrong', browser), rejected)
  await t.rejects(enrol.addPasskey(enrolment, 'a-passkey challenge-1', browser), rejected)
  t.strictSame([await passkeys.of(user.id), emails.notices], [[], []])
  t.ok(await addPasskey(link))
})

t.test('S-46 a passkey that someone has already is not added again', async t => {
  const { addPasskey, passkeys, users, user } = await scene({ role: 'seller', kind: 'seller' })
  const other = aUser()
  users.add(other, { subscription: null })
  await passkeys.add(aPasskey({ userId: other.id, id: 'a-passkey' }))
  await t.rejects(addPasskey(null), { code: 'passkey_rejected' })
  t.strictSame(await passkeys.of(user.id), [])
})

t.test('S-46 a user has at most ten passkeys', async t => {
  const { enrol, session, passkeys, user } = await scene({ role: 'seller', kind: 'seller' })
  const { challenge } = (await enrol.passkeyOptions({ session, link: null })) as { challenge: string }
  for (let count = 0; count < maxPasskeys; count += 1) await passkeys.add(aPasskey({ userId: user.id }))
  await t.rejects(enrol.passkeyOptions({ session, link: null }), { code: 'too_many_passkeys' })
  await t.rejects(enrol.addPasskey({ session, link: null }, `one-more ${challenge}`, browser), {
    code: 'too_many_passkeys',
  })
  t.equal((await passkeys.of(user.id)).length, 10)
})

t.test('S-46 nothing is enrolled in an ended session or after losing the role', async t => {
  const { setUpApp, issueEnrolmentLink, sessions, session, users, user } = await scene()
  const link = await issueEnrolmentLink()
  users.add({ ...user, role: 'seller' }, { subscription: null })
  await t.rejects(setUpApp(link), { code: 'invalid_credentials' })
  users.add(user, { subscription: null })
  await sessions.close(session.id, noon)
  await t.rejects(setUpApp(link), { code: 'invalid_credentials' })
})
