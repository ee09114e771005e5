export { ChooseMails } from './choose-mails.ts'
export { NoteLook } from './note-look.ts'
export { MailChoices, Outbox } from './ports.ts'
export { MailGivenUp, SendMails } from './send-mails.ts'
