import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ToolDiscovery } from './tool-discovery';
import { ToolMetrics } from './tool-metrics';
import { ToolRegistry } from './tool-registry';

/**
 * The tools of all modules of the application; a module that has some need not import this one. Needs CLOCK and
 * prom-client's Registry from global modules.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [ToolDiscovery, ToolMetrics, ToolRegistry],
  exports: [ToolRegistry],
})
export class ToolsModule {}
