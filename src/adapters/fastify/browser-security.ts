import type { Secret } from '../../domain/secret.ts'

/** Seconds. */
const twoWeeks = 14 * 24 * 60 * 60
const oneYear = 365 * 24 * 60 * 60
const twelveHours = 12 * 60 * 60

/** One cookie for sellers and one for staff: an admin may hold both in one browser, and neither opens the other's pages. */
export function cookieSessions(keys: readonly Secret[], isSecure: boolean) {
  const key = keys.map(each => Buffer.from(each.reveal(), 'base64'))
  const cookie = { path: '/', httpOnly: true, secure: isSecure, sameSite: 'lax' as const }
  const prefix = isSecure ? '__Host-' : ''
  const session = (sessionName: string, cookieName: string, maxAge: number) => ({
    key,
    sessionName,
    cookieName: `${prefix}${cookieName}`,
    expiry: maxAge,
    cookie: { ...cookie, maxAge },
  })
  return [session('session', 'session', twoWeeks), session('staffSession', 'staff', twelveHours)]
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
