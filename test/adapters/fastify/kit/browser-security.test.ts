import t from 'tap'
import { cookieSessions } from '../../../../src/adapters/fastify/kit/browser-security.ts'
import { generateKey } from '../../../../src/settings/settings.ts'

const sessions = (isSecure: boolean) =>
  Object.fromEntries(cookieSessions([generateKey()], isSecure).map(session => [session.sessionName, session]))

t.test(
  'S-44 S-46 each kind of session has its own cookie, hidden from scripts and bound to the host',
  async t => {
    const secure = sessions(true)
    t.match(secure['session'], { cookieName: '__Host-session', cookie: { path: '/' } })
    t.match(secure['staffSession'], { cookieName: '__Host-staff', cookie: { path: '/' } })
    t.match(secure['viewAsSession'], { cookieName: '__Host-viewing', cookie: { path: '/' } })
    for (const { cookie } of Object.values(secure))
      t.match(cookie, { httpOnly: true, secure: true, sameSite: 'lax' })
  },
)

t.test('S-46 without TLS, as on a developer’s machine, cookies have no secure prefix', async t => {
  const insecure = Object.values(sessions(false))
  t.strictSame(insecure.map(({ cookieName }) => cookieName).sort(), ['session', 'staff', 'viewing'])
  for (const { cookie } of insecure) t.match(cookie, { httpOnly: true, secure: false })
})
