import { aUser } from '../examples.ts'
import { openFakes } from '../fakes/open.ts'
import type { Stores } from './stores.ts'

export async function openFakeStores(): Promise<Stores> {
  const fakes = openFakes()
  return {
    ...fakes,
    async createUser(overrides = {}, subscription = null) {
      const user = aUser(overrides)
      fakes.users.add(user, { subscription })
      return user
    },
    letLeaseRunOut: async id => fakes.leases.letRunOut(id),
    expireClaim: async id => fakes.tokens.letClaimsRunOut(id),
    letEmailLeaseRunOut: async id => fakes.outbox.letLeaseRunOut(id),
    entries: async () => fakes.timeline.entries,
  }
}
