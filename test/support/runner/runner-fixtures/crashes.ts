import t from 'tap'

t.test('before', async t => {
  t.ok(true)
  process.stderr.write('the last words\n')
  process.exit(7)
})
