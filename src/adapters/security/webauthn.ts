import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { type PasskeyOptions, PasskeyVerifier } from '../../application/access/second-factor/ports.ts'
import { maxPasskeyIdLength, type Passkey } from '../../domain/access/passkey.ts'
import type { User } from '../../domain/access/user.ts'

type RegistrationAnswer = Parameters<typeof verifyRegistrationResponse>[0]['response']
type AuthenticationAnswer = Parameters<typeof verifyAuthenticationResponse>[0]['response']

/** Milliseconds for the browser’s prompt. */
const timeout = 5 * 60_000

/** WebAuthn, AuthenticatorTransport. */
const knownTransports = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const

/** User verification is required: a passkey is then two factors in one (NIST SP 800-63B). */
export class WebAuthn extends PasskeyVerifier {
  readonly #relyingParty: { readonly origin: string; readonly id: string }

  constructor(publicUrl: URL) {
    super()
    this.#relyingParty = { origin: publicUrl.origin, id: publicUrl.hostname }
  }

  async registrationOptions({ id, email, name }: User, known: readonly Passkey[]): Promise<PasskeyOptions> {
    const options = await generateRegistrationOptions({
      rpName: '1smart.link',
      rpID: this.#relyingParty.id,
      userID: new TextEncoder().encode(id),
      userName: email,
      userDisplayName: name,
      timeout,
      excludeCredentials: known.map(toDescriptor),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    })
    return { options, challenge: options.challenge }
  }

  async verifyRegistration(answer: string, challenge: string) {
    const response = parse<RegistrationAnswer>(answer)
    const verified = await verifyRegistrationResponse({ ...this.#expected(challenge), response }).catch(
      () => null,
    )
    if (!verified?.verified || !verified.registrationInfo) return null
    const { id, publicKey, counter, transports } = verified.registrationInfo.credential
    if (id.length > maxPasskeyIdLength) return null
    // The browser can send anything here, and the library passes it on.
    const sent: readonly unknown[] = Array.isArray(transports) ? transports : []
    return {
      id,
      publicKey,
      signCount: counter,
      transports: knownTransports.filter(each => sent.includes(each)),
    }
  }

  async authenticationOptions(known: readonly Passkey[]): Promise<PasskeyOptions> {
    const options = await generateAuthenticationOptions({
      rpID: this.#relyingParty.id,
      timeout,
      allowCredentials: known.map(toDescriptor),
      userVerification: 'required',
    })
    return { options, challenge: options.challenge }
  }

  async verifyAuthentication(answer: string, challenge: string, known: readonly Passkey[]) {
    const response = parse<AuthenticationAnswer>(answer)
    const passkey = known.find(({ id }) => id === response?.id)
    if (!passkey) return null
    const { id, publicKey, signCount: counter } = passkey
    const verified = await verifyAuthenticationResponse({
      ...this.#expected(challenge),
      response,
      credential: { id, publicKey, counter },
    }).catch(() => null)
    return verified?.verified ? { passkey, signCount: verified.authenticationInfo.newCounter } : null
  }

  #expected(expectedChallenge: string) {
    const { origin: expectedOrigin, id: expectedRPID } = this.#relyingParty
    return { expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true }
  }
}

const toDescriptor = ({ id, transports }: Passkey) => ({ id, transports: [...transports] })

/** The library checks the shape. */
function parse<Answer>(text: string): Answer {
  try {
    return JSON.parse(text)
  } catch {
    return null as Answer
  }
}
