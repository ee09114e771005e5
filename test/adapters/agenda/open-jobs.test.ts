import t from 'tap'
import { openJobs } from '../../../src/adapters/agenda/jobs.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { cloneDatabase } from '../../support/cluster.ts'

t.test('S-51 processes that start at the same moment all find Agenda’s table as it has to be', async t => {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  const errors: unknown[] = []
  for (let round = 0; round < 5; round += 1) {
    const opening = Array.from({ length: 6 }, (_, at) =>
      openJobs(new Secret(url), { name: `process ${at}`, onError: error => errors.push(error) }),
    )
    const opened = await Promise.allSettled(opening)
    t.strictSame(
      opened.flatMap(each => (each.status === 'rejected' ? [String(each.reason)] : [])),
      [],
    )
    for (const each of opened) if (each.status === 'fulfilled') await each.value.close()
  }
  t.strictSame(errors, [])
})
