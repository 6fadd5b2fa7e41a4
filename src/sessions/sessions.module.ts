import { Module } from '@nestjs/common';
import { OpsController } from './api/ops.controller';
import { SessionsController } from './api/sessions.controller';
import { StoredSessionsController } from './api/stored-sessions.controller';
import { SessionsService } from './sessions.service';

@Module({ controllers: [SessionsController, OpsController, StoredSessionsController], providers: [SessionsService] })
export class SessionsModule {}
