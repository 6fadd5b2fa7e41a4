export type { ToolContext, ToolFailureCode, ToolResult, ToolSession, ToolSpec } from './tool';
export { toolFailure } from './tool-failure';
export { DEFAULT_TOOL_TIMEOUT_MS, Tool, type ToolOptions } from './tool.decorator';
export { unknownTool } from './tool-failure';
export { ToolRegistry } from './tool-registry';
export { ToolsModule } from './tools.module';
