export { SignIn } from './sign-in.ts'
