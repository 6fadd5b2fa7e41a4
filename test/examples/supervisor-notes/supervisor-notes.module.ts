import { Module } from '@nestjs/common';
import { SupervisorNotesController } from './supervisor-notes.controller';
import { SupervisorNotes } from './supervisor-notes.service';

/** An example of a feature that another team adds: this folder, and its name in the list of `app.module.ts`. */
@Module({ controllers: [SupervisorNotesController], providers: [SupervisorNotes] })
export class SupervisorNotesModule {}
