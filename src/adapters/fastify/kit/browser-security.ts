import type { FastifyReply, FastifyRequest } from 'fastify'
import { knownDeviceLifetime } from '../../../domain/access/sign-in-failures.ts'
import { Secret } from '../../../domain/secret.ts'

/** Seconds. */
const twoWeeks = 14 * 24 * 60 * 60
const oneYear = 365 * 24 * 60 * 60
const twelveHours = 12 * 60 * 60

/**
 * Separate cookies, because an admin may have all three sessions in one browser. The view-as cookie outlives its
 * session: otherwise the last view-as page would act for the seller signed in to the same browser.
 */
export function cookieSessions(keys: readonly Secret[], isSecure: boolean) {
  const key = keys.map(secret => Buffer.from(secret.reveal(), 'base64'))
  const cookie = { path: '/', httpOnly: true, secure: isSecure, sameSite: 'lax' as const }
  const prefix = isSecure ? '__Host-' : ''
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
    session('viewAsSession', 'viewing', twelveHours),
  ]
}

/** OWASP Secure Headers Project: features that no page uses. Passkeys need the last two. */
export const permissionsPolicy = [
  ...[
    'accelerometer',
    'autoplay',
    'browsing-topics',
    'camera',
    'display-capture',
    'encrypted-media',
    'fullscreen',
    'geolocation',
    'gyroscope',
    'hid',
    'idle-detection',
    'magnetometer',
    'microphone',
    'midi',
    'payment',
    'picture-in-picture',
    'screen-wake-lock',
    'serial',
    'usb',
    'xr-spatial-tracking',
  ].map(feature => `${feature}=()`),
  'publickey-credentials-create=(self)',
  'publickey-credentials-get=(self)',
].join(', ')
/** Its token shows that the user signed in with this browser before; it signs no one in. */
export function deviceCookie(publicUrl: URL) {
  const secure = publicUrl.protocol === 'https:'
  const name = secure ? '__Host-device' : 'device'
  const maxAge = knownDeviceLifetime / 1000
  return {
    read({ cookies }: FastifyRequest): Secret | null {
      const token = cookies[name]
      return token ? new Secret(token) : null
    },
    write(reply: FastifyReply, token: Secret): void {
      reply.setCookie(name, token.reveal(), { path: '/', httpOnly: true, secure, sameSite: 'lax', maxAge })
    },
  }
}

/** OWASP Secure Headers Project. */
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
        // Chromium also checks redirects after a form.
        formAction: ["'self'", ...consentOrigins],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    hsts: isSecure && { maxAge: oneYear, includeSubDomains: true },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' as const },
    frameguard: { action: 'deny' as const },
    referrerPolicy: { policy: 'same-origin' as const },
  }
}
