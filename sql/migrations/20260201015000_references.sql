-- What a remembered answer is founded on: the reference into the knowledge base, which came later.

alter table conversation_knowledge_refs add constraint conversation_knowledge_refs_of_own_chunk
  foreign key (chunk_id, user_id) references knowledge_chunks (id, created_by) on delete set null (chunk_id);
