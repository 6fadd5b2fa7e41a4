export { redactOps } from './redact-ops';
export { RedactionModule } from './redaction.module';
export { Redactor } from './redactor';
