import 'reflect-metadata';
import { asyncApiText, writeAsyncApiFile } from './asyncapi-file';

/** Writes docs/asyncapi.json anew: `npm run asyncapi`. A test fails as long as it is stale. */
writeAsyncApiFile(asyncApiText());
