import { passwordResetLimit } from '../../domain/access/access-link.ts'
import { endedSessionRetention } from '../../domain/access/session.ts'
import { failureRetention, knownDeviceLifetime } from '../../domain/access/sign-in-failures.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock } from '../ports.ts'
import type { AccessLinks, KnownDevices, Sessions, SignInFailures } from './ports.ts'

interface Dependencies {
  readonly sessions: Sessions
  readonly links: AccessLinks
  readonly knownDevices: KnownDevices
  readonly signInFailures: SignInFailures
  readonly clock: Clock
}

/** Safe to run concurrently. */
export class PurgeExpiredAccess {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(): Promise<void> {
    const { sessions, links, knownDevices, signInFailures, clock } = this.#deps
    const now = clock.now()
    await sessions.eraseEnded(after(now, -endedSessionRetention))
    // Expired links still count towards the reset limit.
    await links.eraseExpired(after(now, -passwordResetLimit.within))
    await knownDevices.eraseUnused(after(now, -knownDeviceLifetime))
    await signInFailures.eraseOld(after(now, -failureRetention))
  }
}
