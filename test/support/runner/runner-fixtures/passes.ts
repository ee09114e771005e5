import t from 'tap'

t.test('one', async t => {
  await t.test('inside', async t => {
    t.ok(true)
  })
})
t.test('left out', { skip: 'for a reason' }, async () => undefined)
