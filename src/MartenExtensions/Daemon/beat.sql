-- A sign of life of the process whose session this is. It gives the process's name.
insert into daemon.processes as p (name, beaten_at) values (current_setting('application_name'), clock_timestamp())
    on conflict (name) do update set beaten_at = excluded.beaten_at
returning name
