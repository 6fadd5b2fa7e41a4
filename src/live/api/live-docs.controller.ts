import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type AsyncApiDocument, createAsyncApiDocument } from './asyncapi';

/** The documents of the HTTP interface lie beside it: `/docs` and `/docs-json`. */
@ApiExcludeController()
@Controller('docs/live')
export class LiveDocsController {
  private readonly document = createAsyncApiDocument();

  @Get()
  get(): AsyncApiDocument {
    return this.document;
  }
}
