import t from 'tap'
import { TellFailure } from '../../../src/application/access/index.ts'
import { aPerson, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-40 a failed page is on the timeline of the user who opened it', async t => {
  const fakes = openFakes()
  const personId = aPerson().id
  await new TellFailure(fakes).run({ personId, requestId: 'request 7', page: 'GET /dashboard/ads/' })
  t.match(fakes.timeline.entries, [
    {
      at: noon,
      personId,
      connectionId: null,
      happening: { kind: 'page_failed', requestId: 'request 7', page: 'GET /dashboard/ads/' },
    },
  ])
})
