import { checkProject } from './words.ts'

const { findings, unused } = checkProject()
for (const { file, line, word, write } of findings)
  console.error(`${file}:${line} “${word}”: write ${write}.`)
for (const { file, text } of unused) console.error(`${file}: the exception “${text}” is no longer needed.`)
if (findings.length + unused.length > 0) {
  console.error(`${findings.length} words to avoid. The list is test/writing/avoid.json.`)
  process.exit(1)
}
