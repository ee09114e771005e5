import { runPeople } from './people/run.ts'
import { loadEnvironment } from './settings.ts'

/** `npm run people -- …`: manages users, plans and roles. */
process.exitCode = await runPeople(process.argv.slice(2), loadEnvironment(), {
  say: line => process.stdout.write(`${line}\n`),
  complain: text => process.stderr.write(text),
})
