import type { Secret } from '../../domain/secret.ts'

/** Seconds. */
const twoWeeks = 14 * 24 * 60 * 60
const oneYear = 365 * 24 * 60 * 60
const twelveHours = 12 * 60 * 60

/**
 * One cookie for sellers, one for staff and one for those of the staff who look as a seller: an admin may hold all of them
 * in one browser, and none opens the pages of another. Whether a viewing still lasts is not the cookie's to say: one that
 * vanished with it would leave its last page to whoever else is signed in there.
 */
export function cookieSessions(keys: readonly Secret[], isSecure: boolean) {
  const key = keys.map(each => Buffer.from(each.reveal(), 'base64'))
  const cookie = { path: '/', httpOnly: true, secure: isSecure, sameSite: 'lax' as const }
  const prefix = isSecure ? '__Host-' : ''
  // A cookie for some of the pages cannot be one for the whole host.
  const partPrefix = isSecure ? '__Secure-' : ''
  const session = (sessionName: string, cookieName: string, maxAge: number) => ({
    key,
    sessionName,
    cookieName: `${prefix}${cookieName}`,
    expiry: maxAge,
    cookie: { ...cookie, maxAge },
  })
  return [
    session('session', 'session', twoWeeks),
    session('staffSession', 'staff', twelveHours),
    {
      ...session('viewingSession', 'viewing', twelveHours),
      cookieName: `${partPrefix}viewing`,
      cookie: { ...cookie, path: '/dashboard', maxAge: twelveHours },
    },
  ]
}

/** What a browser is told not to do (OWASP Secure Headers Project). */
export function securityHeaders(consentOrigins: readonly string[], isSecure: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        // Chromium holds the target of a redirect after a form to this list as well.
        formAction: ["'self'", ...consentOrigins],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: isSecure && { maxAge: oneYear, includeSubDomains: true },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' as const },
    referrerPolicy: { policy: 'same-origin' as const },
  }
}
