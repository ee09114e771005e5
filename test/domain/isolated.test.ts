import t from 'tap'
import { isolated } from '../../src/domain/isolated.ts'

t.test('S-08 a name that is written from right to left turns nothing around it about', async t => {
  t.equal(isolated('متجر النور!'), '\u2068متجر النور!\u2069')
  t.equal(isolated('My Brand US'), 'My Brand US')
  t.equal(isolated('My \u202eBrand\u202c'), 'My Brand', 'directions of its own are left out')
})
