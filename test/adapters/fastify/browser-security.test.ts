import t from 'tap'
import { cookieSessions } from '../../../src/adapters/fastify/browser-security.ts'
import { generateKey } from '../../../src/settings.ts'

const sessions = (isSecure: boolean) =>
  Object.fromEntries(cookieSessions([generateKey()], isSecure).map(each => [each.sessionName, each]))

t.test('S-44 S-46 each side has its own cookie, hidden from scripts and bound to the host', async t => {
  const secure = sessions(true)
  t.match(secure['session'], { cookieName: '__Host-session', cookie: { path: '/' } })
  t.match(secure['staffSession'], { cookieName: '__Host-staff', cookie: { path: '/' } })
  // `__Host-` requires the path `/` (RFC 6265bis §4.1.3).
  t.match(secure['viewAsSession'], { cookieName: '__Secure-viewing', cookie: { path: '/dashboard' } })
  for (const { cookie } of Object.values(secure))
    t.match(cookie, { httpOnly: true, secure: true, sameSite: 'lax' })
})

t.test('S-46 without TLS, as on a developer’s machine, cookies have no secure prefix', async t => {
  const plain = Object.values(sessions(false))
  t.strictSame(plain.map(({ cookieName }) => cookieName).sort(), ['session', 'staff', 'viewing'])
  for (const { cookie } of plain) t.match(cookie, { httpOnly: true, secure: false })
})
