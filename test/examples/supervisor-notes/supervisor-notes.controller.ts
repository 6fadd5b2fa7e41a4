import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { CallerName } from '../../../src/api/auth/caller';
import { ProblemResponses } from '../../../src/api/docs/problem-responses';
import { DtoPipe } from '../../../src/api/dto.pipe';
import { SupervisorNotes } from './supervisor-notes.service';

class NoteDto {
  @ApiProperty({ minLength: 1, maxLength: 2000 })
  @IsString()
  @Length(1, 2000)
  text!: string;
}

/** Below `/v1/sessions`, so reading needs a key with the role `read` and writing one with `runtime`. */
@ApiTags('supervisor notes')
@ProblemResponses('unauthorized', 'forbidden', 'session_not_found', 'session_ended', 'store_unavailable')
@Controller('v1/sessions/:id/notes')
export class SupervisorNotesController {
  constructor(private readonly notes: SupervisorNotes) {}

  @Post()
  add(@Param('id') id: string, @Body(DtoPipe) { text }: NoteDto, @CallerName() by: string) {
    return this.notes.add(id, text, by);
  }

  @Get()
  async list(@Param('id') id: string) {
    return { notes: await this.notes.list(id) };
  }
}
