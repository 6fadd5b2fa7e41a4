export {
  CHAT_MODEL,
  type ChatEvent,
  type ChatMessage,
  type ChatModel,
  type ChatRequest,
  type TokenUsage,
  type ToolCall,
} from './chat-model';
export { ModelsModule } from './models.module';
