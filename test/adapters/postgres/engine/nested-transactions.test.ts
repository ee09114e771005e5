import { channel } from 'node:diagnostics_channel'
import t from 'tap'
import { type CommitSignal, signals } from '../../../../src/application/diagnostics-channels.ts'
import { entry } from '../../../../src/domain/timeline/entry.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aUser, noon } from '../../../support/examples.ts'

t.test('S-41 a unit of work inside another is announced with the outer commit, or not at all', async t => {
  const { unitOfWork, timeline, users } = await openPostgresStores(t)
  const user = aUser()
  await users.insert(user, noon)
  const announced: string[] = []
  const listen = (message: unknown) =>
    announced.push(...(message as CommitSignal).entries.map(({ event }) => event.kind))
  channel(signals.commits).subscribe(listen)
  t.teardown(() => channel(signals.commits).unsubscribe(listen))
  const append = () =>
    unitOfWork.transaction(() =>
      timeline.append(entry(noon, { userId: user.id }, { kind: 'pending_discarded' })),
    )

  await t.rejects(
    unitOfWork.transaction(async () => {
      await append()
      throw new Error('the outer work failed')
    }),
    { message: 'the outer work failed' },
  )
  t.strictSame(announced, [])

  await unitOfWork.transaction(async () => {
    await append()
    t.strictSame(announced, [], 'not before the commit')
  })
  t.strictSame(announced, ['pending_discarded'])
})
