export { BankingToolsModule } from './banking-tools.module';
