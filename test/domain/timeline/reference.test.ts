import t from 'tap'
import { isReference, referenceOf } from '../../../src/domain/timeline/reference.ts'
import { anId } from '../../support/examples.ts'

t.test('the reference that a seller sees is the beginning of an id', async t => {
  t.equal(referenceOf('7f3a12c0-1d4b-4b8e-9a51-0c1d2e3f4a5b'), '7F3A-12C0')
  t.equal(referenceOf('7f-3a12-c0-1d4b'), '7F3A-12C0', 'hyphens in the id do not matter')
})

t.test('the reference of every id is recognised as a reference', async t => {
  for (let round = 0; round < 100; round += 1) t.ok(isReference(referenceOf(anId())))
})

t.test('no other text is accepted as a reference', async t => {
  for (const text of ['', '7f3a-12c0', '7F3A12C0', '7F3A-12C', ' 7F3A-12C0', '7F3A-12C0-1', 'MY BRAND']) {
    t.notOk(isReference(text), text)
  }
})
