export { type AskedHelp, AskForHelp } from './ask-for-help.ts'
export { KnowCircumstances } from './know-circumstances.ts'
export { ReadHelpRequests } from './read-help-requests.ts'
