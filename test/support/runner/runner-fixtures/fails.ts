import t from 'tap'

t.test('wrong', async t => {
  t.equal(1, 2, 'one is two')
})
t.test('right', async t => {
  t.ok(true)
})
