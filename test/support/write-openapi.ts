import 'reflect-metadata';
import { openApiText, writeOpenApiFile } from './openapi-file';
import { TestService } from './service';

/** Writes docs/openapi.json anew: `npm run openapi`. A test fails as long as it is stale. */
async function main(): Promise<void> {
  const service = await TestService.start();
  writeOpenApiFile(openApiText(service));
  await service.close();
}

void main();
