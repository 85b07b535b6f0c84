-- Words at hand: search by words reads the words of every chunk one has. Postgres asks the index of
-- words only what cannot tell of another's rows, and `@@` is not known to be such under row level
-- security. Out of line, as Postgres puts what makes a row long, each chunk's words cost a walk through
-- a second table, which is most of the search. In the row they cost next to nothing; the text goes out
-- instead, and is read of what was found alone. Chunks written before move when they are written again.
alter table knowledge_chunks alter column tsv set storage main;
