-- Every policy asks who is signed in. Written in SQL the answer is unfolded anew into the plan of every
-- statement, which takes longer than a short list does to read; PL/pgSQL keeps it ready. What a host
-- brings is left alone.
do $$
begin
  if (select pg_get_userbyid(proowner) = current_user from pg_catalog.pg_proc
       where oid = 'auth.uid()'::regprocedure) then
    create or replace function auth.uid() returns uuid language plpgsql stable parallel safe as $body$
    begin
      return (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::uuid;
    end $body$;
  end if;
end $$;
