import { aPerson } from '../examples.ts'
import { openAccessFakes } from '../fakes/open.ts'
import type { Stores } from './stores.ts'

export async function openFakeStores(): Promise<Stores> {
  const fakes = openAccessFakes()
  return {
    ...fakes,
    async addPerson(its = {}, subscription = null) {
      const person = aPerson(its)
      fakes.people.add(person, { subscription })
      return person
    },
    letLeaseRunOut: async id => fakes.leases.letRunOut(id),
    letClaimRunOut: async id => fakes.tokens.letClaimsRunOut(id),
    letMailRunOut: async id => fakes.outbox.letLeaseRunOut(id),
    entries: async () => fakes.timeline.entries,
  }
}
