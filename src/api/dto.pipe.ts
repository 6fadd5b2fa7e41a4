import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validate, type ValidationError } from 'class-validator';
import { jsonPointer } from '../common/json';
import type { ErrorIssue } from '../common/parley-error';
import { validatedProperties } from '../common/validated-properties';
import { invalidRequest, objectWith } from './invalid-request';

type DtoClass = new () => object;

/**
 * Makes a body or a query a DTO of the declared class, checked by its class-validator rules. Members are taken over as
 * they are, without class-transformer: free JSON below them may hold any key, `constructor` and `__proto__` included.
 * @throws ParleyError `validation_failed`
 */
@Injectable()
export class DtoPipe implements PipeTransform<unknown, Promise<object>> {
  async transform(value: unknown, { metatype, type }: ArgumentMetadata): Promise<object> {
    const Dto = metatype as DtoClass;
    const known = validatedProperties(Dto);
    const fields = objectWith((field) => known.has(field), value);
    const dto = new Dto();
    for (const [key, member] of Object.entries(fields)) {
      Object.assign(dto, { [key]: type === 'query' ? fromQuery(Dto, key, member) : member });
    }
    const errors = await validate(dto, { forbidUnknownValues: false });
    if (errors.length > 0) throw invalidRequest(errors.flatMap(issuesOf));
    return dto;
  }
}

/** A query is text: what its DTO declares as a number is read as one, where it is one. */
function fromQuery(Dto: DtoClass, key: string, value: unknown): unknown {
  const declared: unknown = Reflect.getMetadata('design:type', Dto.prototype as object, key);
  return declared === Number && typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
}

function issuesOf({ property, constraints = {} }: ValidationError): ErrorIssue[] {
  return Object.values(constraints).map((message) => ({
    path: jsonPointer(property),
    message: message.replace(/^\S+ /, ''),
  }));
}
