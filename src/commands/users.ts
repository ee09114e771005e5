import { loadEnvironment } from '../settings/settings.ts'
import { runPeopleCommand } from './users/run.ts'

process.exitCode = await runPeopleCommand(process.argv.slice(2), loadEnvironment(), {
  say: line => process.stdout.write(`${line}\n`),
  writeError: text => process.stderr.write(text),
})
