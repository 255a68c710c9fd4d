"""One file per skill. Each offers `conversation(chance, effort)`, which makes one Conversation without
surroundings; surroundings.py then adds earlier turns, other system prompts and tools that do not matter."""
