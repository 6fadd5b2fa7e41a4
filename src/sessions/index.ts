export { MESSAGE_SCHEMA, SESSION_SCHEMA } from './api/session-schemas';
export { sessionView } from './api/session-view';
export { SessionsModule } from './sessions.module';
export { SessionsService } from './sessions.service';
