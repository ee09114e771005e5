import * as otpauth from 'otpauth'
import { OneTimeCodes } from '../../application/access/ports.ts'
import { Secret } from '../../domain/secret.ts'

const period = 30
/** Accepted clock drift in time steps (RFC 6238). */
const maxDriftSteps = 1

/** What all authenticator apps support: RFC 6238 with SHA-1, six digits, 30 s and a 160-bit secret (RFC 4226 §4). */
export class Totp extends OneTimeCodes {
  newSecret(): Secret {
    return new Secret(new otpauth.Secret({ size: 20 }).base32)
  }

  stepOf(secret: Secret, code: string, now: Date): number | null {
    if (!/^\d{6}$/.test(code)) return null
    const timestamp = now.getTime()
    const delta = totpOf(secret).validate({ token: code, timestamp, window: maxDriftSteps })
    return delta === null ? null : Math.floor(timestamp / 1000 / period) + delta
  }

  enrolmentUri(secret: Secret, email: string): Secret {
    return new Secret(totpOf(secret, email).toString())
  }

  codeAt(secret: Secret, now: Date): string {
    return totpOf(secret).generate({ timestamp: now.getTime() })
  }
}

const totpOf = (secret: Secret, label = '') =>
  new otpauth.TOTP({ issuer: '1smart.link', label, period, digits: 6, secret: secret.reveal() })
