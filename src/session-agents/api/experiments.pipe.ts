import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { DtoPipe } from '../../api/dto.pipe';
import { invalidRequest } from '../../api/invalid-request';
import { jsonPointer } from '../../common/json';
import { type ErrorIssue, isParleyError } from '../../common/parley-error';
import { GuardRailDto, VariantDto } from './experiments.dto';

const LISTS = { variants: VariantDto, guardRails: GuardRailDto } as const;

/**
 * Makes a body an experiment, or changes of one: the body by its own rules, then each item of its lists by theirs. What
 * comes out has no members but those that were given.
 * @throws ParleyError `validation_failed`
 */
@Injectable()
export class ExperimentPipe implements PipeTransform<unknown, Promise<object>> {
  private readonly dtos = new DtoPipe();

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<object> {
    const body = given(await this.dtos.transform(value, metadata));
    const issues: ErrorIssue[] = [];
    for (const [field, metatype] of Object.entries(LISTS)) {
      const items = (body as Record<string, unknown>)[field];
      if (!Array.isArray(items)) continue;
      const checked = await Promise.all(
        items.map((item, index) => this.item(item, metatype, jsonPointer(field, index), issues)),
      );
      Object.assign(body, { [field]: checked });
    }
    if (issues.length > 0) throw invalidRequest(issues);
    return body;
  }

  private async item(item: unknown, metatype: new () => object, path: string, issues: ErrorIssue[]): Promise<object> {
    try {
      return given(await this.dtos.transform(item, { type: 'body', metatype }));
    } catch (error) {
      if (!isParleyError(error, 'validation_failed')) throw error;
      issues.push(...(error.errors ?? []).map((issue) => ({ ...issue, path: path + issue.path })));
      return {};
    }
  }
}

/** A plain object, without the members of the class that the request leaves out. */
function given(dto: object): object {
  return Object.fromEntries(Object.entries(dto).filter(([, member]) => member !== undefined));
}
