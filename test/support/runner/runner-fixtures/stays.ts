import { createServer } from 'node:net'
import t from 'tap'

t.test('ends', async t => {
  createServer().listen(0)
  t.ok(true)
})
