import { Module } from '@nestjs/common';
import { OpsController } from './api/ops.controller';
import { SessionsController } from './api/sessions.controller';
import { SessionsService } from './sessions.service';

@Module({ controllers: [SessionsController, OpsController], providers: [SessionsService] })
export class SessionsModule {}
