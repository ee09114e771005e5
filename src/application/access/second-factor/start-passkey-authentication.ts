import { type Session, verificationLifetime } from '../../../domain/access/session.ts'
import { after } from '../../../domain/calendar.ts'
import type { Clock } from '../../ports.ts'
import type { PasskeyChallenges, Passkeys, PasskeyVerifier } from './ports.ts'

interface Dependencies {
  readonly passkeys: Passkeys
  readonly challenges: PasskeyChallenges
  readonly passkeyVerifier: PasskeyVerifier
  readonly clock: Clock
}

/** For the second step of a sign-in, and before an action that needs a verification. */
export class StartPasskeyAuthentication {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @returns options for the browser's WebAuthn API. */
  async execute({ id, userId }: Session): Promise<object> {
    const { passkeys, challenges, passkeyVerifier, clock } = this.#deps
    const { options, challenge } = await passkeyVerifier.authenticationOptions(await passkeys.of(userId))
    await challenges.save(id, challenge, after(clock.now(), verificationLifetime))
    return options
  }
}
