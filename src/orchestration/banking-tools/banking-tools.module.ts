import { Module } from '@nestjs/common';
import { AccountTools } from './account-tools';
import { CardTools } from './card-tools';
import { FraudTools } from './fraud-tools';
import { IdentityTools } from './identity-tools';
import { InvestmentTools } from './investment-tools';
import { ServiceTools } from './service-tools';
import { TransactionTools } from './transaction-tools';

/**
 * The tools of the banking agents in `config/agents`, for the invented customers of `config/profiles`: they do nothing
 * outside the call. Who has real ones leaves this module out. Needs CLOCK from a global module.
 */
@Module({
  providers: [AccountTools, CardTools, FraudTools, IdentityTools, InvestmentTools, ServiceTools, TransactionTools],
})
export class BankingToolsModule {}
