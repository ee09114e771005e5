import t from 'tap'
import { avoided, findAvoided, projectFiles } from './words.ts'

const found = (file: string, source: string): string[] =>
  findAvoided(file, source).map(({ line, word }) => `${line} ${word}`)

t.test('a word to avoid is found in comments, sentences, documents and pages', async t => {
  t.strictSame(
    found('src/a.ts', "const a = 1 // nobody reads\n/**\n * It goes\n * on. */\nlog('told by whoever')"),
    ['1 nobody', '3 goes on', '5 told by', '5 whoever'],
  )
  t.strictSame(found('docs/a.md', '# Whatever\n\nIt is `nobody`. Somebody’s mail.'), [
    '1 whatever',
    "3 somebody's",
  ])
  t.strictSame(found('views/a.hbs', '<p class="people">{{people}} For people</p>'), ['1 people'])
  t.strictSame(found('deploy/a.yml', 'a: "b c anew"\n# mend it\nnobody: x'), ['1 anew', '2 mend'])
})

t.test('code, SQL and parts of words are not prose', async t => {
  const source = `
    const nobody = whoever.people('anew')
    const text = \`\${somebody} is here\`
    query('select people from nobody')
    const route = /^\\/people \\/ whoever$/`
  t.strictSame(found('src/a.ts', source), [])
  t.strictSame(found('docs/a.md', 'Nobodyness, re-anew: see [users](people.md).\n```\nnobody\n```'), [])
})

t.test('the check reads the whole project', async t => {
  const files = projectFiles()
  for (const folder of ['src/', 'test/', 'views/', 'docs/', 'deploy/', 'README.md'])
    t.ok(
      files.some(file => file.startsWith(folder)),
      folder,
    )
  t.notOk(files.some(file => file.includes('node_modules/')))
  t.ok(avoided.length > 100)
})
