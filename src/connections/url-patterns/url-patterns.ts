import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { PatternFault } from '../../graph/errors/catalogue/connection.js';
import type { ItemIdResolverDto } from '../dto/activity-settings.dto.js';
import type { CreateConnectionDto } from '../dto/external-connection.dto.js';
import { IsolatedCheck } from '../isolated-check.js';
import type { PatternProblem } from './pattern-check.js';
import { UNDECIDED_IN_TIME } from './undecided.js';

/** The analysis ends by itself after fifteen seconds, unless it is caught where it does not look at the clock. */
const TIME_LIMIT_MS = 20_000;

/** As most are, so that the thread is warm when the time begins to count. */
const ORDINARY = '/(?<kind>[a-z]+)/(?<id>[^/?]+)';

/** Checks the regular expressions of resolvers: one that can keep whoever matches it busy for ever is refused. */
@Injectable()
export class UrlPatterns implements OnApplicationShutdown {
  private readonly check = new IsolatedCheck<readonly string[], PatternProblem[]>(
    new URL('./pattern-check', import.meta.url),
    [ORDINARY],
    TIME_LIMIT_MS,
  );

  /** What is wrong with the `urlPattern`s of a body, each with its place. */
  async faultsOf({
    activitySettings,
  }: Pick<CreateConnectionDto, 'activitySettings'>): Promise<PatternFault[]> {
    const resolvers = (activitySettings?.urlToItemResolvers ?? []) as ItemIdResolverDto[];
    const patterns = resolvers.flatMap(({ urlMatchInfo }, index) =>
      typeof urlMatchInfo?.urlPattern === 'string'
        ? [
            {
              target: `activitySettings.urlToItemResolvers[${index}].urlMatchInfo.urlPattern`,
              pattern: urlMatchInfo.urlPattern,
            },
          ]
        : [],
    );
    if (patterns.length === 0) return [];
    const problems = await this.check.run(patterns.map(({ pattern }) => pattern));
    return patterns.flatMap(({ target }, index) => {
      const problem = problems === undefined ? UNDECIDED_IN_TIME : problems[index]!;
      return problem === null ? [] : [{ target, problem }];
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.check.close();
  }
}
