-- What was said is found as surely as what was written: the same index, as wide, and as far a look.
drop index conversation_messages_by_meaning;
create index conversation_messages_by_meaning on conversation_messages
  using hnsw (embedding extensions.vector_cosine_ops) with (ef_construction = 200);
alter function search_conversations(extensions.vector, text, int, real) set hnsw.ef_search = '100';
