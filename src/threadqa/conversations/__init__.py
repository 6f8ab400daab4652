"""Conversations as they are kept: questions, answers by reference to posts, feedback."""

from __future__ import annotations

from threadqa.conversations.feedback import kept_feedback, question_rows
from threadqa.conversations.store import CONVERSATIONS_NAME, Conversations, purge
from threadqa.conversations.values import Conversation, ConversationSummary, Rating, StoredAnswer

__all__ = [
    "CONVERSATIONS_NAME",
    "Conversation",
    "ConversationSummary",
    "Conversations",
    "Rating",
    "StoredAnswer",
    "kept_feedback",
    "purge",
    "question_rows",
]
