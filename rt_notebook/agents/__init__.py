"""Voice agents, and tools from elsewhere: LangChain and MCP."""
