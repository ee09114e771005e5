import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { chapters } from './asvs/chapters.ts'
import { asvsDocument } from './asvs/document.ts'
import { requiredLevels } from './asvs/levels.ts'
import { type Proof, proofIn, section } from './asvs/requirement.ts'

const project = join(import.meta.dirname, '../..')
const read = (file: string): string => {
  try {
    return readFileSync(join(project, file), 'utf8')
  } catch {
    return ''
  }
}

/** A title must be a whole string of the file. An ellipsis stands for the variable part of a title. */
function exists(proof: Proof): boolean {
  if ('document' in proof)
    return read(proof.document)
      .split('\n')
      .some(line => line.replace(/^#{1,3} /, '') === proof.heading && line !== proof.heading)
  const source = read(proof.file).replace(/\$\{[^}]*\}/g, '…')
  return ["'", '"', '`'].some(quote => source.includes(`${quote}${proof.test}${quote}`))
}

t.test('each required id is accounted for once, in the chapter and order of the standard', async t => {
  t.equal(requiredLevels.size, 280)
  t.equal(chapters.length, 17)
  t.strictSame(
    chapters.flatMap(({ requirements }) => Object.keys(requirements)),
    [...requiredLevels.keys()],
  )
  for (const [at, { requirements }] of chapters.entries())
    t.ok(
      Object.keys(requirements).every(id => id.startsWith(`${at + 1}.`)),
      `V${at + 1}`,
    )
})

t.test('each test and each section that a requirement names exists', async t => {
  const proofs = chapters
    .flatMap(({ requirements }) => Object.entries(requirements))
    .flatMap(([id, each]) => (each.status === 'met' ? each.proofs.map(proof => ({ id, proof })) : []))

  t.ok(proofs.length > 100)
  t.strictSame(
    proofs.filter(({ proof }) => !exists(proof)),
    [],
  )
})

t.test('a missing test, file or section is found', async t => {
  const proof = proofIn('security/asvs.test.ts')('a missing test, file or section is found')
  t.ok(exists(proof))
  t.notOk(exists(proofIn('security/asvs.test.ts')('a missing test, file or section is found'.slice(0, -1))))
  t.notOk(exists(proofIn('security/gone.test.ts')('a missing test, file or section is found')))
  t.ok(exists(section('security.md', 'RFC 9700')))
  t.notOk(exists(section('security.md', 'RFC 9999')))
})

t.test('docs/asvs.md matches the data; npm run docs:security updates it', async t => {
  t.equal(read('docs/asvs.md'), asvsDocument())
})
