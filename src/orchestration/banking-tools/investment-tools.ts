import { Inject, Injectable } from '@nestjs/common';
import type { Static } from '@sinclair/typebox';
import { CLOCK, type Clock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import { Tool, type ToolContext } from '../tools';
import { verified } from './access';
import { accountsNow } from './accounts';
import { refused } from './call-log';
import { type Instrument, instrumentsMeant } from './instruments';
import { type Position, positionsOf } from './portfolio';
import { QUOTE_DELAY_MINUTES, quoteAt } from './prices';
import { args, text } from './schemas';

const CASH_ACCOUNT = 'brokerage_cash';

const Portfolio = args({});
const QuoteOf = args({ name: text(80, 'Symbol, or name or part of the name of the share, fund or index.') });

@Injectable()
export class InvestmentTools {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  @Tool({
    name: 'get_portfolio_summary',
    description:
      "Gives what the caller's investments are worth now, how they are spread, and how each has moved since January. " +
      'Needs a verified caller.',
    parameters: Portfolio,
  })
  getPortfolioSummary(_: Static<typeof Portfolio>, { session }: ToolContext): JsonObject {
    const access = verified(session);
    if ('refusal' in access) return refused(access.refusal);
    const positions = positionsOf(access.customer, this.clock.nowMs());
    if (positions.length === 0) {
      return refused({
        reason: 'no_portfolio',
        message: 'The caller has no investments with the bank.',
        spoken: 'I see no investments of yours with the bank.',
      });
    }
    const invested = positions.reduce((sum, { cents }) => sum + cents, 0);
    const accounts = accountsNow(session, access.customer);
    const cash = accounts.filter(({ type }) => type === CASH_ACCOUNT).reduce((sum, { cents }) => sum + cents, 0);
    return {
      currency: 'USD',
      total_value: (invested + cash) / 100,
      invested: invested / 100,
      cash: cash / 100,
      positions: positions.map((position) => positionView(position, invested)),
      prices_delayed_by_minutes: QUOTE_DELAY_MINUTES,
    };
  }

  @Tool({
    name: 'get_quote',
    description:
      'Gives the price of a share, fund or index, with its change today and since January. Prices are delayed. Open to ' +
      'every caller. Where a name fits several it lists them: ask which one is meant.',
    parameters: QuoteOf,
  })
  getQuote({ name }: Static<typeof QuoteOf>): JsonObject {
    const meant = instrumentsMeant(name);
    const [instrument, ...others] = meant;
    if (!instrument) {
      return refused({
        reason: 'unknown_instrument',
        message: 'Nothing of this name is quoted. Ask for it once more.',
        spoken: 'I find no share, fund or index of that name. What is it called?',
      });
    }
    if (others.length > 0) {
      const which = {
        reason: 'several_fit',
        message: 'Ask which one is meant.',
        spoken: `I find ${meant.map(({ name: one }) => one).join(' and ')}. Which one do you mean?`,
      };
      return { ...refused(which), matches: meant.map(instrumentView) };
    }
    const { price, asOfMs, changeTodayPercent, changeThisYearPercent } = quoteAt(instrument, this.clock.nowMs());
    return {
      ...instrumentView(instrument),
      price,
      currency: instrument.kind === 'index' ? 'points' : 'USD',
      change_today_percent: changeTodayPercent,
      change_since_january_percent: changeThisYearPercent,
      as_of: new Date(asOfMs).toISOString(),
      delayed_by_minutes: QUOTE_DELAY_MINUTES,
    };
  }
}

function instrumentView({ symbol, name, kind }: Instrument): JsonObject {
  return { symbol, name, kind };
}

function positionView(
  { instrument, units, price, cents, changeThisYearPercent }: Position,
  invested: number,
): JsonObject {
  return {
    ...instrumentView(instrument),
    units,
    price,
    value: cents / 100,
    share_percent: Math.round((cents / invested) * 1000) / 10,
    change_since_january_percent: changeThisYearPercent,
  };
}
