import t from 'tap'
import { RecordPageFailure } from '../../../src/application/help/record-page-failure.ts'
import { aUser, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

t.test('S-40 a failed page is on the timeline of the user who opened it', async t => {
  const fakes = openFakes()
  const userId = aUser().id
  await new RecordPageFailure(fakes).execute({ userId, requestId: 'request 7', page: 'GET /dashboard/ads/' })
  t.match(fakes.timeline.entries, [
    {
      at: noon,
      userId,
      connectionId: null,
      event: { kind: 'page_failed', requestId: 'request 7', page: 'GET /dashboard/ads/' },
    },
  ])
})
